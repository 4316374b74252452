"""A table of requests that Slack never sends, and how each must be answered."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import urlencode

from tests.intake.people import FINANCE, LISTED_PERSON, OURS
from tests.local.company import SIGNING_SECRET
from tests.local.simulators.slack_commands import sign

TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
# A value, several values, or None for no header; {timestamp} and {signature} are replaced by the correct ones.
HeaderValue = str | Sequence[str] | None


@dataclass(frozen=True)
class HttpRequest:
    """An HTTP request; a header may be repeated."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True)
class Case:
    """A change to a valid command: `write` makes the body that is signed, `tamper` the body that is sent instead.

    `statuses` are the acceptable answers.
    """

    name: str
    statuses: Collection[int]
    write: Callable[[bytes], bytes] = bytes
    tamper: Callable[[bytes], bytes] = bytes
    headers: Mapping[str, HeaderValue] = field(default_factory=dict)
    method: str = "POST"
    target: str = "/slack"
    age: timedelta = timedelta()
    secret: str = SIGNING_SECRET

    def request(self, command: bytes, now: datetime) -> HttpRequest:
        """The request, made from the body of a valid command."""
        signed = self.write(command)
        timestamp = str(int((now - self.age).timestamp()))
        right = {"timestamp": timestamp, "signature": sign(self.secret, timestamp, signed)}
        headers: dict[str, HeaderValue] = {
            "Content-Type": "application/x-www-form-urlencoded",
            TIMESTAMP: "{timestamp}",
            SIGNATURE: "{signature}",
            **self.headers,
        }
        lines = [
            (name, value.format(**right))
            for name, values in headers.items()
            for value in ([values] if isinstance(values, str) else values or [])
        ]
        return HttpRequest(self.method, self.target, lines, self.tamper(signed))


def body(content: bytes) -> Callable[[bytes], bytes]:
    """Another body instead of the command's."""
    return lambda _: content


def _field(name: bytes, value: bytes | None) -> Callable[[bytes], bytes]:
    """The command with another value for one field, or without the field."""

    def write(command: bytes) -> bytes:
        pairs = [pair for pair in command.split(b"&") if not pair.startswith(name + b"=")]
        return b"&".join([*pairs, name + b"=" + value] if value is not None else pairs)

    return write


_NO_SIGNATURE: Mapping[str, HeaderValue] = {SIGNATURE: None}
_GUESS: Mapping[str, HeaderValue] = {SIGNATURE: "v0=" + "0" * 64}

# The HTTP API answers 404 itself.
_METHODS = [
    Case(f"{method}, signed", (404, 405), method=method)
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
]

_SIGNATURES: dict[str, HeaderValue] = {
    "no signature": None,
    "empty signature": "",
    "signature without its version": "0" * 64,
    "signature in capitals": "V0=" + "A" * 64,
    "long signature": "v0=" + "0" * 65,
    "huge signature": "v0=" + "0" * 8000,
    "signature of other characters": "v0=" + "g" * 64,
    "signature with a letter beyond ASCII": "v0=" + "0" * 63 + "\xe9",
    "guessed signature": "v0=" + "0" * 64,
    "right signature and a guess": ("{signature}", "v0=" + "0" * 64),
    "guess and the right signature": ("v0=" + "0" * 64, "{signature}"),
    "right signature twice": ("{signature}", "{signature}"),
    "signature of the body alone": "v0=" + sign(SIGNING_SECRET, "", b"")[3:],
    "signature in quotes": '"{signature}"',
}
_TIMESTAMPS: dict[str, HeaderValue] = {
    "no timestamp": None,
    "empty timestamp": "",
    "timestamp of zero": "0",
    "negative timestamp": "-{timestamp}",
    "timestamp with a fraction": "{timestamp}.0",
    "timestamp in milliseconds": "{timestamp}000",
    "timestamp with underscores": "1_7_9",
    "two timestamps": ("{timestamp}", "{timestamp}"),
    "another timestamp than was signed": "1795248000",
}

