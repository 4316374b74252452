"""Whether Slack's own types (`@slack/types`) allow what the bot sends: part of `make check`.

`python -m tests.slack_types FILE` writes the blocks as TypeScript, for `tsc` to check. Slack's types contain no limits,
so the same run checks the blocks against the limits that Slack documents.
"""
