"""The sockets below a simulator: threads, keep-alive connections, and the faults that happen to bytes."""

import socket
import socketserver
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol, cast

from tests.local.simulators.exchange import Answer, ReceivedRequest, html_answer
from tests.local.simulators.faults import Fault, FaultName

_MOST_BODY_BYTES = 1_000_000


class Receiver(Protocol):
    """Who decides what is answered; both methods are called by the connections' threads."""

    def receive(self, request: ReceivedRequest, arrived_seconds: float) -> tuple[Answer, Fault | None]: ...

    def pause(self, seconds: float) -> None: ...


class Listener(socketserver.ThreadingTCPServer):
    """A socket on 127.0.0.1, on a port that the system chooses.

    Not ThreadingHTTPServer: that one looks its host name up in DNS and does not join its threads.
    """

    request_queue_size = 128

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.accepted = 0
        self._stopping = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def serve(self) -> None:
        """Take connections until `stop_serving`; waits without polling, so that an idle simulator costs nothing."""
        while not self._stopping:
            self.handle_request()

    def stop_serving(self) -> None:
        """Make `serve` return: a connection of our own wakes it."""
        self._stopping = True
        socket.create_connection(("127.0.0.1", self.server_address[1])).close()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        return not self._stopping

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        with self._lock:
            self.accepted += 1
            self._open.add(cast(socket.socket, request))
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._lock:
            self._open.discard(cast(socket.socket, request))
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        """End every open connection, so that its thread ends too."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # the other side was quicker
                    continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that hangs up is part of the game; anything else is a bug in a simulator and prints its traceback.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Simulator"
    sys_version = ""
    disable_nagle_algorithm = True  # the bytes of a drip leave one by one
    wbufsize = -1  # headers and body leave in one segment

    def parse_request(self) -> bool:
        """Called with the first line: many requests that come at once are read on before they get their turns."""
        self._arrived_seconds = time.monotonic()
        return super().parse_request()

    def serve(self) -> None:
        body = self._read_body()
        if body is None:
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = ReceivedRequest(self.command, self.path, headers, body)
        answer, fault = self._receiver.receive(request, self._arrived_seconds)
        if fault and fault.name is FaultName.RESET:
            self._reset()
            return
        self._send_headers(answer)
        if self.command == "HEAD":
            return
        if fault and fault.name is FaultName.DRIP:
            self._drip(answer.body, fault.seconds)
        else:
            self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = serve  # noqa: N815 - http.server names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server names it
        """Say nothing: the terminal belongs to the person in front of it."""

    @property
    def _receiver(self) -> Receiver:
        return cast(Listener, self.server).receiver

    def _read_body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self._refuse(411)
        elif int(length) > _MOST_BODY_BYTES:
            self._refuse(413)
        else:
            body = self.rfile.read(int(length))
            if len(body) == int(length):
                return body
            self.close_connection = True
        return None

    def _refuse(self, status: int) -> None:
        answer = html_answer(status)
        self.close_connection = True  # the body was not read, so the next request could not be found
        self._send_headers(answer)
        self.wfile.write(answer.body)

    def _send_headers(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _drip(self, body: bytes, seconds: float) -> None:
        for place in range(len(body)):
            self._receiver.pause(seconds / len(body))
            self.wfile.write(body[place : place + 1])
            self.wfile.flush()

    def _reset(self) -> None:
        self.close_connection = True
        # Closing with a linger time of zero sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())
