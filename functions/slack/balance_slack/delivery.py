"""Putting a message in front of people, and what it means when Slack does not take it."""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from balance_core.observability import logger
from balance_slack.blocks import Message

_ERROR_WORD = re.compile(r"[a-z_]{1,60}")
# `invalid_arguments` is what the Web API says about a view; a message gets it for nothing that is sent here.
_BLOCKS_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments"}
    | {"only_one_table_allowed", "view_too_large", "invalid_arguments"}
)
_PRESS_AGAIN = "a button opens a dialog within three seconds and once: the person must press it again"
_ADVICE = {
    "expired_url": "the response_url is older than 30 minutes: the person must ask again",
    "used_url": "the response_url was used five times already: the person must ask again",
    "expired_trigger_id": _PRESS_AGAIN,
    "exchanged_trigger_id": _PRESS_AGAIN,
    "invalid_trigger_id": _PRESS_AGAIN,
    "push_limit_reached": "too many dialogs are open on top of each other: the person must close one",
    "not_found": "the dialog is closed",
    "not_enabled": "switch on the Home tab: install the app again from functions/slack/manifest.yaml",
    "channel_not_found": "check the channel id, and invite the bot to the channel if it is private",
    "not_in_channel": "invite the bot to the channel",
    "is_archived": "the channel is archived: choose another one",
    "restricted_action": "the channel's settings let the bot not post: allow it, or choose another channel",
    "missing_scope": "install the app again from functions/slack/manifest.yaml",
    "not_authed": "put the bot token into its secret",
    "invalid_auth": "the bot token is not valid: put the current one into its secret",
    "not_allowed_token_type": "the secret must hold the bot token (xoxb-), and it holds another one",
    "token_revoked": "the bot token was revoked: put the current one into its secret",
    "account_inactive": "the bot was removed from the workspace: install the app again",
}
_Receipt = TypeVar("_Receipt")


class DeliveryError(Exception):
    """Slack did not take it. The text holds Slack's error word and what to do, never an address, an id or a token.

    `word` is Slack's error word; empty when it gave none.
    """

    def __init__(self, text: str, word: str = "") -> None:
        super().__init__(text)
        self.word = word


class BlocksRefusedError(DeliveryError):
    """Slack finds fault with the blocks; it may still take simpler ones, or the text."""


def deliver(message: Message, post: Callable[[Mapping[str, object]], _Receipt]) -> _Receipt:
    """Post `message` and return what `post` does: with its blocks, else the plain ones, else as text with afterword.

    `post` sends the fields of a message and raises DeliveryError; only BlocksRefusedError leads to the next try.
    """
    for blocks in (message.blocks, message.plain_blocks):
        if blocks:
            try:
                return post({"text": message.text, "blocks": list(blocks)})
            except BlocksRefusedError as exc:
                logger.error(f"sent in a simpler form: {exc}")
    return post({"text": message.text_alone})


def refusal(status: int, error: object) -> DeliveryError:
    """The error for Slack's answer: its HTTP status, and its error word if it sent one."""
    if not isinstance(error, str) or not _ERROR_WORD.fullmatch(error):
        return DeliveryError(f"Slack answered with HTTP {status} and no error word: it may pass by itself")
    if error in _BLOCKS_REFUSED:
        return BlocksRefusedError(f"Slack refused the blocks ({error})", error)
    return DeliveryError(f"Slack refused ({error}): {_ADVICE.get(error, 'it may pass by itself')}", error)


def unreachable(cause: Exception) -> DeliveryError:
    """The error for no answer at all."""
    return DeliveryError(f"Slack could not be reached ({type(cause).__name__}): it may pass by itself")
