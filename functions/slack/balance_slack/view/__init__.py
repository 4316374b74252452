"""What people see in Slack: pure functions from an answer to text and blocks."""
