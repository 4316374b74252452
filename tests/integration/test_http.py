"""What is sent and what is understood when the other side behaves."""

import asyncio

import pytest

from balance_core.errors import ErrorKind
from balance_core.http import MAX_ANSWER_BYTES, Deadline, HttpReply, HttpRequest, new_client, send
from tests.integration.fault_server import FaultServer, always, answer, closed_port
from tests.integration.http_calls import AMPLE_SECONDS, call, failure


class TestAnAnswer:
    def test_is_the_exact_bytes_whatever_its_headers_say(self) -> None:
        body = b'{"amount": "1.50"}\xff\n'
        data = answer(200, body, Content_Type="application/json; charset=rot13", Sign="AbC=")
        with FaultServer(always(data)) as server:
            reply = call(server.url)
        assert (reply.status, reply.body, reply.headers["sign"]) == (200, body, "AbC=")

    @pytest.mark.parametrize("status", [200, 400, 404, 429, 500, 503])
    def test_is_returned_whatever_its_status(self, status: int) -> None:
        with FaultServer(always(answer(status, b"x"))) as server:
            assert call(server.url).status == status

    def test_may_be_as_long_as_the_cap(self) -> None:
        with FaultServer(always(answer(200, b"x" * MAX_ANSWER_BYTES))) as server:
            assert len(call(server.url).body) == MAX_ANSWER_BYTES

    def test_may_be_chunked(self) -> None:
        data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
        with FaultServer(always(data)) as server:
            assert call(server.url).body == b"abc"


class TestARequest:
    def test_carries_its_body_and_headers_and_asks_for_no_compression(self) -> None:
        with FaultServer(always(answer(200))) as server:
            call(server.url, headers={"sign": "AbC="})
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        assert body == b"{}"
        assert head.startswith(b"POST / HTTP/1.1\r\n")
        assert {b"sign: AbC=", b"Accept-Encoding: identity", b"User-Agent: balance-bot"} <= set(head.split(b"\r\n"))

    def test_ignores_the_proxies_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
        with FaultServer(always(answer(200))) as server:
            assert call(server.url).status == 200

    def test_never_returns_a_cookie(self) -> None:
        async def run(url: str) -> None:
            async with new_client() as client:
                for _ in range(2):
                    await send(client, HttpRequest(url, {}, b""), Deadline(AMPLE_SECONDS))

        with FaultServer(always(answer(200, Set_Cookie="session=of-another-account; Path=/"))) as server:
            asyncio.run(run(server.url))
        assert len(server.requests) == 2
        assert not any(b"cookie" in request.lower() for request in server.requests)

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://127.0.0.1/",
            "https://",
            "127.0.0.1",
            "http://[::1",
            "http://256.1.1.1/",
            "http://a\x00b/",
            "http://xn--a.invalid/",
            "http://127.0.0.1/\ud800",
        ],
    )
    def test_to_an_address_that_is_none_is_a_matter_of_configuration(self, url: str) -> None:
        error = failure(url)
        assert error.kind is ErrorKind.CONFIGURATION
        assert error.retries == 0

    @pytest.mark.parametrize(
        "headers", [{"app_id": "a\nb"}, {"app_id": "a\x00"}, {"app_id": "ü"}, {"app id": "a"}, {"ü": "a"}, {"": "a"}]
    )
    def test_with_a_header_that_cannot_be_sent_is_a_matter_of_configuration(self, headers: dict[str, str]) -> None:
        with FaultServer(always(answer(200))) as server:
            error = failure(server.url, headers=headers)
        assert error.kind is ErrorKind.CONFIGURATION
        assert server.requests == []

    def test_and_its_reply_keep_signatures_and_bodies_out_of_their_repr(self) -> None:
        request = HttpRequest("https://x.invalid", {"sign": "canary"}, b"canary")
        assert "canary" not in repr(request) + repr(HttpReply(200, {"sign": "canary"}, b"canary"))
