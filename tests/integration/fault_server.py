"""A server on a bare socket that does what a test tells it to: every way in which an answer can go wrong.

    with FaultServer(always(answer(200, b"{}"))) as server: ... server.url, server.accepted, server.requests

A behaviour talks to one connection, in that connection's own thread. When it returns, the connection is closed.
"""

import atexit
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from types import TracebackType
from typing import Self

# A test fails instead of hanging when the client waits forever.
_PATIENCE_SECONDS = 60.0


class Connection:
    """The server's side of one connection."""

    def __init__(self, stream: socket.socket, on_request: Callable[[bytes], None]) -> None:
        self.stream = stream
        self._on_request = on_request
        self._buffer = b""

    def read_request(self) -> bytes | None:
        """The next request, head and body, which is also recorded; None once the client has hung up."""
        while (end := self._end_of_request()) is None:
            try:
                received = self.stream.recv(65_536)
            except OSError:
                received = b""
            if not received:
                return None
            self._buffer += received
        request, self._buffer = self._buffer[:end], self._buffer[end:]
        self._on_request(request)
        return request

    def _end_of_request(self) -> int | None:
        head, blank_line, body = self._buffer.partition(b"\r\n\r\n")
        if not blank_line:
            return None
        lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0]) if lengths else 0
        return len(head) + 4 + length if len(body) >= length else None

    def send(self, data: bytes) -> None:
        self.stream.sendall(data)

    def wait_for_hang_up(self) -> None:
        """Read until the client closes the connection."""
        while self.stream.recv(65_536):
            pass

    def reset(self) -> None:
        """Send RST instead of FIN: a linger time of zero does that."""
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()


Behaviour = Callable[[Connection], None]


class FaultServer:
    """Listens on 127.0.0.1. `accepted` counts connections; `requests` are the bytes received, in order of arrival."""

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.accepted = 0
        self.requests: list[bytes] = []
        self._behaviour = behaviour
        self._tls = tls
        self._closing = False
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}/"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._closing = True
        socket.create_connection(self._listener.getsockname()).close()  # wakes accept() on every system
        self._threads[0].join()
        with self._lock:
            for stream in self._open:
                with suppress(OSError):  # the connection has just ended by itself
                    stream.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            stream, _ = self._listener.accept()
            if self._closing:
                stream.close()
                return
            with self._lock:
                self.accepted += 1
            self._start(partial(self._serve, stream))

    def _serve(self, stream: socket.socket) -> None:
        stream.settimeout(_PATIENCE_SECONDS)
        # An OSError means that the client hung up, at its deadline or because it does not trust the certificate.
        with suppress(OSError), self._tls.wrap_socket(stream, server_side=True) if self._tls else stream as wrapped:
            with self._lock:
                self._open.add(wrapped)
            self._behaviour(Connection(wrapped, self._record))

    def _record(self, request: bytes) -> None:
        with self._lock:
            self.requests.append(request)


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A complete HTTP answer; an underscore in a header's name stands for a hyphen."""
    named = {"Content-Length": str(len(body)), **{name.replace("_", "-"): text for name, text in headers.items()}}
    lines = [f"HTTP/1.1 {status} Reason", *(f"{name}: {text}" for name, text in named.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def in_turn(*answers: bytes) -> Behaviour:
    """Answer the first request with the first of `answers`, and so on; later ones with the last."""
    left = list(answers)
    lock = threading.Lock()

    def behave(connection: Connection) -> None:
        while connection.read_request() is not None:
            with lock:
                data = left.pop(0) if len(left) > 1 else left[0]
            connection.send(data)

    return behave


def always(data: bytes) -> Behaviour:
    """Answer every request with `data` and keep the connection open."""
    return in_turn(data)


def once(data: bytes) -> Behaviour:
    """Answer one request with `data` and close."""

    def behave(connection: Connection) -> None:
        connection.read_request()
        connection.send(data)

    return behave


def silent(connection: Connection) -> None:
    """Take a request and never answer."""
    connection.read_request()
    connection.wait_for_hang_up()


@cache
def closed_port() -> int:
    """A port on 127.0.0.1 that refuses connections and that no other process can get: bound, but not listening."""
    place = socket.socket()
    atexit.register(place.close)
    place.bind(("127.0.0.1", 0))
    return int(place.getsockname()[1])