_FORGED = [
    *(Case(name, (401,), headers={SIGNATURE: value}) for name, value in _SIGNATURES.items()),
    *(Case(name, (401,), headers={TIMESTAMP: value}) for name, value in _TIMESTAMPS.items()),
    Case("neither signature nor timestamp", (401,), headers={SIGNATURE: None, TIMESTAMP: None}),
    Case("signed with another secret", (401,), secret="another signing secret"),
    Case("signed with an empty secret", (401,), secret=""),
    Case("signed with the secret and a line end", (401,), secret=SIGNING_SECRET + "\n"),
    Case("six minutes old", (401,), age=timedelta(minutes=6)),
    Case("a day old", (401,), age=timedelta(days=1)),
    Case("six minutes early", (401,), age=timedelta(minutes=-6)),
    Case(
        "signature in the query, not in a header", (401,), headers=_NO_SIGNATURE, target="/slack?x-slack-signature=v0"
    ),
    Case("signature in a cookie", (401,), headers={SIGNATURE: None, "Cookie": "x-slack-signature={signature}"}),
    Case("signature in another header", (401,), headers={SIGNATURE: None, "Authorization": "{signature}"}),
]

_TAMPERED = [
    Case("one bit flipped", (401,), tamper=lambda signed: signed[:-1] + bytes([signed[-1] ^ 1])),
    Case("a field appended", (401,), tamper=lambda signed: signed + b"&text=AED"),
    Case("a field in front", (401,), tamper=lambda signed: b"text=AED&" + signed),
    Case("cut short", (401,), tamper=lambda signed: signed[:-1]),
    Case("a line end appended", (401,), tamper=lambda signed: signed + b"\n"),
    Case("encoded in another way", (401,), tamper=lambda signed: signed.replace(b"%2F", b"%2f")),
    Case("another person", (401,), tamper=_field(b"user_id", b"U0000000666")),
    Case("ssl_check appended, which Bolt once let in", (401,), tamper=lambda signed: signed + b"&ssl_check=1"),
    Case("ssl_check alone, not signed", (401,), tamper=body(b"ssl_check=1&token=x"), headers=_NO_SIGNATURE),
    Case("the body left out", (400,), tamper=body(b"")),
]

_SIZES = [
    Case("1,000,001 bytes, signed", (413,), write=body(b"text=" + b"a" * 999_996)),
    Case("a megabyte, signed", (413,), write=lambda command: command + b"&pad=" + b"a" * 1_000_000),
    Case("six megabytes, more than Lambda takes", (413,), write=body(b"a" * (6 << 20))),
    Case("a megabyte, not signed", (401, 413), tamper=body(b"a" * 1_000_000), headers=_NO_SIGNATURE),
]

_ENCODINGS = [
    Case("not UTF-8, signed", (400,), write=body(b"text=\xff\xfe")),
    Case("latin-1, signed", (400,), write=body("command=/balance&text=Z\xfcrich".encode("latin-1"))),
    Case("UTF-16, signed", (400,), write=lambda command: command.decode().encode("utf-16")),
    Case("an overlong slash, signed", (400,), write=body(b"command=\xc0\xafbalance")),
    Case("zero bytes, signed", (404,), write=body(b"\x00" * 10)),
    Case("compressed", (400, 401), tamper=body(b"\x1f\x8b\x08\x00"), headers={"Content-Encoding": "gzip"}),
]

_MALFORMED = [
    Case("an empty object, signed", (404,), write=body(b"{}")),
    Case("half an object, signed", (400,), write=body(b"{")),
    Case("a list, signed", (404,), write=body(b"[]")),
    Case("ten thousand levels, signed", (400,), write=body(b'{"a":' * 10_000)),
    Case("a command in JSON, signed", (404,), write=body(b'{"command":"/balance","team_id":["T0123456789"]}')),
    Case("half a payload, signed", (400, 404), write=body(b"payload=%7B")),
    Case("another command, signed", (404,), write=_field(b"command", b"%2Fother")),
    Case("no command, signed", (404,), write=_field(b"command", None)),
    Case("a command in capitals, signed", (404,), write=_field(b"command", b"%2FBALANCE")),
    Case("no response_url, signed", (400,), write=_field(b"response_url", None)),
    Case("semicolons between the fields, signed", (404,), write=lambda command: command.replace(b"&", b";")),
    Case("encoded twice, signed", (400,), write=lambda command: command.replace(b"%", b"%25")),
]

