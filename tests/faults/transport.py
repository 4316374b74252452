"""Faults on the way to the provider: names, connections, certificates, and answers that are not HTTP.

The servers are on raw sockets at a loopback address, most of them behind a valid certificate.
"""

import gzip
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress

from balance_core.errors import ErrorKind
from tests.faults.certificates import Certificates
from tests.faults.dialects import Dialect
from tests.faults.fault_class import Place, classes
from tests.integration.fault_server import Behaviour, Connection, FaultServer, always, answer, closed_port
from tests.integration.http_calls import UNKNOWN_HOST
from tests.local.http_server import HttpServer, Response

# What becomes of an honest answer.
Change = Callable[[Dialect, Response], Response]

_OK = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_METADATA = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"


def changing(change: Change, certificate: str = "valid") -> Place:
    """A server, with one of the Certificates, whose honest answers go through `change`."""

    @contextmanager
    def place(dialect: Dialect, certificates: Certificates) -> Iterator[str]:
        simulator = dialect.local.simulator
        tls = certificates.servers[certificate]
        with closing(HttpServer(lambda request: change(dialect, simulator.answer(request, None)), tls=tls)) as server:
            yield server.url

    return place


def honest(certificate: str = "valid") -> Place:
    """A server with one of the Certificates that answers as the provider does."""
    return changing(lambda _, honest: honest, certificate)


def sending(data: bytes) -> Place:
    """A server that answers every request with exactly `data`."""
    return _serving(always(data))


def _serving(behaviour: Behaviour, certificate: str | None = "valid") -> Place:
    """A server on a raw socket, with one of the Certificates, or without TLS at an https address."""

    @contextmanager
    def place(_dialect: Dialect, certificates: Certificates) -> Iterator[str]:
        with FaultServer(behaviour, certificates.servers[certificate] if certificate else None) as server:
            yield server.url.replace("http:", "https:")

    return place


def _after(sent: bytes, end: Behaviour = lambda _: None) -> Place:
    """Take a request, send this much of an answer, and then do `end`, or close the connection."""

    def behave(connection: Connection) -> None:
        connection.read_request()
        connection.send(sent)
        end(connection)

    return _serving(behave)


def _drip(drop: bytes) -> Behaviour:
    """Send `drop` every 300 ms until the client hangs up."""

    def behave(connection: Connection) -> None:
        connection.stream.settimeout(0.3)
        received = None
        while received != b"":
            connection.send(drop)
            with suppress(TimeoutError):
                received = connection.stream.recv(1)

    return behave


def _pour(block: bytes) -> Behaviour:
    """Send `block` as fast as the client takes it, without end."""

    def behave(connection: Connection) -> None:
        while True:
            connection.send(block)

    return behave


def _at(host: str) -> Place:
    return lambda _dialect, _certificates: nullcontext(f"https://{host}")


@contextmanager
def _never_accepting(_dialect: Dialect, _certificates: Certificates) -> Iterator[str]:
    """A listener whose queue is full, so that the system drops every further attempt to connect."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def _redirecting_to_a_trap(dialect: Dialect, certificates: Certificates) -> Iterator[str]:
    """A redirect to another host, which raises AssertionError if anybody connected to it."""
    with FaultServer(always(answer(200)), certificates.servers["valid"]) as trap:
        with sending(answer(307, Location=trap.url))(dialect, certificates) as url:
            yield url
        if trap.accepted:
            raise AssertionError("a redirect was followed")


def _reset_the_handshake(connection: Connection) -> None:
    connection.stream.recv(1)
    connection.reset()


def _answer_without_tls(connection: Connection) -> None:
    connection.stream.recv(65_536)
    connection.send(answer(400))


def _leave_tls(connection: Connection) -> None:
    with socket.socket(fileno=connection.stream.detach()) as bare:
        bare.sendall(b"not a TLS record")


TRANSPORT = [
    *classes(ErrorKind.CONFIGURATION, {"unknown host": _at(UNKNOWN_HOST)}),
    *classes(
        ErrorKind.UNAVAILABLE,
        {
            "connection refused": _at(f"127.0.0.1:{closed_port()}"),
            "reset during the handshake": _serving(_reset_the_handshake, None),
            "reset before the headers": _after(b"", Connection.reset),
            "reset in the body": _after(_OK + b"Content-Length: 50\r\n\r\n{", Connection.reset),
            "closed without an answer": _after(b""),
            "closed in the headers": _after(b"HTTP/1.1 200 OK\r\nContent-Le"),
            "truncated body": _after(_OK + b"Content-Length: 50\r\n\r\n{"),
            "truncated chunk": _after(_CHUNKED + b"5\r\n{"),
            "broken chunk": _after(_CHUNKED + b"ZZ\r\n"),
            "certificate of another host": honest("wrong host"),
            "certificate that has expired": honest("expired"),
            "certificate that is not valid yet": honest("not yet valid"),
            "certificate of an unknown authority": honest("unknown authority"),
            "self-signed certificate": honest("self-signed"),
            "no TLS where TLS is expected": _serving(_answer_without_tls, None),
            "bytes outside TLS": _after(b"", _leave_tls),
        },
    ),
    *classes(
        ErrorKind.TIMEOUT,
        {
            "connection never accepted": _never_accepting,
            "handshake that never begins": _serving(Connection.wait_for_hang_up, None),
            "silence after the request": _after(b"", Connection.wait_for_hang_up),
            "one byte of the headers every 300 ms": _after(_OK + b"X: ", _drip(b"x")),
            "one byte of the body every 300 ms": _after(_OK + b"Content-Length: 9999\r\n\r\n", _drip(b" ")),
            "one chunk every 300 ms": _after(_CHUNKED, _drip(b"1\r\n \r\n")),
            "informational answers without end": _after(b"", _drip(b"HTTP/1.1 100 Continue\r\n\r\n")),
            "Content-Length says more than comes": _after(
                _OK + b"Content-Length: 50\r\n\r\n{}", Connection.wait_for_hang_up
            ),
        },
    ),
    *classes(
        ErrorKind.BAD_RESPONSE,
        {
            "Content-Length says less than comes": _after(
                _OK + b'Content-Length: 5\r\n\r\n{"head": {}, "code": "0"}', Connection.wait_for_hang_up
            ),
            "two Content-Lengths": _after(_OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
            "endless chunks": _after(_CHUNKED, _pour(b"10000\r\n" + b" " * 65_536 + b"\r\n")),
            "five gigabytes announced and sent": _after(
                _OK + b"Content-Length: 5000000000\r\n\r\n", _pour(b" " * 65_536)
            ),
            "endless header": _after(_OK + b"X: ", _pour(b"x" * 65_536)),
            "gzip bomb": sending(answer(200, gzip.compress(bytes(10**8), 1), Content_Encoding="gzip")),
            "unexpected encoding": sending(answer(200, b"\x0b\x02\x80{}\x03", Content_Encoding="br")),
            "greeting of another protocol": _after(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
            "binary garbage": _after(bytes(range(256)) * 8),
            "another version of HTTP": _after(b"HTTP/2 200\r\n\r\n"),
            "switch to another protocol": _after(b"HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
            "redirect to another host": _redirecting_to_a_trap,
            "redirect to the metadata address": sending(answer(302, Location=_METADATA)),
            "redirect to plain HTTP": sending(answer(308, Location="http://127.0.0.1:9/")),
            "redirect to a malformed address": sending(answer(302, Location="http://xn--a/")),
            "redirect without an address": sending(answer(301)),
        },
    ),
]
