"""Slack's response URLs: each belongs to one command or pressed button and accepts five messages within 30 minutes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

_MOST_USES = 5
_LIFETIME = timedelta(minutes=30)
_COMMANDS, _ACTIONS = "/commands/", "/actions/"
PREFIXES = (_COMMANDS, _ACTIONS)


@dataclass(frozen=True)
class Source:
    """The action that a response URL belongs to; `message_ts` is the message whose button was pressed."""

    team_id: str
    channel_id: str
    user_id: str
    message_ts: str | None = None


@dataclass
class ResponseUrl:
    """One URL that was issued. `count` is the number of messages that it has accepted."""

    source: Source
    made_at: datetime
    count: int = 0

    def problem(self, now: datetime) -> str | None:
        """Why a message is refused: `expired_url` after 30 minutes, `used_url` after five messages."""
        if now - self.made_at > _LIFETIME:
            return "expired_url"
        return "used_url" if self.count >= _MOST_USES else None


def new_path(source: Source) -> str:
    """`/commands/T.../<13 digits>/<24 letters and digits>`, or `/actions/...` for a pressed button."""
    number = 10**12 + secrets.randbelow(9 * 10**12)
    return f"{_ACTIONS if source.message_ts else _COMMANDS}{source.team_id}/{number}/{secrets.token_hex(12)}"
