"""Slack's response URLs: each is a secret for one command or pressed button, good for five messages in 30 minutes."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_USES = 5
LIFETIME = timedelta(minutes=30)
_COMMANDS, _ACTIONS = "/commands/", "/actions/"
PREFIXES = (_COMMANDS, _ACTIONS)


@dataclass(frozen=True)
class Source:
    """Whose action a response URL belongs to, and where; `message_ts` is the message whose button was pressed."""

    team_id: str
    channel_id: str
    user_id: str
    message_ts: str | None = None


@dataclass
class _Use:
    source: Source
    made_at: datetime
    count: int = 0


class ResponseUrls:
    """The response URLs that were handed out, by path; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uses: dict[str, _Use] = {}

    def new_path(self, source: Source, now: datetime) -> str:
        """Hand out `/commands/T.../<13 digits>/<24 letters and digits>`, or `/actions/...` for a pressed button."""
        number = 10**12 + secrets.randbelow(9 * 10**12)
        prefix = _ACTIONS if source.message_ts else _COMMANDS
        path = f"{prefix}{source.team_id}/{number}/{secrets.token_hex(12)}"
        with self._lock:
            self._uses[path] = _Use(source, now)
        return path

    def problem(self, path: str, now: datetime) -> str | None:
        """Why a message to `path` is refused: `used_url` after five, `expired_url` after 30 minutes or when unknown."""
        with self._lock:
            use = self._uses.get(path)
            if use is None or now - use.made_at > LIFETIME:
                return "expired_url"
            return "used_url" if use.count >= MOST_USES else None

    def source(self, path: str) -> Source:
        """What a known `path` was handed out for."""
        with self._lock:
            return self._uses[path].source

    def count(self, path: str) -> None:
        """Note that a message to a known `path` was taken."""
        with self._lock:
            self._uses[path].count += 1
