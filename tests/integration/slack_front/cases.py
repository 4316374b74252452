"""Commands as Slack sends them, and what a front says to them."""

import json
from typing import Any

from balance_slack.front import Front
from tests.integration.slack_functions import command, signed_event


def said(response: dict[str, Any]) -> str:
    """The text that only the person who asked sees."""
    assert response["statusCode"] == 200
    reply = json.loads(response["body"])
    assert reply.keys() == {"text", "response_type"}
    assert reply["response_type"] == "ephemeral"
    return str(reply["text"])


def ask(text: str, **changes: str) -> str:
    """What a new front says to a command."""
    return said(Front().answer(signed_event(command(text, **changes).body())))
