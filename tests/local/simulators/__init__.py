"""The providers and Slack, simulated from their documentation alone: nothing here imports the code under test."""
