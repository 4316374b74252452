"""The proof that the bot can be trusted with money and keys, in figures: `make trust`."""
