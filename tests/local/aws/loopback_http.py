"""HTTP/1.1 on 127.0.0.1: what every front of the local Lambda service stands on."""

import contextlib
import json
import socket
import socketserver
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self, cast


@dataclass(frozen=True)
class Request:
    """One request as it came: `target` is path and query undecoded, `peer` the client's IP address."""

    method: str
    target: str
    headers: Message
    body: bytes
    peer: str


@dataclass(frozen=True)
class Response:
    """One answer; Content-Length is added, and a HEAD request gets no body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)


def json_response(status: int, document: object, headers: Mapping[str, str] | None = None) -> Response:
    """An answer with a JSON body; `headers` may also name another Content-Type than application/json."""
    return Response(status, json.dumps(document).encode(), {"Content-Type": "application/json", **(headers or {})})


class LoopbackServer(socketserver.ThreadingTCPServer):
    """Serves from its construction until `close`, each connection in a thread of its own.

    `answer` returns the response, or None to hang up without one. Whoever makes `answer` wait for something must end
    that wait before `close`, which joins every thread. `port` 0 lets the system choose one. Raises OSError when it is
    taken.
    """

    request_queue_size = 128
    # A port that was asked for by number can be had again at once, though old connections to it are still fading.
    allow_reuse_address = True

    def __init__(self, answer: Callable[[Request], Response | None], port: int = 0) -> None:
        self.answer = answer
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        super().__init__(("127.0.0.1", port), _Connection)
        self._accepting = threading.Thread(target=self._accept, name="loopback accept", daemon=True)
        self._accepting.start()

    @property
    def address(self) -> str:
        """Host and port, `127.0.0.1:40123`."""
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """The origin, without a slash at its end."""
        return f"http://{self.address}"

    def close(self) -> None:
        """Stop at once and close every socket; a second call does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        # One more connection wakes the accepting thread: quicker than polling, and it works on every system.
        socket.create_connection(("127.0.0.1", self.server_address[1])).close()
        self._accepting.join()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # the other side was quicker
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._lock:
            self._open.discard(cast(socket.socket, request))
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A process that is killed hangs up in the middle of a request; anything else is a bug and prints its traceback.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            self.handle_request()


class LoopbackFront(ABC):
    """One of AWS's HTTP interfaces: served at `url` from its construction until `close`, or as a with block.

    A subclass sets its own fields first; `port` is LoopbackServer's. `close` waits for the answers that are under way;
    whoever stops the Lambda service before has ended those.
    """

    def __init__(self, port: int = 0) -> None:
        self._server = LoopbackServer(self.answer, port)
        self.url = self._server.url

    @abstractmethod
    def answer(self, request: Request) -> Response:
        """The response to one request; called by the connections' threads."""

    def close(self) -> None:
        """Stop serving."""
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "LocalLambda"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one segment

    def exchange(self) -> None:
        request = Request(self.command, self.path, self.headers, self._body(), self.client_address[0])
        response = cast(LoopbackServer, self.server).answer(request)
        if response is None:
            self.close_connection = True
            return
        self.send_response(response.status)
        for name, values in response.headers.items():
            for value in [values] if isinstance(values, str) else values:
                self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = exchange  # noqa: N815 - http.server names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server names it
        """Say nothing: the terminal belongs to the person in front of it."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self._read(int(self.headers.get("Content-Length") or 0))
        body = b""  # Lambda's C++ runtime client sends chunks
        while size := int(self._line().split(b";")[0], 16):
            body += self._read(size)
            self._line()
        while self._line().strip():
            continue  # trailers, which nobody here sends
        return body

    def _line(self) -> bytes:
        line = self.rfile.readline(65537)
        if not line:
            raise ConnectionAbortedError("the client hung up inside a request")
        return line

    def _read(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionAbortedError("the client hung up inside a request")
        return body
