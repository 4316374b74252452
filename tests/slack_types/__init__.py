"""Whether Slack's own types (`@slack/types`) allow what the bot sends: part of `make check`.

`python -m tests.slack_types FILE` writes the blocks as TypeScript, for `tsc` to check. Slack publishes no limits in its
types, so the same run holds the blocks against those that it documents.
"""
