"""HTTP/1.1 on 127.0.0.1, with or without TLS: the server of every simulator and of every local AWS service."""

import contextlib
import json
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self, cast
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    """A request as it arrived: `path` includes the query string, header names are in lower case, the body is exact.

    The values of a repeated header are joined by commas. `peer` is the client's IP address, `host` the name that the
    server was given, and `arrived_seconds` the time on the monotonic clock.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    peer: str = "127.0.0.1"
    host: str = ""
    arrived_seconds: float = field(default=0.0, compare=False)

    @property
    def route(self) -> str:
        """The path without the query string."""
        return self.path.partition("?")[0]

    @property
    def query(self) -> Mapping[str, str]:
        """The decoded parameters of the query string; the last one wins when a name is repeated."""
        return dict(parse_qsl(self.path.partition("?")[2], keep_blank_values=True))

    @property
    def media_type(self) -> str:
        """Content-Type in lower case without its parameters; empty when there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Response:
    """A response. Content-Length is added, and a HEAD request gets no body.

    The bytes of the body are spread over `drip_seconds`.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drip_seconds: float = 0.0


# Resets the connection instead of sending a response.
RESET = Response(0)


def json_response(status: int, document: object, headers: Mapping[str, str] | None = None) -> Response:
    """A response with a JSON body; `headers` may replace the Content-Type."""
    return Response(status, json.dumps(document).encode(), {"Content-Type": "application/json", **(headers or {})})


class HttpServer(socketserver.ThreadingTCPServer):
    """Serves from construction until `close`, each connection in its own thread; over TLS when given a context.

    `answer` returns the response, or None to close the connection without one. `close` waits for calls of `answer`
    that are under way. `port` 0 lets the system choose; OSError is raised when the port is taken. `host` is passed on
    in every Request.
    """

    request_queue_size = 128
    # So that a port given by number is available again at once, while old connections to it time out.
    allow_reuse_address = True

    def __init__(
        self,
        answer: Callable[[Request], Response | None],
        port: int = 0,
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "",
    ) -> None:
        self.answer, self.host = answer, host
        self.accepted = 0
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        super().__init__(("127.0.0.1", port), _Connection)
        self.address = f"127.0.0.1:{self.server_address[1]}"
        self.url = f"{'https' if tls else 'http'}://{self.address}"
        self._accepting = threading.Thread(target=self._accept, name=f"accept {self.address}", daemon=True)
        self._accepting.start()

    def pause(self, seconds: float) -> None:
        """Wait; `close` ends the wait."""
        self._stopping.wait(seconds)

    def hang_up(self) -> None:
        """Close every open connection, as a server does after waiting too long for the next request."""
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # the client was faster
                    # Not SSLSocket's own method, which would pull the session away from the connection's thread.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop at once and close every socket; a second call does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        # A connection wakes the accepting thread: faster than polling, and it works on every system.
        socket.create_connection(("127.0.0.1", self.server_address[1])).close()
        self._accepting.join()
        self.hang_up()
        self.server_close()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self._tls:
            # The first read does the handshake, in the connection's own thread.
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.add(connection)
        return connection, address

    def verify_request(self, request: Any, client_address: Any) -> bool:
        self.accepted += not self._stopping.is_set()
        return not self._stopping.is_set()

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._lock:
            self._open.discard(cast(socket.socket, request))
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client may hang up or reject the certificate; anything else is a bug, and its traceback is printed.
        if not isinstance(sys.exc_info()[1], ConnectionError | ssl.SSLError):
            super().handle_error(request, client_address)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            self.handle_request()


class HttpService(ABC):
    """A service at `url`, from construction until `close` or the end of a with block; arguments as for HttpServer.

    A subclass sets its own fields before it calls this constructor.
    """

    def __init__(self, port: int = 0) -> None:
        self._server = HttpServer(self.answer, port)
        self.address, self.url = self._server.address, self._server.url

    @abstractmethod
    def answer(self, request: Request) -> Response | None:
        """The response to one request; called by the threads of the connections."""

    def close(self) -> None:
        """Stop serving."""
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Local"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one segment

    def parse_request(self) -> bool:
        """Called once the first line is read; requests that arrive together may wait for the interpreter from here."""
        self._arrived_seconds = time.monotonic()
        return super().parse_request()

    def serve(self) -> None:
        server = cast(HttpServer, self.server)
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            headers[name.lower()] = f"{headers[name.lower()]},{value}" if name.lower() in headers else value
        request = Request(
            self.command, self.path, headers, self._body(), self.client_address[0], server.host, self._arrived_seconds
        )
        response = server.answer(request)
        if response is None:
            self.close_connection = True
        elif response is RESET:
            self._reset()
        else:
            self._send(response)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = serve  # noqa: N815 - http.server names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server names it
        """Print nothing: the terminal belongs to the person who started the system."""

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if not response.drip_seconds:
            self.wfile.write(response.body)
            return
        for index in range(len(response.body)):
            cast(HttpServer, self.server).pause(response.drip_seconds / len(response.body))
            self.wfile.write(response.body[index : index + 1])
            self.wfile.flush()

    def _reset(self) -> None:
        self.close_connection = True
        # Closing with a linger time of zero sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self._read(int(self.headers.get("Content-Length") or 0))
        body = b""  # Lambda's C++ runtime client sends chunks
        while size := int(self._line().split(b";")[0], 16):
            body += self._read(size)
            self._line()
        while self._line().strip():
            continue  # trailers, which no client here sends
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
