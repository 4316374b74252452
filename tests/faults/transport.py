"""Classes of faults on the way to the provider: names, connections, certificates, and HTTP that is none."""

from balance_core.errors import ErrorKind
from tests.faults.behaviours import (
    answering_plainly,
    bomb,
    dripping,
    leaving_tls,
    pouring,
    resetting,
    resetting_at_once,
    saying_nothing,
    stalling,
)
from tests.faults.fault_class import FaultClass, Layer, Place
from tests.faults.places import (
    breaking_off,
    doing,
    never_accepting,
    redirecting_to_a_trap,
    refused,
    sending,
    showing,
    unknown_host,
    without_tls,
)
from tests.integration.fault_server import answer, silent

_OK = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_BLOCK = b" " * 65_536
_METADATA = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"


def _classes(layer: Layer, kind: ErrorKind, places: dict[str, Place]) -> list[FaultClass]:
    return [FaultClass(name, layer, place, kind) for name, place in places.items()]


NETWORK = [
    *_classes(
        Layer.NETWORK,
        ErrorKind.UNAVAILABLE,
        {
            "unknown host": unknown_host,
            "connection refused": refused,
            "reset during the handshake": without_tls(resetting_at_once),
            "reset before the headers": doing(resetting()),
            "reset in the body": doing(resetting(_OK + b"Content-Length: 50\r\n\r\n{")),
            "closed without an answer": breaking_off(b""),
            "closed in the headers": breaking_off(b"HTTP/1.1 200 OK\r\nContent-Le"),
        },
    ),
    *_classes(
        Layer.NETWORK,
        ErrorKind.TIMEOUT,
        {
            "connection never accepted": never_accepting,
            "handshake that never begins": without_tls(saying_nothing),
            "silence after the request": doing(silent),
        },
    ),
]
TLS = _classes(
    Layer.TLS,
    ErrorKind.UNAVAILABLE,
    {
        "certificate of another host": showing("wrong_host"),
        "certificate that has expired": showing("expired"),
        "certificate that is not valid yet": showing("not_yet_valid"),
        "certificate of an unknown authority": showing("unknown_authority"),
        "certificate that vouches for itself": showing("self_signed"),
        "no TLS where TLS is expected": without_tls(answering_plainly),
        "bytes outside TLS": doing(leaving_tls),
    },
)
SLOW = _classes(
    Layer.HTTP,
    ErrorKind.TIMEOUT,
    {
        "one byte of the headers every 300 ms": doing(dripping(_OK + b"X: ", b"x")),
        "one byte of the body every 300 ms": doing(dripping(_OK + b"Content-Length: 9999\r\n\r\n", b" ")),
        "one chunk every 300 ms": doing(dripping(_CHUNKED, b"1\r\n \r\n")),
        "informational answers without end": doing(dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
        "Content-Length says more than comes": doing(stalling(_OK + b"Content-Length: 50\r\n\r\n{}")),
    },
)
CUT = _classes(
    Layer.HTTP,
    ErrorKind.UNAVAILABLE,
    {
        "truncated body": breaking_off(_OK + b"Content-Length: 50\r\n\r\n{"),
        "truncated chunk": breaking_off(_CHUNKED + b"5\r\n{"),
    },
)
WRONG_HTTP = _classes(
    Layer.HTTP,
    ErrorKind.BAD_RESPONSE,
    {
        "Content-Length says less than comes": doing(
            stalling(_OK + b'Content-Length: 5\r\n\r\n{"head": {}, "code": "0"}')
        ),
        "two Content-Lengths": breaking_off(_OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
        "endless chunks": doing(pouring(_CHUNKED, b"10000\r\n" + _BLOCK + b"\r\n")),
        "five gigabytes announced and sent": doing(pouring(_OK + b"Content-Length: 5000000000\r\n\r\n", _BLOCK)),
        "endless header": doing(pouring(_OK + b"X: ", b"x" * 65_536)),
        "broken chunk": breaking_off(_CHUNKED + b"ZZ\r\n"),
        "gzip bomb": sending(answer(200, bomb(100), Content_Encoding="gzip")),
        "unexpected encoding": sending(answer(200, b"\x0b\x02\x80{}\x03", Content_Encoding="br")),
        "greeting of another protocol": breaking_off(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        "binary garbage": breaking_off(bytes(range(256)) * 8),
        "another version of HTTP": breaking_off(b"HTTP/2 200\r\n\r\n"),
        "switch to another protocol": breaking_off(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
        ),
        "redirect to another host": redirecting_to_a_trap,
        "redirect to the metadata address": sending(answer(302, Location=_METADATA)),
        "redirect to plain HTTP": sending(answer(308, Location="http://127.0.0.1:9/")),
        "redirect to nowhere": sending(answer(302, Location="http://xn--a/")),
        "redirect without an address": sending(answer(301)),
    },
)
