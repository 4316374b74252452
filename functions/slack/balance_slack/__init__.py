"""Balance Bot in Slack: the front acknowledges a command at once, the reporter answers it."""
