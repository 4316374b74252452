"""The messages that Slack accepted, and what people see of them now.

A message through a response_url is ephemeral unless it says `in_channel`. After a pressed button it replaces the
button's message, unless it says `replace_original: false`; after a command there is nothing to replace, so it is a new
message (docs.slack.dev, interactivity/handling-user-interaction; slackapi/bolt-python issue 1268). An ephemeral message
stays ephemeral when it is replaced.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.local.simulators.answers import RefusalError
from tests.local.simulators.block_kit import refusal
from tests.local.simulators.slack_response_urls import Source


@dataclass(frozen=True)
class DeliveredMessage:
    """A message as it was delivered. `destination` is the channel id or the whole response_url.

    `visible_to` is the only user who sees it, None for everybody in the channel. A replacement keeps the `ts` of the
    original. `thread_ts` is the `ts` of the message whose thread it is in.
    """

    destination: str
    payload: Mapping[str, Any]
    delivered_at: datetime
    channel_id: str
    ts: str
    thread_ts: str | None = None
    visible_to: str | None = None
    is_replacement: bool = False

    @property
    def text(self) -> str:
        """The top-level text."""
        return str(self.payload["text"])

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The blocks; empty when the message has none."""
        return list(self.payload.get("blocks") or [])


class Messages:
    """Every delivery, and what is shown now.

    While `refuses_blocks` is true, every message with blocks is refused with `invalid_blocks`.
    """

    def __init__(self) -> None:
        self.refuses_blocks = False
        self.delivered: list[DeliveredMessage] = []  # oldest first; a replacement counts as one more
        self._shown: dict[str, DeliveredMessage] = {}
        self._numbers = itertools.count(1)

    def now_at(self, ts: str) -> DeliveredMessage | None:
        """The message with this `ts` as it is now; None when it was deleted."""
        return self._shown.get(ts)

    def seen_by(self, user_id: str, channel_id: str) -> list[DeliveredMessage]:
        """What a person sees in a channel now, oldest first, including replies in threads."""
        here = [message for message in list(self._shown.values()) if message.channel_id == channel_id]
        return [message for message in here if message.visible_to in (None, user_id)]

    def post(self, channel_id: str, payload: Mapping[str, Any], now: datetime) -> DeliveredMessage:
        """Show a message in a channel, or in a thread if it has `thread_ts`. Raises RefusalError.

        An unknown `thread_ts` is refused; Slack would accept the message and never show it.
        """
        message = DeliveredMessage(channel_id, payload, now, channel_id, "", self._thread(channel_id, payload))
        return self._deliver(message)

    def update(self, channel_id: str, ts: str, payload: Mapping[str, Any], now: datetime) -> DeliveredMessage:
        """Replace a message of the bot. It keeps its metadata unless other is sent. Raises RefusalError."""
        original = self.now_at(ts)
        if original is None or original.channel_id != channel_id:
            raise RefusalError("message_not_found", f"no message {ts} in {channel_id}")
        kept = {name: original.payload[name] for name in ("metadata",) if name in original.payload}
        return self._deliver(replace(original, payload={**kept, **payload}, delivered_at=now, is_replacement=True))

    def in_thread(self, channel_id: str, ts: str | None) -> list[DeliveredMessage]:
        """The bot's messages in a channel, without replies; or one message with its replies. Oldest first."""
        return [
            each
            for each in self._shown.values()
            if each.channel_id == channel_id
            and (each.thread_ts is None if ts is None else ts in (each.ts, each.thread_ts))
        ]

    def respond(self, source: Source, url: str, payload: Mapping[str, Any], now: datetime) -> DeliveredMessage:
        """Show a message that came through the response_url of `source`. Raises RefusalError."""
        original = self.now_at(source.message_ts) if source.message_ts else None
        if original and payload.get("replace_original") is not False:
            return self._deliver(
                replace(original, destination=url, payload=payload, delivered_at=now, is_replacement=True)
            )
        seen_by = None if payload.get("response_type") == "in_channel" else source.user_id
        thread = self._thread(source.channel_id, payload)
        return self._deliver(DeliveredMessage(url, payload, now, source.channel_id, "", thread, seen_by))

    def reply(self, source: Source, payload: Mapping[str, Any], now: datetime) -> DeliveredMessage:
        """Show the HTTP answer to a command, which does not count as a delivery. Raises RefusalError."""
        return self._show(DeliveredMessage("", payload, now, source.channel_id, "", None, source.user_id))

    def delete(self, ts: str) -> None:
        """Delete a message."""
        self._shown.pop(ts, None)

    def _thread(self, channel_id: str, payload: Mapping[str, Any]) -> str | None:
        ts = payload.get("thread_ts")
        if ts is None:
            return None
        parent = self.now_at(str(ts))
        if parent is None or parent.channel_id != channel_id:
            raise RefusalError("thread_not_found", f"no message {ts} in {channel_id}")
        if parent.visible_to or parent.thread_ts:
            raise RefusalError("cannot_reply_to_message", "neither an ephemeral message nor a reply has a thread")
        return parent.ts

    def _deliver(self, message: DeliveredMessage) -> DeliveredMessage:
        message = self._show(message)
        self.delivered.append(message)
        return message

    def _show(self, message: DeliveredMessage) -> DeliveredMessage:
        self._refuse(message.payload)
        if not message.ts:
            message = replace(message, ts=f"{int(message.delivered_at.timestamp())}.{next(self._numbers):06}")
        self._shown[message.ts] = message
        return message

    def _refuse(self, payload: Mapping[str, Any]) -> None:
        refused = refusal(payload)
        if refused is None and self.refuses_blocks and payload.get("blocks"):
            refused = ("invalid_blocks", ["this simulator was told to refuse blocks"])
        if refused:
            code, reasons = refused
            raise RefusalError(code, "\n".join(reasons))
