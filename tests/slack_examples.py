"""The requests in events/slack, which are what Slack posts, with some members changed."""

import json
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.schemas import EVENTS

# The workspace, channel and person of the examples.
TEAM, CHANNEL, USER = "T0123ABCD", "C0123ABCD", "U0123ABCD"


def http_event(name: str) -> dict[str, Any]:
    """The HTTP event of an example. Its signature is a placeholder."""
    event: dict[str, Any] = json.loads((EVENTS / "slack" / f"{name}.json").read_text(encoding="utf-8"))
    return event


def example(name: str, **changes: object) -> str:
    """The body of an example with other members; one that is `...` is left out."""
    body = b64decode(http_event(name)["body"], validate=True).decode("utf-8")
    if body.startswith("{"):
        return json.dumps(_changed(json.loads(body), changes))
    form = dict(parse_qsl(body, keep_blank_values=True))
    if "payload" not in form:
        return urlencode(_changed(form, changes))
    return urlencode({"payload": json.dumps(_changed(json.loads(form["payload"]), changes))})


def _changed(members: dict[str, Any], changes: dict[str, object]) -> dict[str, Any]:
    return {name: value for name, value in (members | changes).items() if value is not ...}
