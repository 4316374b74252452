"""The function that asks the aggregator and delivers the answer to Slack."""
