"""Interactions and events that Slack does not send, though they are signed: each is refused and starts nothing."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from tests.intake.case import Case
from tests.intake.people import FINANCE, LISTED_PERSON, OURS

_JSON = {"Content-Type": "application/json"}
_PRESS: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": LISTED_PERSON, "team_id": OURS},
    "team": {"id": OURS},
    "enterprise": None,
    "container": {"type": "message"},
    "channel": {"id": FINANCE},
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/actions/T0123456789/1/2",
    "actions": [{"action_id": "refresh", "value": "USD"}],
}
_OPENED: dict[str, Any] = {
    "type": "event_callback",
    "team_id": OURS,
    "event_id": "Ev1",
    "event": {"type": "app_home_opened", "user": LISTED_PERSON, "tab": "home"},
}


def _form(payload: object) -> bytes:
    return urlencode({"payload": payload if isinstance(payload, str) else json.dumps(payload)}).encode()


def _press(name: str, statuses: Sequence[int] = (400,), **changes: object) -> Case:
    """A pressed button with other members; one that is `...` is left out."""
    payload = {key: value for key, value in {**_PRESS, **changes}.items() if value is not ...}
    return Case(f"a button with {name}, signed", statuses, write=lambda _: _form(payload))


def _event(name: str, statuses: Sequence[int] = (400,), **changes: object) -> Case:
    """An opened Home tab with other members; one that is `...` is left out."""
    payload = {key: value for key, value in {**_OPENED, **changes}.items() if value is not ...}
    return Case(f"an event with {name}, signed", statuses, write=lambda _: json.dumps(payload).encode(), headers=_JSON)


PRESSES = [
    _press("no person", user=...),
    _press("a person without an id", user={"team_id": OURS}),
    _press("a person whose id is a number", user={"id": 5, "team_id": OURS}),
    _press("no workspace at all", team=..., user={"id": LISTED_PERSON}),
    _press("a list for a workspace", team=[OURS]),
    _press("a workspace without an id", team={}),
    _press("a number for an organisation", enterprise=5),
    _press("no channel", channel=...),
    _press("a text for a channel", channel=FINANCE),
    _press("no container", container=...),
    _press("a container of no type", container={}),
    _press("no response_url", response_url=...),
    _press("a response_url that is no URL", response_url="x"),
    _press("a response_url that is a list", response_url=["https://hooks.slack.com/x"]),
    _press("no trigger_id for a dialog", trigger_id=..., actions=[{"action_id": "details"}]),
    _press("no trigger_id for help", trigger_id=..., actions=[{"action_id": "help"}]),
    _press("no action", actions=[]),
    _press("two actions", actions=[{"action_id": "refresh"}, {"action_id": "share"}]),
    _press("an action that is a text", actions=["refresh"]),
    _press("actions that are an object", actions={"action_id": "refresh"}),
    _press("an action without an id", (404,), actions=[{"value": "USD"}]),
    _press("a value that is a list", actions=[{"action_id": "refresh", "value": ["USD"]}]),
    _press("an unknown action", (404,), actions=[{"action_id": "transfer"}]),
    _press(
        "the type of a submitted dialog", (404,), type="view_submission", view={"type": "modal", "callback_id": "x"}
    ),
    _press("the type of a closed dialog", (404,), type="view_closed", view={"type": "modal", "callback_id": "x"}),
    _press("the type of a shortcut", (404,), type="shortcut", callback_id="refresh"),
    _press("no type", (404,), type=...),
    Case("a payload that is a list, signed", (400,), write=lambda _: _form([_PRESS])),
    Case("a payload that is a number, signed", (400,), write=lambda _: _form(5)),
    Case("an empty payload, signed", (400,), write=lambda _: _form("")),
    Case("a payload in a payload, signed", (404,), write=lambda _: _form({"payload": json.dumps(_PRESS)})),
    Case("a payload of ten thousand levels, signed", (400,), write=lambda _: _form('{"a":' * 10_000)),
    Case("a person named twice, signed", (400,), write=lambda _: _form(json.dumps(_PRESS)[:-1] + ', "user": {}}')),
    Case("a button, forged", (401,), write=lambda _: _form(_PRESS), secret="another signing secret"),
]
EVENTS = [
    _event("no person", event={"type": "app_home_opened", "tab": "home"}),
    _event("a person who is an object", event={**_OPENED["event"], "user": {"id": LISTED_PERSON}}),
    _event("a tab that is a number", event={**_OPENED["event"], "tab": 5}),
    _event("no workspace", team_id=...),
    _event("a workspace that is a list", team_id=[OURS]),
    _event("an organisation that is a number", enterprise_id=5),
    _event("no id", event_id=...),
    _event("an id that is a number", event_id=5),
    _event("authorizations that are an object", authorizations={"team_id": OURS}),
    _event("a text in its place", event="app_home_opened"),
    _event("nothing in it", (404,), event=...),
    _event("a message in it", (404,), event={"type": "message", "user": LISTED_PERSON, "text": "USD"}),
    _event("another type around it", (404,), type="app_rate_limited"),
    Case("an event, forged", (401,), write=lambda _: json.dumps(_OPENED).encode(), headers=_JSON, secret="another"),
]
