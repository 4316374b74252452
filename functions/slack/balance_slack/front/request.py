"""The guard: it lets only requests through that Slack signed.

The signature is checked before anything is parsed. Bolt would verify only after it has read the body, and answers a
malformed signature header with HTTP 500.
"""

import hashlib
import re
from base64 import b64decode
from dataclasses import dataclass, field

from msgspec import Struct, ValidationError, convert
from slack_sdk.signature import SignatureVerifier

# A button press carries its message or view. A view may hold 250 kB (docs.slack.dev, views.publish), and the form
# encoding can triple that.
MAX_BODY_BYTES = 1_000_000
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class RequestRefusedError(Exception):
    """This HTTP request is not one that we answer. `reason` quotes nothing from the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"HTTP {status}: {reason}")
        self.status = status
        self.reason = reason


class _Http(Struct):
    method: str


class _RequestContext(Struct):
    http: _Http


class _HttpEvent(Struct, rename="camel"):
    """Payload format 2.0, which HTTP APIs and function URLs send; header names are in lower case.

    Source: API Gateway Developer Guide, "Lambda proxy integrations for HTTP APIs".
    """

    request_context: _RequestContext
    is_base64_encoded: bool
    headers: dict[str, str] = {}
    body: str | None = None


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """A well-formed request whose signature is not verified yet. Printing shows neither body nor signature."""

    body: str = field(repr=False)
    timestamp: str
    signature: str = field(repr=False)

    def verify(self, signing_secret: str) -> None:
        """Raise RequestRefusedError (401) unless Slack signed the request within the last five minutes."""
        if not SignatureVerifier(signing_secret).is_valid(self.body, self.timestamp, self.signature):
            raise RequestRefusedError(401, "the signature is not Slack's, or older than five minutes")

    @property
    def key(self) -> str:
        """The idempotency key: the SHA-256 of the signature.

        Slack signs the time and a body with its own trigger_id, so only a replay has the same signature.
        """
        return hashlib.sha256(self.signature.encode("utf-8")).hexdigest()


def read_request(event: object) -> SlackRequest:
    """Read Lambda's HTTP event. Raises RequestRefusedError with 400, 401, 405 or 413."""
    try:
        http = convert(event, _HttpEvent)
    except (ValidationError, UnicodeEncodeError) as exc:  # the latter for half a surrogate pair
        raise RequestRefusedError(400, "not an HTTP event with payload format 2.0") from exc
    if http.request_context.http.method != "POST":
        raise RequestRefusedError(405, "only POST is answered")
    return SlackRequest(
        timestamp=_header(http, "x-slack-request-timestamp", _TIMESTAMP),
        signature=_header(http, "x-slack-signature", _SIGNATURE),
        body=_body(http),
    )


def _header(http: _HttpEvent, name: str, pattern: re.Pattern[str]) -> str:
    value = http.headers.get(name, "")
    if not pattern.fullmatch(value):
        raise RequestRefusedError(401, f"{name} is missing or malformed")
    return value


def _body(http: _HttpEvent) -> str:
    if not http.body:
        raise RequestRefusedError(400, "the body is missing")
    try:
        data = b64decode(http.body, validate=True) if http.is_base64_encoded else http.body.encode("utf-8")
        text = data.decode("utf-8")
    except ValueError as exc:
        raise RequestRefusedError(400, "the body is not UTF-8 text") from exc
    if len(data) > MAX_BODY_BYTES:
        raise RequestRefusedError(413, "the body is too large")
    return text
