"""A page that looks and behaves like a Slack channel, before the whole system on this machine: `make playground`."""
