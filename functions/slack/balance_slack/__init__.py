"""Balance Bot in Slack: the front acknowledges a request at once, the reporter answers it."""