_JSON = {"Content-Type": "application/json"}
_PRESS: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": LISTED_PERSON, "team_id": OURS},
    "team": {"id": OURS},
    "container": {"type": "message"},
    "channel": {"id": FINANCE},
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/actions/T0123456789/1/2",
    "actions": [{"action_id": "refresh", "value": "USD"}],
}
_EVENT = {"type": "app_home_opened", "user": LISTED_PERSON, "tab": "home"}
_OPENED: dict[str, Any] = {"type": "event_callback", "team_id": OURS, "event_id": "Ev1", "event": _EVENT}


def _form(payload: object) -> bytes:
    return urlencode({"payload": payload if isinstance(payload, str) else json.dumps(payload)}).encode()


def _press(name: str, statuses: Sequence[int] = (400,), /, **changes: object) -> Case:
    """A button press with changed fields; a field that is `...` is left out."""
    return Case(f"a button with {name}, signed", statuses, write=body(_form(_changed(_PRESS, changes))))


def _event(name: str, statuses: Sequence[int] = (400,), /, **changes: object) -> Case:
    """The same for the event of an opened Home tab."""
    content = json.dumps(_changed(_OPENED, changes)).encode()
    return Case(f"an event with {name}, signed", statuses, write=body(content), headers=_JSON)


def _changed(payload: dict[str, Any], changes: dict[str, object]) -> dict[str, Any]:
    return {name: value for name, value in (payload | changes).items() if value is not ...}


_WRONG = {"no {}": ..., "a number as {}": 5, "a text as {}": "x", "a list as {}": [1], "an object as {}": {}}
_PRESSES = [
    *(
        _press(what.format(name), **{name: _WRONG[what]})
        for name, what in product(
            ("user", "container", "channel", "actions", "response_url", "team", "enterprise"), _WRONG
        )
        if what != "no {}" or name not in ("team", "enterprise")  # Slack may leave these out
    ),
    _press("no workspace at all", team=..., user={"id": LISTED_PERSON}),
    _press("an id that is a number", user={"id": 5, "team_id": OURS}),
    _press("no trigger_id for a modal", trigger_id=..., actions=[{"action_id": "details"}]),
    _press("no trigger_id for help", trigger_id=..., actions=[{"action_id": "help"}]),
    _press("no action", actions=[]),
    _press("two actions", actions=[{"action_id": "refresh"}, {"action_id": "share"}]),
    _press("a value that is a list", actions=[{"action_id": "refresh", "value": ["USD"]}]),
    _press("an unknown action", (404,), actions=[{"action_id": "transfer"}]),
    _press("the type of a submitted modal", (400,), type="view_submission", view={"type": "modal"}),
    _press("the type of a closed modal", (404,), type="view_closed", view={"type": "modal"}),
    _press("the type of a shortcut", (404,), type="shortcut", callback_id="refresh"),
    _press("no type", (404,), type=...),
    Case("a payload that is a list, signed", (400,), write=body(_form([_PRESS]))),
    Case("an empty payload, signed", (400,), write=body(_form(""))),
    Case("a payload in a payload, signed", (404,), write=body(_form({"payload": json.dumps(_PRESS)}))),
    Case("a payload of ten thousand levels, signed", (400,), write=body(_form('{"a":' * 10_000))),
    Case("a person named twice, signed", (400,), write=body(_form(json.dumps(_PRESS)[:-1] + ', "user": {}}'))),
    Case("a button, forged", (401,), write=body(_form(_PRESS)), secret="another signing secret"),
    Case("a button, six minutes old", (401,), write=body(_form(_PRESS)), age=timedelta(minutes=6)),
]
_SUBMITTED: dict[str, Any] = {
    "type": "view_submission",
    **{name: _PRESS[name] for name in ("user", "team", "trigger_id")},
    "view": {
        "type": "modal",
        "callback_id": "watch_take",
        "private_metadata": "php 1",
        "state": {"values": {"minutes": {"minutes": {"type": "radio_buttons", "selected_option": {"value": "60"}}}}},
    },
}


