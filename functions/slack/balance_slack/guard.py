"""What may come in at all: one POST that Slack may have signed. Pure.

Bolt answers a malformed signature header with HTTP 500, and its Lambda adapter raises on odd events. Here everything
that Slack would not send is refused with a 4xx before Bolt sees it. The body stays unread until it is verified.
"""

import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field

from balance_slack import envelope

# A pressed button comes with its message or view. A view may hold 250 kB (docs.slack.dev, views.publish), of which the
# form's encoding makes up to three times as much.
MOST_BODY_BYTES = 1_000_000
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class RequestRefusedError(Exception):
    """The HTTP request is not one of Slack's: answer with `status`. `reason` quotes nothing from the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"HTTP {status}: {reason}")
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """A request of the right shape, its signature not yet verified. Printing shows neither body nor signature."""

    body: str = field(repr=False)
    timestamp: str
    signature: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The only headers that Bolt gets. Nothing but the body and the time is signed, and others steer Bolt."""
        return {"x-slack-request-timestamp": self.timestamp, "x-slack-signature": self.signature}


def read_request(event: object) -> SlackRequest:
    """Read an HTTP event (see envelope). Raises RequestRefusedError with 400, 401, 405 or 413."""
    method = envelope.method(event)
    if not isinstance(event, dict) or not isinstance(method, str):
        raise RequestRefusedError(400, "not an HTTP event of a function URL, an API Gateway or a load balancer")
    if method != "POST":
        raise RequestRefusedError(405, "only POST is answered")
    headers = envelope.headers(event)
    return SlackRequest(
        timestamp=_header(headers, "x-slack-request-timestamp", _TIMESTAMP),
        signature=_header(headers, "x-slack-signature", _SIGNATURE),
        body=_body(event.get("body"), event.get("isBase64Encoded")),
    )


def request_key(signature: str) -> str:
    """What tells one signed request from every other: the SHA-256 of its signature, in hexadecimal.

    Slack signs time and body, and the body holds a trigger_id of its own, so only a replay has the same key.
    """
    return hashlib.sha256(signature.encode("utf-8")).hexdigest()


def event_key(event_id: str) -> str:
    """What tells one event from every other. Slack sends an event up to four times, each time with a new signature."""
    return hashlib.sha256(f"event:{event_id}".encode()).hexdigest()


def _header(headers: Mapping[str, object], name: str, pattern: re.Pattern[str]) -> str:
    value = headers.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise RequestRefusedError(401, f"{name} is missing or malformed")
    return value


def _body(body: object, is_base64: object) -> str:
    if not isinstance(body, str) or not body:
        raise RequestRefusedError(400, "the body is missing")
    if not isinstance(is_base64, bool):
        raise RequestRefusedError(400, "isBase64Encoded is missing")
    # Base64 makes four characters of three bytes; what is longer than that cannot become short enough.
    if len(body) > MOST_BODY_BYTES * 4 // 3 + 4:
        raise RequestRefusedError(413, "the body is too large")
    try:
        data = b64decode(body, validate=True) if is_base64 else body.encode("utf-8")
        text = data.decode("utf-8")
    except ValueError as exc:
        raise RequestRefusedError(400, "the body is not UTF-8 text") from exc
    if len(data) > MOST_BODY_BYTES:
        raise RequestRefusedError(413, "the body is too large")
    return text
