"""The server below every simulator: connections, records, faults of the transport, and a clean stop."""

import http.client
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from tests.integration.wire import send
from tests.local.simulators.exchange import Answer, ReceivedRequest
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.server import SimulatorServer

BODY = b"0123456789"


class Echo(SimulatorServer):
    """Answers each request with a fixed body, or with a bug for the path /bug."""

    def answer(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        if request.path == "/bug":
            raise LookupError("a bug in a simulator")
        return Answer(200, BODY, {"X-Route": request.route})


def connect(server: SimulatorServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)


def test_requests_are_kept_to_the_byte_on_one_kept_connection() -> None:
    with Echo() as server:
        connection = connect(server)
        for number in range(3):
            connection.request("PUT", f"/a%20b?c={number}", bytes([0, 255, number]), {"X-Name": "Value"})
            response = connection.getresponse()
            assert (response.status, response.read()) == (200, BODY)
        connection.close()
        assert server.connections == 1
        assert [request.body for request in server.requests] == [b"\0\xff\0", b"\0\xff\1", b"\0\xff\2"]
        request = server.requests[0]
        assert (request.method, request.path, request.route) == ("PUT", "/a%20b?c=0", "/a%20b")
        assert request.headers["x-name"] == "Value"
        send(server.url, b"", {})
        assert server.connections == 2


def test_counts_the_requests_that_wait_at_the_same_time() -> None:
    with Echo() as server:
        for _ in range(2):
            send(server.url, b"", {})
        assert server.most_at_once == 1
        server.set_fault(Fault(FaultName.SLOW, 60))
        waiting = [connect(server) for _ in range(3)]
        for connection in waiting:
            connection.request("POST", "/", b"")
        server.wait_for_requests(5)
        assert server.most_at_once == 3
        for connection in waiting:
            connection.close()


def test_a_head_request_gets_no_body() -> None:
    with Echo() as server:
        reply = send(server.url + "/", b"", {}, "HEAD")
        assert (reply.body, reply.headers["content-length"]) == (b"", "10")


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Transfer-Encoding: chunked", 411),
        ("Content-Length: -1", 411),
        ("Content-Length: 1_0", 411),
        ("Content-Length: 1000001", 413),
    ],
)
def test_a_body_of_unknown_or_huge_length_is_refused(header: str, status: int) -> None:
    with Echo() as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as client:
            client.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n".encode())
            answer = client.makefile("rb").read()
        assert answer.startswith(f"HTTP/1.1 {status} ".encode())
        assert server.requests == []


def test_a_body_cut_short_is_no_request() -> None:
    with Echo() as server:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
            client.shutdown(socket.SHUT_WR)
            assert client.makefile("rb").read() == b""
        assert server.requests == []


def test_the_faults_of_the_transport() -> None:
    with Echo() as server:
        server.set_fault(Fault(FaultName.FAIL))
        reply = send(server.url, b"", {})
        assert (reply.status, reply.headers["content-type"]) == (503, "text/html")
        assert b"<html>" in reply.body
        server.set_fault(Fault(FaultName.BUSY))
        reply = send(server.url, b"", {})
        assert (reply.status, reply.headers["retry-after"]) == (429, "1")
        server.set_fault(Fault(FaultName.GARBAGE))
        reply = send(server.url, b"", {})
        assert (reply.status, reply.body) == (200, b'{"code": "')
        server.set_fault(None)
        assert send(server.url, b"", {}).body == BODY
        assert len(server.requests) == 4


def test_a_reset_is_no_orderly_end_of_the_connection() -> None:
    with Echo() as server:
        server.set_fault(Fault(FaultName.RESET))
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            with pytest.raises(ConnectionResetError):
                client.recv(1)


def test_a_fault_can_end_by_itself() -> None:
    with Echo() as server:
        server.set_fault(Fault(FaultName.FAIL, times=2))
        assert [send(server.url, b"", {}).status for _ in range(4)] == [503, 503, 200, 200]


@pytest.mark.parametrize("name", [FaultName.SLOW, FaultName.DRIP])
def test_a_late_answer_is_the_right_one(name: FaultName) -> None:
    with Echo() as server:
        server.set_fault(Fault(name, seconds=0.2))
        started = time.monotonic()
        assert send(server.url, b"", {}).body == BODY
        assert time.monotonic() - started >= 0.2


def test_a_drip_comes_byte_by_byte() -> None:
    with Echo() as server:
        server.set_fault(Fault(FaultName.DRIP, seconds=0.5))
        connection = connect(server)
        connection.request("GET", "/")
        response = connection.getresponse()
        pieces = list(iter(response.read1, b""))
        connection.close()
    assert b"".join(pieces) == BODY
    assert len(pieces) > 2


@pytest.mark.parametrize("fault", [None, Fault(FaultName.SLOW, seconds=60), Fault(FaultName.DRIP, seconds=60)])
def test_a_stop_is_immediate_and_leaves_nothing_behind(fault: Fault | None) -> None:
    threads = set(threading.enumerate())
    server = Echo().start()
    server.set_fault(fault)
    connection = connect(server)
    connection.request("GET", "/")
    server.wait_for_requests(1)
    if fault is None:
        connection.getresponse().read()  # the connection stays open, as a client's pool keeps it
    started = time.monotonic()
    server.stop()
    assert time.monotonic() - started < 30
    assert set(threading.enumerate()) <= threads  # others may end meanwhile
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        send(server.url, b"", {})


def test_a_server_that_never_started_can_be_stopped() -> None:
    Echo().stop()


def test_waiting_for_requests_that_do_not_come_ends() -> None:
    with Echo() as server, pytest.raises(TimeoutError, match="0 of 1 requests"):
        server.wait_for_requests(1, timeout_seconds=0.01)


def test_nothing_is_printed_for_requests_and_hang_ups(capfd: pytest.CaptureFixture[str]) -> None:
    with Echo() as server:
        send(server.url, b"", {})
        server.set_fault(Fault(FaultName.RESET))
        with pytest.raises(ConnectionResetError):
            send(server.url, b"", {})
    assert capfd.readouterr() == ("", "")


def test_a_bug_in_a_simulator_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with Echo() as server, pytest.raises(http.client.RemoteDisconnected):
        send(server.url + "/bug", b"", {})
    assert "a bug in a simulator" in capfd.readouterr().err
