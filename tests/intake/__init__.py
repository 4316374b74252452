"""Requests to the Slack front that must be refused, and a table of who may ask."""
