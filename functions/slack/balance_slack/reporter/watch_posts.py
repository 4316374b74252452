"""Posting for the watch, which has no bot token: new messages, replies, silent edits, and finding one posted before.

Each message has the item's id in its metadata, because Slack has no idempotency key. Finding it needs the optional
scopes channels:history and groups:history; without them nothing is found, and a message may come twice after a crash.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct
from slack_sdk import WebClient

from balance_core.observability import logger
from balance_core.watch_contract import WatchPost, WatchPosted
from balance_slack.reporter.slack import DeliveryError, deliver, delivery_errors
from balance_slack.view.watch import direct_message, incident_message, reply
from balance_slack.view.watch_effect import Alert

_EVENT_TYPE = "balance_watch"
# Slack must not add links or previews. Mentions are ours.
_QUIET: Mapping[str, Any] = {"unfurl_links": False, "unfurl_media": False}
# Nothing that is done again later helps.
_FOR_GOOD = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "restricted_action", "user_not_found", "user_disabled"}
    | {"cannot_dm_bot", "messages_tab_disabled", "team_access_not_granted", "restricted_action_read_only_channel"}
)
_GONE = frozenset({"message_not_found", "thread_not_found"})
_MAY_NOT_LOOK = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "no_permission"})
_LOOK_BACK = timedelta(minutes=10)
_MAX_PAGES = 5


class _Metadata(Struct, frozen=True):
    event_payload: dict[str, Any] = {}


class _Message(Struct, frozen=True):
    ts: str
    metadata: _Metadata = _Metadata()


class _Cursor(Struct, frozen=True):
    next_cursor: str = ""


class _Page(Struct, frozen=True):
    """A page of a channel's or a thread's messages, as far as it is read."""

    messages: list[_Message] = []
    response_metadata: _Cursor = _Cursor()


class WatchPosts:
    """`web_client` reads the bot token, `names` are the providers' display names."""

    def __init__(self, names: Mapping[str, str], web_client: Callable[[], WebClient]) -> None:
        self._names = names
        self._web_client = web_client

    def answer(self, request: WatchPost) -> WatchPosted:
        """Do what the watch asks. Raises DeliveryError where a later try may help, ContractError, ProviderError."""
        client = self._web_client()
        if request.watch == "find":
            return WatchPosted(ts=self._find(client, request))
        try:
            return WatchPosted(ts=self._post(client, request))
        except DeliveryError as exc:
            if exc.code not in _FOR_GOOD:
                raise
            logger.error(f"an alert of the watch was refused: {exc}")
            return WatchPosted(refused=exc.code)

    def _post(self, client: WebClient, request: WatchPost) -> str | None:
        alert = Alert.of(request.rule, request.effect, self._names, request.code or "")
        where, thread = alert.effect.where, request.thread
        if where == "direct":
            return self._send(client, request, direct_message(alert))
        if where is None and thread:
            return self._edit(client, request.channel, thread, incident_message(alert))
        if where in ("thread", "both") and thread:
            try:
                broadcast = {"reply_broadcast": True} if where == "both" else {}
                return self._send(client, request, reply(alert) | {"thread_ts": thread} | broadcast)
            except DeliveryError as exc:
                if exc.code not in _GONE:
                    raise
        return self._send(client, request, incident_message(alert))

    def _send(self, client: WebClient, request: WatchPost, message: Mapping[str, Any]) -> str:
        metadata = {"event_type": _EVENT_TYPE, "event_payload": {"item": request.item}}

        def post(fields: Mapping[str, Any]) -> str:
            with delivery_errors():
                answer = client.chat_postMessage(channel=request.channel, metadata=metadata, **_QUIET, **fields)
            return str(answer["ts"])

        return deliver(_forms(message), post)

    def _edit(self, client: WebClient, channel: str, ts: str, message: Mapping[str, Any]) -> str:
        def edit(fields: Mapping[str, Any]) -> str:
            with delivery_errors():
                client.chat_update(channel=channel, ts=ts, **fields)
            return ts

        try:
            return deliver(_forms(message), edit)
        except DeliveryError as exc:
            # Somebody has deleted the message.
            if exc.code not in _GONE:
                raise
            return ts

    def _find(self, client: WebClient, request: WatchPost) -> str | None:
        """The `ts` of the message with the item's id; None if there is none, or if the bot may not look."""
        alert = Alert.of(request.rule, request.effect, self._names)
        oldest = f"{(alert.effect.at - _LOOK_BACK).timestamp():.6f}"
        options: dict[str, Any] = {"channel": request.channel, "oldest": oldest, "include_all_metadata": True}
        try:
            for _ in range(_MAX_PAGES):
                with delivery_errors():
                    if request.thread:
                        answer = client.conversations_replies(ts=request.thread, limit=200, **options)
                    else:
                        answer = client.conversations_history(limit=200, **options)
                page = msgspec.convert(answer.data, _Page)
                for message in page.messages:
                    if message.metadata.event_payload.get("item") == request.item:
                        return message.ts
                options["cursor"] = page.response_metadata.next_cursor
                if not options["cursor"]:
                    return None
        except DeliveryError as exc:
            if exc.code not in _MAY_NOT_LOOK | _GONE:
                raise
            logger.warning(f"could not look for an earlier post, so an alert may come twice: {exc}")
        return None


def _forms(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The message, and its text alone in case Slack refuses the blocks."""
    return [message, {name: each for name, each in message.items() if name != "blocks"}]
