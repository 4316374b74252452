"""The HTTP server below every front of the local Lambda service, and the Runtime API's refusals."""

import gc
import json
import socket
import struct
import threading

import httpx
import pytest

from tests.local.aws.invocation import Invocation
from tests.local.aws.loopback_http import LoopbackServer, Request, Response
from tests.local.aws.runtime_api import Milestone, RuntimeApi


def echo(request: Request) -> Response | None:
    """The body back; for /hang-up nothing at all, for /bug an exception."""
    if request.target == "/bug":
        raise LookupError("a bug in a front")
    return None if request.target == "/hang-up" else Response(200, request.body, {"X-Method": request.method})


def connected(server: LoopbackServer) -> socket.socket:
    """A raw connection to a server."""
    return socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=10)


@pytest.fixture
def server() -> LoopbackServer:
    return LoopbackServer(echo)


def test_a_chunked_body_is_put_together_and_the_connection_goes_on(server: LoopbackServer) -> None:
    with httpx.Client() as client:
        for parts in ([b"one ", b"two"], [b""]):
            reply = client.post(server.url, content=iter(parts))
            assert (reply.content, reply.headers["x-method"]) == (b"".join(parts), "POST")
    server.close()


def test_a_head_request_gets_a_length_and_no_body(server: LoopbackServer) -> None:
    with connected(server) as client:
        client.sendall(b"HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
        with client.makefile("rb") as received:
            head, _, body = received.read().partition(b"\r\n\r\n")
    assert b"Content-Length: 3" in head
    assert body == b""
    server.close()


def test_no_answer_is_a_closed_connection(server: LoopbackServer) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{server.url}/hang-up")
    server.close()


def test_a_close_cuts_idle_connections_and_leaves_no_thread() -> None:
    others = set(threading.enumerate())
    server = LoopbackServer(echo)
    with httpx.Client() as client:
        client.get(server.url)
        # The accepting thread and the connection's.
        assert len(set(threading.enumerate()) - others) == 2
        server.close()
        assert set(threading.enumerate()) <= others
        server.close()


@pytest.mark.parametrize("size", [3, 10_000_000])
def test_a_client_that_goes_away_leaves_nothing_and_says_nothing(size: int, capsys: pytest.CaptureFixture[str]) -> None:
    asked, gone = threading.Event(), threading.Event()

    def late(request: Request) -> Response:
        asked.set()
        gone.wait(10)
        return Response(200, b"x" * size)

    server = LoopbackServer(late)
    client = connected(server)
    client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert asked.wait(10)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    gone.set()
    server.close()
    gc.collect()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "half", [b"Content-Length: 100\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n"]
)
def test_half_a_request_is_not_answered(half: bytes) -> None:
    seen: list[Request] = []

    def note(request: Request) -> None:
        seen.append(request)

    server = LoopbackServer(note)
    with connected(server) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\n" + half)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
    server.close()
    assert seen == []


def test_a_bug_prints_its_traceback(server: LoopbackServer, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{server.url}/bug")
    server.close()
    assert "LookupError: a bug in a front" in capsys.readouterr().err


def test_the_runtime_api_refuses_an_answer_for_another_request() -> None:
    api = RuntimeApi()
    base = f"http://{api.address}/2018-06-01/runtime"
    api.offer(Invocation("one", b"{}", "arn"), 10)
    assert httpx.get(f"{base}/invocation/next").headers["lambda-runtime-aws-request-id"] == "one"
    for request_id, status in (("two", 400), ("one", 202), ("one", 400)):
        assert httpx.post(f"{base}/invocation/{request_id}/response", content=b"1").status_code == status
    reports = [api.wait(1) for _ in range(2)]
    assert [report and report.milestone for report in reports] == [Milestone.READY, Milestone.ANSWERED]
    assert api.wait(0) is None
    assert json.loads(httpx.get(f"{base}/nothing").content)["errorType"] == "InvalidPath"
    api.close()