def _submit(name: str, statuses: Sequence[int] = (400,), /, **changes: object) -> Case:
    """A submitted form with changed members of its view."""
    view = _changed(_SUBMITTED["view"], changes)
    return Case(f"a form with {name}, signed", statuses, write=body(_form(_SUBMITTED | {"view": view})))


_FORMS = [
    *(
        _submit(what.format(name), **{name: _WRONG[what]})
        for name, what in product(("callback_id", "private_metadata", "state"), ("a number as {}", "a list as {}"))
    ),
    _submit("an unknown purpose", (404,), callback_id="transfer"),
    _submit("no rule", private_metadata=""),
    _submit("a value that is a list", state={"values": {"minutes": {"minutes": {"value": ["60"]}}}}),
    _submit("a time before 1970", state={"values": {"until": {"until": {"selected_date_time": -5}}}}),
    Case("a form, forged", (401,), write=body(_form(_SUBMITTED)), secret="another signing secret"),
    Case("a form, six minutes old", (401,), write=body(_form(_SUBMITTED)), age=timedelta(minutes=6)),
]
_EVENTS = [
    *(
        _event(what.format(name), **{name: _WRONG[what]})
        for name, what in product(("event", "team_id", "event_id"), _WRONG)
        if "text" not in what
    ),
    _event("no person", event={"type": "app_home_opened", "tab": "home"}),
    _event("a tab that is a number", event={**_EVENT, "tab": 5}),
    _event("a message in it", (404,), event={"type": "message", "user": LISTED_PERSON, "text": "USD"}),
    _event("another type around it", (404,), type="app_rate_limited"),
    Case("an event, forged", (401,), write=body(json.dumps(_OPENED).encode()), headers=_JSON, secret="another"),
    Case("an event, old", (401,), write=body(json.dumps(_OPENED).encode()), headers=_JSON, age=timedelta(minutes=6)),
]

# Headers that Slack does not sign and that control Bolt, its Lambda adapter or a proxy.
CONTROL_HEADERS: Mapping[str, HeaderValue] = {
    "X-Slack-Bolt-Lazy-Only": "1",
    "X-Slack-Bolt-Lazy-Function-Name": "handler",
    "X-Slack-Retry-Num": "1",
    "X-Slack-Retry-Reason": "http_timeout",
    "X-HTTP-Method-Override": "GET",
    "X-Forwarded-For": "169.254.169.254",
    "X-Forwarded-Host": "evil.example",
    "X-Amz-Invocation-Type": "Event",
    "X-Amz-Client-Context": "e30=",
    "Content-Type": "application/json",
    "Content-Encoding": "identity",
    "Transfer": "payload",
    "Cookie": "payload=1; token=1",
}
_CONTROLLED = [
    *(Case(f"{name}, forged", (401,), headers={**_GUESS, name: value}) for name, value in CONTROL_HEADERS.items()),
    Case("several parts, not signed", (401,), headers={SIGNATURE: None, "Content-Type": "multipart/form-data"}),
    Case("an odd charset, not signed", (401,), headers={SIGNATURE: None, "Content-Type": "text/plain; charset=rot13"}),
    Case("an endless content type, not signed", (401,), headers={SIGNATURE: None, "Content-Type": "a" * 5000}),
    Case("another path, not signed", (401, 404), target="/slack/../2015-03-31/functions", headers=_NO_SIGNATURE),
]

CASES: Sequence[Case] = (
    *(*_METHODS, *_FORGED, *_TAMPERED, *_SIZES, *_ENCODINGS),
    *(*_MALFORMED, *_PRESSES, *_FORMS, *_EVENTS, *_CONTROLLED),
)
