"""Putting a message in front of people, and what it means when Slack does not take it."""

import re
from collections.abc import Callable, Mapping

from balance_core.observability import logger
from balance_slack.blocks import Message

TIMEOUT_SECONDS = 10
_ERROR_WORD = re.compile(r"[a-z_]{1,60}")
_BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_ADVICE = {
    "expired_url": "the response_url is older than 30 minutes: the person must ask again",
    "used_url": "the response_url was used five times already: the person must ask again",
    "channel_not_found": "check the channel id, and invite the bot to the channel if it is private",
    "not_in_channel": "invite the bot to the channel",
    "is_archived": "the channel is archived: choose another one",
    "missing_scope": "install the app again from functions/slack/manifest.yaml",
    "not_authed": "put the bot token into its secret",
    "invalid_auth": "the bot token is not valid: put the current one into its secret",
    "token_revoked": "the bot token was revoked: put the current one into its secret",
    "account_inactive": "the bot was removed from the workspace: install the app again",
}

# Sends the fields of a message; raises DeliveryError.
Post = Callable[[Mapping[str, object]], None]


class DeliveryError(Exception):
    """Slack did not take the message. The text holds Slack's error word and what to do, never an address or a token."""


class BlocksRefusedError(DeliveryError):
    """Slack finds fault with the blocks; it may still take the text."""


def deliver(message: Message, post: Post) -> None:
    """Post `message`, and once more as text only when Slack refuses its blocks. Raises DeliveryError."""
    try:
        post(message.to_wire())
    except BlocksRefusedError as exc:
        logger.error(f"sent as text only: {exc}")
        post(Message(message.text).to_wire())


def refusal(status: int, error: object) -> DeliveryError:
    """The error for Slack's answer: its HTTP status, and its error word if it sent one."""
    if not isinstance(error, str) or not _ERROR_WORD.fullmatch(error):
        return DeliveryError(f"Slack answered with HTTP {status} and no error word: it is tried again")
    if error in _BLOCKS_REFUSED:
        return BlocksRefusedError(f"Slack refused the blocks ({error})")
    return DeliveryError(f"Slack refused the message ({error}): {_ADVICE.get(error, 'it is tried again')}")


def unreachable(cause: Exception) -> DeliveryError:
    """The error for no answer at all."""
    return DeliveryError(f"Slack could not be reached ({type(cause).__name__}): it is tried again")
