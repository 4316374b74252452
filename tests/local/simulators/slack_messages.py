"""The messages that Slack took, and what people see of them now.

A response_url's message is for one person unless it says `in_channel`. One that belongs to a pressed button replaces
the message with the button, unless it says `replace_original: false`; after a command there is nothing to replace, and
it is a new message (docs.slack.dev, interactivity/handling-user-interaction; slackapi/bolt-python issue 1268). An
ephemeral message that is replaced stays ephemeral.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.local.simulators.exchange import RefusalError
from tests.local.simulators.slack_limits import refusal
from tests.local.simulators.slack_response_urls import Source

_TS = re.compile(r"\d{1,15}\.\d{6}")


@dataclass(frozen=True)
class DeliveredMessage:
    """A message as it was delivered. `destination` is the channel id or the whole response_url.

    `visible_to` is the one user who sees it; None for everybody in the channel. A replacement has the `ts` of what it
    replaced. `thread_ts` is the `ts` of the message it stands under.
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

    @property
    def response_type(self) -> str:
        """`ephemeral` or `in_channel`."""
        return "ephemeral" if self.visible_to else "in_channel"


class Messages:
    """Every delivery, and the present state; safe to use from several threads.

    While `refuses_blocks` is true every message with blocks gets `invalid_blocks`.
    """

    def __init__(self) -> None:
        self.refuses_blocks = False
        self._delivery = threading.Condition()
        self._delivered: list[DeliveredMessage] = []
        self._shown: dict[str, DeliveredMessage] = {}
        self._count = 0

    @property
    def delivered(self) -> list[DeliveredMessage]:
        """Every delivery, oldest first: a replaced message is there as often as it was delivered."""
        with self._delivery:
            return list(self._delivered)

    def wait_for(self, number: int, timeout_seconds: float) -> DeliveredMessage:
        """Wait for the delivery with this number, counted from 1. Raises TimeoutError."""
        with self._delivery:
            if not self._delivery.wait_for(lambda: len(self._delivered) >= number, timeout_seconds):
                raise TimeoutError(f"{len(self._delivered)} messages came in {timeout_seconds} s, not {number}")
            return self._delivered[number - 1]

    def now_at(self, ts: str) -> DeliveredMessage | None:
        """The message that stands at `ts` now; None when it is gone."""
        with self._delivery:
            return self._shown.get(ts)

    def seen_by(self, user_id: str, channel_id: str) -> list[DeliveredMessage]:
        """What a person sees in a channel now, oldest first, replies in threads among it."""
        with self._delivery:
            here = [message for message in self._shown.values() if message.channel_id == channel_id]
            return [message for message in here if message.visible_to in (None, user_id)]

    def post(self, channel_id: str, payload: Mapping[str, Any], now: datetime) -> DeliveredMessage:
        """Show a message to a channel, in a thread if it has `thread_ts`. Raises RefusalError for an odd one.

        An unknown `thread_ts` is refused here, where Slack takes the message and shows it nowhere.
        """
        message = DeliveredMessage(channel_id, payload, now, channel_id, "", self._thread(channel_id, payload))
        return self._deliver(message)

    def respond(self, source: Source, url: str, payload: Mapping[str, Any], now: datetime) -> DeliveredMessage:
        """Show what came through the response_url of `source`. Raises RefusalError."""
        original = self.now_at(source.message_ts) if source.message_ts else None
        if original and payload.get("replace_original") is not False:
            return self._deliver(
                replace(original, destination=url, payload=payload, delivered_at=now, is_replacement=True)
            )
        seen_by = None if payload.get("response_type") == "in_channel" else source.user_id
        thread = self._thread(source.channel_id, payload)
        return self._deliver(DeliveredMessage(url, payload, now, source.channel_id, "", thread, seen_by))

    def reply(self, source: Source, payload: Mapping[str, Any], now: datetime) -> DeliveredMessage:
        """Show the HTTP answer to a command. It is no delivery: nobody posted it. Raises RefusalError."""
        message = DeliveredMessage("", payload, now, source.channel_id, "", None, source.user_id)
        return self._deliver(message, self._show)

    def delete(self, ts: str) -> None:
        """Take a message away."""
        with self._delivery:
            self._shown.pop(ts, None)

    def _thread(self, channel_id: str, payload: Mapping[str, Any]) -> str | None:
        ts = payload.get("thread_ts")
        if ts is None:
            return None
        if not isinstance(ts, str) or not _TS.fullmatch(ts):
            raise RefusalError("invalid_thread_ts", f"[ERROR] {ts} is not a valid thread_ts")
        parent = self.now_at(ts)
        if parent is None or parent.channel_id != channel_id:
            raise RefusalError("thread_not_found", f"no message {ts} in {channel_id}")
        if parent.visible_to or parent.thread_ts:
            raise RefusalError("cannot_reply_to_message", "neither an ephemeral message nor a reply has a thread")
        return ts

    def _deliver(
        self, message: DeliveredMessage, keep: Callable[[DeliveredMessage], None] | None = None
    ) -> DeliveredMessage:
        self._refuse(message.payload)
        with self._delivery:
            if not message.ts:
                self._count += 1
                message = replace(message, ts=f"{int(message.delivered_at.timestamp())}.{self._count:06}")
            (keep or self._record)(message)
            self._delivery.notify_all()
            return message

    def _refuse(self, payload: Mapping[str, Any]) -> None:
        refused = refusal(payload)
        if refused is None and self.refuses_blocks and payload.get("blocks"):
            refused = ("invalid_blocks", ["this simulator was told to refuse blocks"])
        if refused:
            code, reasons = refused
            raise RefusalError(code, "\n".join(reasons))

    def _record(self, message: DeliveredMessage) -> None:
        self._delivered.append(message)
        self._show(message)

    def _show(self, message: DeliveredMessage) -> None:
        self._shown[message.ts] = message
