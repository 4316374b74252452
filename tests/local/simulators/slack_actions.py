"""A pressed button or a submitted modal, and the payloads that Slack posts for them.

The fields are those of docs.slack.dev, reference/interaction-payloads: block_actions-payload does not include an
ephemeral message, and a view has neither a channel nor a response_url; view-interactions-payload describes submissions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tests.local.simulators.exact_json import to_json
from tests.local.simulators.slack_commands import CommandReply, post, signed_headers
from tests.local.simulators.slack_forms import with_ids
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_person import Person
from tests.local.simulators.slack_views import ShownView


@dataclass(frozen=True)
class ButtonPress:
    """Which button was pressed, by whom and when. `response_url` is empty in a view.

    `block_id` is that of the button's block, which is needed where several blocks have such a button. `values` is what
    is filled into a view, as in state_of.
    """

    surface: DeliveredMessage | ShownView
    action_id: str
    pressed_at: datetime
    trigger_id: str
    person: Person
    response_url: str = ""
    block_id: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    api_app_id: str = "A0123456789"
    token: str = field(default="deprecated-verification-token", repr=False)

    def payload(self) -> dict[str, Any]:
        """The JSON in the form field `payload`. Raises ValueError when there is no such button."""
        button = find_button(self.surface.blocks, self.action_id, block_id=self.block_id)
        action = {**button, "action_ts": _seconds(self.pressed_at)}
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
            return {"view": self.surface.to_json(self.values)}
        message = self.surface
        channel = {"id": message.channel_id, "name": "finance"}
        after = {"state": {"values": {}}, "response_url": self.response_url}
        if message.visible_to:
            return {"channel": channel, **after}
        blocks = with_ids(message.blocks)
        own = {"type": "message", "subtype": "bot_message", "bot_id": "B0BALANCE00", "ts": message.ts}
        thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
        return {"channel": channel, "message": {**own, **thread, "text": message.text, "blocks": blocks}, **after}


@dataclass(frozen=True)
class Submission:
    """A modal that a person filled in and submitted; `values` as in state_of."""

    view: ShownView
    values: Mapping[str, Any]
    trigger_id: str
    person: Person
    api_app_id: str = "A0123456789"
    token: str = field(default="deprecated-verification-token", repr=False)

    def payload(self) -> dict[str, Any]:
        """The JSON in the form field `payload`."""
        return {
            "type": "view_submission",
            **self.person.to_json(),
            "api_app_id": self.api_app_id,
            "token": self.token,
            "trigger_id": self.trigger_id,
            "view": self.view.to_json(self.values),
            "response_urls": [],
            "is_enterprise_install": False,
        }

    def body(self) -> bytes:
        """The form that Slack posts."""
        return urlencode({"payload": to_json(self.payload())}).encode()


def find_button(
    blocks: Sequence[Mapping[str, Any]], action_id: str, *, block_id: str = "", value: str = ""
) -> dict[str, Any]:
    """The one button with this action_id, and its block's id.

    An action_id is unique within its block only, so `block_id` or the button's `value` may say which one is meant.
    Raises ValueError when there is none or more than one.
    """
    wanted = {"action_id": action_id, "block_id": block_id, "value": value}
    named = {name: text for name, text in wanted.items() if text or name == "action_id"}
    buttons = list(_buttons(with_ids(blocks)))
    found = [button for button in buttons if all(button.get(name) == text for name, text in named.items())]
    if len(found) != 1:
        where = "".join(f" with the {name} {named[name]!r}" for name in ("block_id", "value") if name in named)
        there = ", ".join(str(button.get("action_id")) for button in buttons) or "none"
        raise ValueError(f"there is not exactly one button {action_id!r}{where}, but: {there}")
    return found[0]


def post_action(
    url: str, press: ButtonPress | Submission, signing_secret: str, now: datetime, timeout_seconds: float = 60.0
) -> CommandReply:
    """Sign and post a pressed button or a submitted modal as Slack does.

    Raises ValueError when there is no such button, or OSError.
    """
    body = press.body()
    return post(url, signed_headers(signing_secret, body, now), body, timeout_seconds)


def _buttons(blocks: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        for element in block.get("elements", []):
            if element.get("type") == "button":
                yield {**element, "block_id": block["block_id"]}


def _seconds(moment: datetime) -> str:
    return f"{int(moment.timestamp())}.{moment.microsecond:06}"
