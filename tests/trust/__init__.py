"""Shows in figures that the bot can be trusted with money and keys: `make trust`."""
