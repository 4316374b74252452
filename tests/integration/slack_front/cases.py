"""Requests as Slack sends them, what a front says to them, and what it hands over."""

import json
from typing import Any
from urllib.parse import urlencode

from balance_slack.front import Front
from tests.integration.fault_server import FaultServer
from tests.integration.slack_functions import CHANNEL, command, invocation, signed_event

TEAM, USER = "T0123456789", "U0123456789"
RESPONSE_URL = "https://hooks.slack.com/actions/T0123456789/1/canary-url"
TRIGGER_ID = "1.2.canary-trigger"


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


def below_message(action_id: str, words: str = "", **changes: object) -> dict[str, Any]:
    """The payload of a button below a message that one person sees; `changes` replace whole members."""
    value = {"value": words} if words else {}
    return {
        "type": "block_actions",
        "user": {"id": USER, "username": "dana", "team_id": TEAM},
        "api_app_id": "A0123456789",
        "token": "canary-token",
        "container": {"type": "message", "message_ts": "1.2", "channel_id": CHANNEL, "is_ephemeral": True},
        "trigger_id": TRIGGER_ID,
        "team": {"id": TEAM, "domain": "example"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": CHANNEL, "name": "finance"},
        "state": {"values": {}},
        "response_url": RESPONSE_URL,
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", **value, "action_ts": "1.2"}],
        **changes,
    }


def on_home(action_id: str, words: str = "", **changes: object) -> dict[str, Any]:
    """The payload of a button on the Home tab, which is in no channel and brings no response_url."""
    payload = below_message(action_id, words, container={"type": "view", "view_id": "V1"}, view={"type": "home"})
    return {name: value for name, value in payload.items() if name not in ("channel", "response_url")} | changes


def home_opened(**changes: object) -> dict[str, Any]:
    """The event that somebody opened the Home tab; `changes` replace whole members."""
    return {
        "token": "canary-token",
        "team_id": TEAM,
        "api_app_id": "A0123456789",
        "event": {"type": "app_home_opened", "user": USER, "channel": "D0123456789", "tab": "home", "event_ts": "1.2"},
        "type": "event_callback",
        "event_id": "Ev0123456789",
        "event_time": 1,
        "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": "U0BALANCE00", "is_bot": True}],
        **changes,
    }


def form(payload: object) -> bytes:
    """The body of an interaction: a form with JSON in one field."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def status(body: bytes) -> object:
    """The HTTP status with which a new front answers a signed body."""
    return Front().answer(signed_event(body))["statusCode"]


def acknowledge(body: bytes) -> None:
    """Send a signed body to a new front, which must acknowledge it without a word."""
    response = Front().answer(signed_event(body))
    assert (response["statusCode"], response["body"]) == (200, "")


def job(reporter: FaultServer) -> dict[str, Any]:
    """The one job that was handed over."""
    (request,) = reporter.requests
    return invocation(request)[1]
