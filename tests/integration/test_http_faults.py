"""Every way in which a call can go wrong, over real sockets: what it is called, and that it ends in time."""

import asyncio
import socket
import threading
import time

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.http import MAX_ANSWER_BYTES, Deadline, HttpRequest, new_client, send
from tests.integration.fault_server import Connection, FaultServer, always, answer, closed_port, once, silent
from tests.integration.http_calls import AMPLE_SECONDS, SHORT_SECONDS, UNKNOWN_HOST, call, failure


class TestNoConnection:
    def test_refused_is_unavailable_and_worth_one_retry(self) -> None:
        error = failure(f"http://127.0.0.1:{closed_port()}/")
        assert (error.kind, error.retries) == (ErrorKind.UNAVAILABLE, 1)

    def test_an_unknown_host_is_unavailable_and_worth_one_retry(self) -> None:
        error = failure(f"http://{UNKNOWN_HOST}/")
        assert (error.kind, error.retries) == (ErrorKind.UNAVAILABLE, 1)

    def test_a_handshake_that_never_ends_is_a_timeout_and_its_socket_is_closed(self) -> None:
        hung_up = threading.Event()

        def swallow(connection: Connection) -> None:
            connection.wait_for_hang_up()
            hung_up.set()

        async def run(url: str) -> None:
            async with new_client() as client:
                with pytest.raises(ProviderError) as caught:
                    await send(client, HttpRequest(url, {}, b""), Deadline(SHORT_SECONDS))
                assert caught.value.kind is ErrorKind.TIMEOUT
                # While the client lives on, as it does in a warm function.
                assert await asyncio.to_thread(hung_up.wait, AMPLE_SECONDS)

        with FaultServer(swallow) as server:
            asyncio.run(run(server.url.replace("http:", "https:")))


class TestABrokenConnection:
    @pytest.mark.parametrize("read_first", [True, False])
    def test_reset_before_the_headers_is_unavailable_and_worth_one_retry(self, read_first: bool) -> None:
        def behave(connection: Connection) -> None:
            if read_first:
                connection.read_request()
            connection.reset()

        with FaultServer(behave) as server:
            error = failure(server.url)
        assert (error.kind, error.retries) == (ErrorKind.UNAVAILABLE, 1)

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Le",
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        ],
        ids=["before the headers", "in the headers", "in the body", "in a chunk"],
    )
    def test_closed_too_early_is_unavailable_and_worth_one_retry(self, data: bytes) -> None:
        with FaultServer(once(data)) as server:
            error = failure(server.url)
        assert (error.kind, error.retries) == (ErrorKind.UNAVAILABLE, 1)

    def test_reset_in_the_body_is_unavailable_and_worth_one_retry(self) -> None:
        def behave(connection: Connection) -> None:
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{")
            connection.reset()

        with FaultServer(behave) as server:
            error = failure(server.url)
        assert (error.kind, error.retries) == (ErrorKind.UNAVAILABLE, 1)


class TestTheDeadline:
    def test_ends_a_call_without_an_answer(self) -> None:
        with FaultServer(silent) as server:
            assert failure(server.url, SHORT_SECONDS).kind is ErrorKind.TIMEOUT

    @pytest.mark.parametrize(
        ("prefix", "drop"),
        [
            (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        ],
        ids=["informational answers", "headers", "body", "chunks"],
    )
    def test_ends_a_call_whose_answer_drips(self, prefix: bytes, drop: bytes) -> None:
        stopped = threading.Event()

        def drip(connection: Connection) -> None:
            connection.read_request()
            connection.send(prefix)
            for _ in range(1000):  # long after the deadline, and yet no test that hangs when the deadline is broken
                if stopped.wait(0.05):
                    return
                connection.send(drop)

        with FaultServer(drip) as server:
            started_seconds = time.monotonic()
            error = failure(server.url, SHORT_SECONDS)
            elapsed_seconds = time.monotonic() - started_seconds
            stopped.set()
        assert error.kind is ErrorKind.TIMEOUT
        assert SHORT_SECONDS <= elapsed_seconds < AMPLE_SECONDS

    def test_that_has_passed_sends_nothing(self) -> None:
        with FaultServer(always(answer(200))) as server:
            assert failure(server.url, -1.0).kind is ErrorKind.TIMEOUT
        assert server.requests == []

    def test_counts_down_on_the_clock_it_was_given(self) -> None:
        moments = iter([100.0, 103.0, 107.9, 108.0])
        deadline = Deadline(8, lambda: next(moments))
        assert deadline.remaining_seconds() == 5.0
        deadline.check()
        with pytest.raises(ProviderError) as caught:
            deadline.check()
        assert caught.value.kind is ErrorKind.TIMEOUT


class TestAnAnswerThatIsRefused:
    def test_an_endless_one(self) -> None:
        sent = 0

        def pour(connection: Connection) -> None:
            nonlocal sent
            # Else it may be as much as the machine's settings let wait to be sent.
            connection.stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                connection.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
                sent += 65_536

        with FaultServer(pour) as server:
            error = failure(server.url)
        assert (error.kind, error.retries) == (ErrorKind.BAD_RESPONSE, 0)
        # What the two sides' socket buffers hold comes on top.
        assert MAX_ANSWER_BYTES < sent < 20 * MAX_ANSWER_BYTES

    def test_one_byte_too_many(self) -> None:
        with FaultServer(always(answer(200, b"x" * (MAX_ANSWER_BYTES + 1)))) as server:
            assert failure(server.url).kind is ErrorKind.BAD_RESPONSE

    @pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "identity, gzip"])
    def test_a_compressed_one(self, coding: str) -> None:
        with FaultServer(always(answer(200, b"\x1f\x8b", Content_Encoding=coding))) as server:
            error = failure(server.url)
        assert error.kind is ErrorKind.BAD_RESPONSE
        assert "compressed" in error.message

    def test_identity_is_not_compressed(self) -> None:
        with FaultServer(always(answer(200, b"x", Content_Encoding="Identity"))) as server:
            assert call(server.url).body == b"x"

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_redirect(self, status: int) -> None:
        with FaultServer(always(answer(200))) as other:
            with FaultServer(always(answer(status, Location=other.url))) as server:
                error = failure(server.url)
            assert other.accepted == 0
        assert (error.kind, error.provider_code) == (ErrorKind.BAD_RESPONSE, f"HTTP {status}")

    @pytest.mark.parametrize("location", ["http://xn--a/", "http://[::1", "//", "http://" + "x" * 70_000])
    def test_a_redirect_to_nowhere_is_the_providers_fault_too(self, location: str) -> None:
        with FaultServer(always(answer(302, Location=location))) as server:
            error = failure(server.url)
        assert (error.kind, error.provider_code) == (ErrorKind.BAD_RESPONSE, "HTTP 302")

    @pytest.mark.parametrize(
        "data",
        [
            b"\x15\x03\x01\x00\x02\x02\x28",
            b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
            b"HTTP/2 200\r\n\r\n",
            b"HTTP/1.1 connection closed\r\n\r\n",
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
            b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
        ],
    )
    def test_one_that_is_not_http(self, data: bytes) -> None:
        with FaultServer(once(data)) as server:
            error = failure(server.url)
        assert (error.kind, error.retries) == (ErrorKind.BAD_RESPONSE, 0)
