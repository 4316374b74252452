"""Requests that Slack does not send, as a table: what is signed, what is done to it afterwards, and the answer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from tests.intake.case import SIGNATURE, TIMESTAMP, Case, HeaderValue
from tests.intake.payloads import EVENTS, PRESSES
from tests.local.company import SIGNING_SECRET
from tests.local.simulators.slack_commands import sign


def body(content: bytes) -> Callable[[bytes], bytes]:
    """A body in place of the command's."""
    return lambda _: content


def _signature(value: HeaderValue) -> dict[str, HeaderValue]:
    return {SIGNATURE: value}


def _timestamp(value: HeaderValue) -> dict[str, HeaderValue]:
    return {TIMESTAMP: value}


def _field(name: bytes, value: bytes | None) -> Callable[[bytes], bytes]:
    """The command with another value of one field, or without it."""

    def write(command: bytes) -> bytes:
        pairs = [pair for pair in command.split(b"&") if not pair.startswith(name + b"=")]
        return b"&".join([*pairs, name + b"=" + value] if value is not None else pairs)

    return write


_METHODS = [
    Case(f"{method}, signed", (405,), method=method) for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
]

_SIGNATURES: dict[str, HeaderValue] = {
    "no signature": None,
    "empty signature": "",
    "signature without its version": "0" * 64,
    "signature of version 1": "v1=" + "0" * 64,
    "signature in capitals": "V0=" + "A" * 64,
    "short signature": "v0=" + "0" * 63,
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
    "timestamp in words": "now",
    "timestamp not a number": "nan",
    "timestamp with an exponent": "1e9",
    "timestamp with underscores": "1_7_9",
    "two timestamps": ("{timestamp}", "{timestamp}"),
    "another timestamp than was signed": "1795248000",
}

_FORGED = [
    *(Case(name, (401,), headers=_signature(value)) for name, value in _SIGNATURES.items()),
    *(Case(name, (401,), headers=_timestamp(value)) for name, value in _TIMESTAMPS.items()),
    Case("neither signature nor timestamp", (401,), headers=_signature(None) | _timestamp(None)),
    Case("signed with another secret", (401,), secret="another signing secret"),
    Case("signed with an empty secret", (401,), secret=""),
    Case("signed with the secret and a line end", (401,), secret=SIGNING_SECRET + "\n"),
    Case("six minutes old", (401,), age=timedelta(minutes=6)),
    Case("a day old", (401,), age=timedelta(days=1)),
    Case("six minutes early", (401,), age=timedelta(minutes=-6)),
    Case("signature in the query, not in a header", (401,), headers=_signature(None), target="/?x-slack-signature=v0"),
    Case("signature in a cookie", (401,), headers=_signature(None) | {"Cookie": "x-slack-signature={signature}"}),
    Case("signature in another header", (401,), headers=_signature(None) | {"Authorization": "{signature}"}),
]

_FLIPPED = [
    Case("one bit flipped", (401,), tamper=lambda signed: signed[:-1] + bytes([signed[-1] ^ 1])),
    Case("a field appended", (401,), tamper=lambda signed: signed + b"&text=AED"),
    Case("a field in front", (401,), tamper=lambda signed: b"text=AED&" + signed),
    Case("cut short", (401,), tamper=lambda signed: signed[:-1]),
    Case("a line end appended", (401,), tamper=lambda signed: signed + b"\n"),
    Case("encoded in another way", (401,), tamper=lambda signed: signed.replace(b"%2F", b"%2f")),
    Case("another person", (401,), tamper=_field(b"user_id", b"U0000000666")),
    Case("ssl_check appended, which Bolt once let in", (401,), tamper=lambda signed: signed + b"&ssl_check=1"),
    Case("ssl_check alone, not signed", (401,), tamper=body(b"ssl_check=1&token=x"), headers=_signature(None)),
    Case("the body left out", (400,), tamper=body(b"")),
]

_SIZES = [
    Case("1,000,001 bytes, signed", (413,), write=body(b"text=" + b"a" * 999_996)),
    Case("a megabyte, signed", (413,), write=lambda command: command + b"&pad=" + b"a" * 1_000_000),
    Case("six megabytes, more than Lambda takes", (413,), write=body(b"a" * (6 << 20))),
    Case("a megabyte, not signed", (401, 413), tamper=body(b"a" * 1_000_000), headers=_signature(None)),
]

