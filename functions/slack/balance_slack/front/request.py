"""What comes in: the guard that lets only requests through that Slack signed, and what they say as typed structs.

The signature is checked before anything is parsed. Bolt would verify only after it has read the body, and answers a
malformed signature header with HTTP 500. A signature says nothing about types, so every field that we use is checked.
Sources: docs.slack.dev, "Slash commands", "block_actions payload", "app_home_opened event", "url_verification event".
"""

import hashlib
import re
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Annotated, ClassVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta, Struct, ValidationError, convert
from slack_sdk.signature import SignatureVerifier

from balance_slack.access import Requester, Subject, Workspace
from balance_slack.job import ANSWER_BLOCK, ResponseUrl, SlackId, TriggerId

# A button press carries its message or view. A view may hold 250 kB (docs.slack.dev, views.publish), and the form
# encoding can triple that.
MAX_BODY_BYTES = 1_000_000
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_ANSWER_BLOCK = re.compile(rf"{ANSWER_BLOCK}([A-Za-z0-9-]{{1,64}})")


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


_PossiblyEmptyId = Annotated[str, Meta(max_length=64)]


class _Payload(Struct, omit_defaults=True):
    def __repr__(self) -> str:
        # A response_url and a trigger_id are secrets.
        return type(self).__name__


class Command(_Payload):
    """A slash command. An id may be empty here: the access policy refuses it and tells the person so."""

    command: str
    response_url: ResponseUrl
    text: str = ""
    team_id: _PossiblyEmptyId = ""
    enterprise_id: _PossiblyEmptyId = ""
    channel_id: _PossiblyEmptyId = ""
    user_id: _PossiblyEmptyId = ""

    trigger_id: ClassVar[None] = None
    label: ClassVar[str] = "command"

    @property
    def requester(self) -> Requester:
        """Who typed it, and where."""
        return Requester(self.user_id, self.channel_id, (Workspace(self.team_id, self.enterprise_id),))


class _Entity(Struct):
    """A person, workspace, organisation or channel, with its workspace or organisation if Slack names it."""

    id: SlackId
    team_id: SlackId | None = None
    enterprise_id: SlackId | None = None


class _Container(Struct):
    type: Annotated[str, Meta(min_length=1)]


class _Action(Struct):
    action_id: Annotated[str, Meta(min_length=1, max_length=255)]
    value: Annotated[str, Meta(max_length=2000)] | None = None
    block_id: Annotated[str, Meta(max_length=255)] = ""


class ButtonPress(_Payload, tag_field="type", tag="block_actions"):
    """A press of one button, below a message or on the Home tab."""

    user: _Entity
    container: _Container
    actions: tuple[_Action]
    team: _Entity | None = None
    enterprise: _Entity | None = None
    channel: _Entity | None = None
    response_url: ResponseUrl | None = None
    trigger_id: TriggerId | None = None

    def __post_init__(self) -> None:
        if self.channel is None and not self.is_on_home_tab:
            raise ValueError("a message must name its channel")
        if self.team is None and self.user.team_id is None:
            raise ValueError("a press must name a workspace")

    @property
    def is_on_home_tab(self) -> bool:
        return self.container.type == "view"

    @property
    def action_id(self) -> str:
        return self.actions[0].action_id

    @property
    def words(self) -> str:
        """The button's question as a command would ask it; empty for everything."""
        return self.actions[0].value or ""

    @property
    def reference(self) -> str | None:
        """The reference of the kept answer above the button; None below one that is not kept."""
        match = _ANSWER_BLOCK.fullmatch(self.actions[0].block_id)
        return match[1] if match else None

    @property
    def label(self) -> str:
        return f"button {self.action_id}"

    @property
    def requester(self) -> Requester:
        """Who pressed it, and where."""
        channel_id = None if self.channel is None or self.is_on_home_tab else self.channel.id
        return Requester(self.user.id, channel_id, self._workspaces())

    def _workspaces(self) -> tuple[Workspace, ...]:
        """The workspace of the message, and the person's own if it is another one.

        In a channel that is shared with another company, `team` is the app's workspace and `user.team_id` the person's
        (slackapi/java-slack-sdk issue 1041). The person may be a stranger, so both must be allowed. On Enterprise Grid,
        `user.team_id` may be the organisation; it adds nothing if `team` itself says that this organisation owns it.
        The payload's `enterprise` may be anybody's, so it only speaks for `team`. With an app that an organisation
        installed, `team` may be missing (slackapi/bolt-python pull request 23).
        """
        own = self.user.team_id or ""
        if self.team is None:
            return (Workspace(own),)
        owner = self.team.enterprise_id
        here = Workspace(self.team.id, owner or (self.enterprise.id if self.enterprise else ""))
        if own in ("", self.team.id, owner):
            return (here,)
        return (here, Workspace(own, subject=Subject.OWN_WORKSPACE))


class _Event(Struct):
    type: str
    user: SlackId
    tab: str | None = None


class HomeOpened(_Payload, tag_field="type", tag="event_callback"):
    """Somebody opened a tab of the app. Slack sends an event up to four times with the same `event_id`."""

    team_id: SlackId
    event_id: Annotated[str, Meta(min_length=1, max_length=100)]
    event: _Event
    enterprise_id: SlackId | None = None

    response_url: ClassVar[None] = None
    trigger_id: ClassVar[None] = None
    label: ClassVar[str] = "home tab"

    @property
    def is_home(self) -> bool:
        """Whether it was the Home tab. Another tab needs nothing."""
        return self.event.tab == "home"

    @property
    def requester(self) -> Requester:
        """Who opened it."""
        return Requester(self.event.user, None, (Workspace(self.team_id, self.enterprise_id or ""),))


class UrlCheck(_Payload):
    """A check of the Request URL, which Bolt answers: `url_verification` as JSON, or `ssl_check` as a form."""

    type: str = ""
    challenge: str = ""
    ssl_check: str = ""


class _Typed(Struct):
    type: str = ""


Request = Command | ButtonPress | HomeOpened

_JSON_TYPES: dict[str, type[ButtonPress | HomeOpened | UrlCheck]] = {
    "block_actions": ButtonPress,
    "event_callback": HomeOpened,
    "url_verification": UrlCheck,
}


def read_payload(body: str) -> Request | UrlCheck:
    """Read a verified body: an event's JSON, a command's form, or a form with a button's JSON in `payload`.

    Raises RequestRefusedError: 404 for what is not ours, 400 for a wrong type or a missing field.
    """
    try:
        if body.startswith("{"):
            return _read_json(body)
        form = dict(parse_qsl(body, keep_blank_values=True))
        if "command" in form:
            return convert(form, Command)
        if "payload" in form:
            return _read_json(form["payload"])
    except (msgspec.MsgspecError, RecursionError) as exc:
        raise RequestRefusedError(400, "the body is signed, but not what Slack sends") from exc
    if form.get("ssl_check") == "1":
        return UrlCheck(ssl_check="1")
    raise not_ours()


def not_ours() -> RequestRefusedError:
    """The refusal of a request that Slack signed, but that we do not answer."""
    return RequestRefusedError(404, "only /balance, its buttons and its Home tab are answered")


def _read_json(text: str) -> ButtonPress | HomeOpened | UrlCheck:
    payload_type = _JSON_TYPES.get(msgspec.json.decode(text, type=_Typed).type)
    if payload_type is None:
        raise not_ours()
    payload = msgspec.json.decode(text, type=payload_type)
    if isinstance(payload, HomeOpened) and payload.event.type != "app_home_opened":
        raise not_ours()
    return payload
