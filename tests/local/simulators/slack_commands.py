"""Slack's side of a slash command: the form it posts, how it signs it, and what a person gets back.

The fields are those of Slack's documentation of slash commands, the signature is v0 of "Verifying requests from Slack".
"""

import hashlib
import hmac
import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class SlashCommand:
    """What a person typed and where; by default one made-up person in one made-up workspace."""

    token: str = field(default="deprecated-verification-token", repr=False)
    team_id: str = "T0123456789"
    team_domain: str = "example"
    channel_id: str = "C0123456789"
    channel_name: str = "finance"
    user_id: str = "U0123456789"
    user_name: str = "dana"
    command: str = "/balance"
    text: str = ""
    api_app_id: str = "A0123456789"
    is_enterprise_install: str = "false"
    response_url: str = ""
    trigger_id: str = ""

    def body(self) -> bytes:
        """The form, in Slack's order and encoding (a space is a plus sign)."""
        return urlencode(vars(self)).encode()


@dataclass(frozen=True)
class CommandReply:
    """What the Request URL answered after `elapsed_ms`. Slack shows `operation_timeout` after 3,000 ms."""

    status: int
    headers: Mapping[str, str]
    body: str
    elapsed_ms: float


def sign(signing_secret: str, timestamp: str, body: bytes) -> str:
    """`v0=` and the hex HMAC-SHA256 of `v0:timestamp:body`."""
    text = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(signing_secret.encode(), text, hashlib.sha256).hexdigest()


def signed_headers(signing_secret: str, body: bytes, now: datetime, media_type: str = FORM) -> dict[str, str]:
    """The headers that Slack sends with `body` at the time `now` (aware)."""
    timestamp = str(int(now.timestamp()))
    return {
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept-Encoding": "gzip,deflate",
        "Accept": "application/json,*/*",
        "Content-Type": media_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(signing_secret, timestamp, body),
    }


def post(url: str, headers: Mapping[str, str], body: bytes, timeout_seconds: float = 60.0) -> CommandReply:
    """Post bytes to the Request URL on a new connection. Raises OSError when there is no answer in time."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_seconds)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    started = time.perf_counter()
    try:
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        received = {name.lower(): value for name, value in response.headers.items()}
    finally:
        connection.close()
    elapsed_ms = (time.perf_counter() - started) * 1000
    return CommandReply(response.status, received, text, elapsed_ms)


def post_command(
    url: str, command: SlashCommand, signing_secret: str, now: datetime, timeout_seconds: float = 60.0
) -> CommandReply:
    """Sign and post a slash command as Slack does when a person presses Enter."""
    body = command.body()
    return post(url, signed_headers(signing_secret, body, now), body, timeout_seconds)
