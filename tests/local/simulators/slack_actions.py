"""A pressed button, and the `block_actions` payload that Slack posts for it.

The fields are those of docs.slack.dev, reference/interaction-payloads/block_actions-payload. The payload does not
include an ephemeral message, and a view has neither a channel nor a response_url.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tests.local.simulators.exact_json import to_json
from tests.local.simulators.slack_commands import CommandReply, post, signed_headers
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_person import Person
from tests.local.simulators.slack_views import ShownView


@dataclass(frozen=True)
class ButtonPress:
    """Which button was pressed, by whom and when. `response_url` is empty in a view."""

    surface: DeliveredMessage | ShownView
    action_id: str
    pressed_at: datetime
    trigger_id: str
    person: Person
    response_url: str = ""
    api_app_id: str = "A0123456789"
    token: str = field(default="deprecated-verification-token", repr=False)

    def payload(self) -> dict[str, Any]:
        """The JSON in the form field `payload`. Raises ValueError when there is no such button."""
        action = {**find_button(self.surface.blocks, self.action_id), "action_ts": _seconds(self.pressed_at)}
        return {
            "type": "block_actions",
            **self.person.to_json(),
            "api_app_id": self.api_app_id,
            "token": self.token,
            "container": self._container(),
            "trigger_id": self.trigger_id,
            "is_enterprise_install": False,
            **self._place(),
            "actions": [action],
        }

    def body(self) -> bytes:
        """The form that Slack posts. Raises ValueError when there is no such button."""
        return urlencode({"payload": to_json(self.payload())}).encode()

    def _container(self) -> dict[str, Any]:
        if isinstance(self.surface, ShownView):
            return {"type": "view", "view_id": self.surface.view_id}
        message = self.surface
        container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel_id}
        thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
        return {**container, **thread, "is_ephemeral": message.visible_to is not None}

    def _place(self) -> dict[str, Any]:
        if isinstance(self.surface, ShownView):
            return {"view": {**self.surface.to_json(), "blocks": with_block_ids(self.surface.blocks)}}
        message = self.surface
        channel = {"id": message.channel_id, "name": "finance"}
        after = {"state": {"values": {}}, "response_url": self.response_url}
        if message.visible_to:
            return {"channel": channel, **after}
        blocks = with_block_ids(message.blocks)
        own = {"type": "message", "subtype": "bot_message", "bot_id": "B0BALANCE00", "ts": message.ts}
        thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
        return {"channel": channel, "message": {**own, **thread, "text": message.text, "blocks": blocks}, **after}


def find_button(blocks: Sequence[Mapping[str, Any]], action_id: str) -> dict[str, Any]:
    """The one button with this action_id, and its block's id. Raises ValueError when there is none or more than one."""
    buttons = list(_buttons(with_block_ids(blocks)))
    found = [button for button in buttons if button.get("action_id") == action_id]
    if len(found) != 1:
        there = ", ".join(str(button.get("action_id")) for button in buttons) or "none"
        raise ValueError(f"there is not exactly one button {action_id!r}, but: {there}")
    return found[0]


def with_block_ids(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, each with an id: Slack adds one where it is missing."""
    return [{"block_id": f"block-{place}", **block} for place, block in enumerate(blocks)]


def post_action(
    url: str, press: ButtonPress, signing_secret: str, now: datetime, timeout_seconds: float = 60.0
) -> CommandReply:
    """Sign and post a pressed button as Slack does. Raises ValueError when there is no such button, or OSError."""
    body = press.body()
    return post(url, signed_headers(signing_secret, body, now), body, timeout_seconds)


def _buttons(blocks: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        for element in block.get("elements", []):
            if element.get("type") == "button":
                yield {**element, "block_id": block["block_id"]}


def _seconds(moment: datetime) -> str:
    return f"{int(moment.timestamp())}.{moment.microsecond:06}"
