"""Bolt on Lambda as its documentation shows it: acknowledge, and answer in a lazy listener.

Source: docs.slack.dev/tools/bolt-python, "Lazy listeners (FaaS)". With the token's verification off, Bolt asks Slack
whose the token is when the first request comes; here the simulator answers that at once.
"""

import os
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.adapter.aws_lambda import SlackRequestHandler
from slack_sdk import WebClient

app = App(
    process_before_response=True,
    token_verification_enabled=False,
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
    client=WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
)


def respond_to_slack_within_3_seconds(ack: Ack) -> None:
    """Acknowledge, so that Slack does not show a timeout."""
    ack("Asking ...")


def answer() -> None:
    """The work itself, which runs in another invocation of this function."""


app.command("/balance")(ack=respond_to_slack_within_3_seconds, lazy=[answer])


def handler(event: Any, context: Any) -> dict[str, object]:
    """Lambda's entry point."""
    return SlackRequestHandler(app=app).handle(event, context)  # type: ignore[no-any-return,no-untyped-call] # Bolt's