_ENCODINGS = [
    Case("no UTF-8, signed", (400,), write=body(b"text=\xff\xfe")),
    Case("latin-1, signed", (400,), write=body("command=/balance&text=Z\xfcrich".encode("latin-1"))),
    Case("UTF-16, signed", (400,), write=lambda command: command.decode().encode("utf-16")),
    Case("half a character, signed", (400,), write=lambda command: command + b"\xe2\x82"),
    Case("an overlong slash, signed", (400,), write=body(b"command=\xc0\xafbalance")),
    Case("zero bytes, signed", (404,), write=body(b"\x00" * 10)),
    Case("compressed", (400, 401), tamper=body(b"\x1f\x8b\x08\x00"), headers={"Content-Encoding": "gzip"}),
]

_NONSENSE = [
    Case("one letter, signed", (404,), write=body(b"x")),
    Case("separators alone, signed", (404,), write=body(b"=&=&&&")),
    Case("an empty object, signed", (404,), write=body(b"{}")),
    Case("half an object, signed", (400,), write=body(b"{")),
    Case("a list, signed", (404,), write=body(b"[]")),
    Case("100,000 braces, signed", (400,), write=body(b"{" * 100_000)),
    Case("ten thousand levels, signed", (400,), write=body(b'{"a":' * 10_000)),
    Case("a command in JSON, signed", (400,), write=body(b'{"command":"/balance","team_id":["T0123456789"]}')),
    Case("an event, signed", (400, 404), write=body(b'{"type":"event_callback","event":{"type":"message"}}')),
    Case("an event of odd types, signed", (400, 404), write=body(b'{"type":"event_callback","event":[]}')),
    Case("a button, signed", (400, 404), write=body(b"payload=%7B%22type%22%3A%22block_actions%22%7D")),
    Case("half a payload, signed", (400, 404), write=body(b"payload=%7B")),
    Case("another command, signed", (404,), write=_field(b"command", b"%2Fother")),
    Case("no command, signed", (404,), write=_field(b"command", None)),
    Case("an empty command, signed", (404,), write=_field(b"command", b"")),
    Case("a command in capitals, signed", (404,), write=_field(b"command", b"%2FBALANCE")),
    Case("no response_url, signed", (400,), write=_field(b"response_url", None)),
    Case("an empty response_url, signed", (400,), write=_field(b"response_url", b"")),
    Case("semicolons between the fields, signed", (404,), write=lambda command: command.replace(b"&", b";")),
    Case("encoded twice, signed", (404,), write=lambda command: command.replace(b"%", b"%25")),
]

# Headers that nobody signs and that steer Bolt, its Lambda adapter or a proxy; {signature} is the right one.
STEERING: Mapping[str, HeaderValue] = {
    "X-Slack-Bolt-Lazy-Only": "1",
    "X-Slack-Bolt-Lazy-Function-Name": "handler",
    "X-Slack-Retry-Num": "1",
    "X-Slack-Retry-Reason": "http_timeout",
    "X-Slack-No-Retry": "1",
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
_STEERED = [
    Case(f"{name}, forged", (401,), headers={name: value} | _signature("v0=" + "0" * 64))
    for name, value in STEERING.items()
] + [
    Case(
        "a body of several parts, not signed",
        (401,),
        headers={"Content-Type": "multipart/form-data; boundary=a"} | _signature(None),
    ),
    Case(
        "an odd charset, not signed", (401,), headers={"Content-Type": "text/plain; charset=rot13"} | _signature(None)
    ),
    Case("an endless content type, not signed", (401,), headers={"Content-Type": "a" * 5000} | _signature(None)),
    Case(
        "another path, not signed", (401,), target="/slack/events/../../2015-03-31/functions", headers=_signature(None)
    ),
]

CASES: Sequence[Case] = (
    *(*_METHODS, *_FORGED, *_FLIPPED, *_SIZES, *_ENCODINGS),
    *(*_NONSENSE, *PRESSES, *EVENTS, *_STEERED),
)
