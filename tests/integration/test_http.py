"""One HTTP call: what it sends, what it returns, and how it fails.

The fault matrix (tests/faults) covers endless, cut-off and malformed replies, redirects, and all faults of TLS.
"""

import asyncio
import ssl
import threading

import pytest
import trustme

from balance_core.deadline import Deadline
from balance_core.errors import ErrorKind, ProviderError
from balance_core.provider.http import MAX_ANSWER_BYTES, HttpReply, HttpRequest, new_client, send
from tests.integration.fault_server import Connection, FaultServer, always, answer, closed_port, silent
from tests.integration.http_calls import AMPLE_SECONDS, SHORT_SECONDS, call, calls, failure


def test_a_reply_has_the_exact_bytes_and_headers_in_lower_case() -> None:
    body = b'{"amount": "1.50"}\xff\n'
    data = answer(200, body, Content_Type="application/json; charset=rot13", Sign="AbC=")
    with FaultServer(always(data)) as server:
        reply = call(server.url)
    assert (reply.status, reply.body, reply.headers["sign"]) == (200, body, "AbC=")


def test_a_reply_may_be_as_long_as_the_limit_but_not_longer() -> None:
    with FaultServer(always(answer(200, b"x" * MAX_ANSWER_BYTES))) as server:
        assert len(call(server.url).body) == MAX_ANSWER_BYTES
    with FaultServer(always(answer(200, b"x" * (MAX_ANSWER_BYTES + 1)))) as server:
        assert failure(server.url).kind is ErrorKind.BAD_RESPONSE


def test_a_post_carries_body_and_headers_and_asks_for_no_compression() -> None:
    with FaultServer(always(answer(200))) as server:
        call(server.url, headers={"sign": "AbC="})
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert body == b"{}"
    assert head.startswith(b"POST / HTTP/1.1\r\n")
    assert {b"sign: AbC=", b"Accept-Encoding: identity", b"User-Agent: balance-bot"} <= set(head.split(b"\r\n"))


def test_a_get_carries_its_query_string_and_no_body() -> None:
    async def get(url: str) -> None:
        async with new_client() as client:
            await send(client, HttpRequest("GET", f"{url}balances?cursor=a%2Fb&limit=2", {}), Deadline(AMPLE_SECONDS))

    with FaultServer(always(answer(200))) as server:
        asyncio.run(get(server.url))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"GET /balances?cursor=a%2Fb&limit=2 HTTP/1.1\r\n")
    assert body == b""
    assert b"content-length" not in head.lower()


def test_proxy_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    with FaultServer(always(answer(200))) as server:
        assert call(server.url).status == 200


def test_a_cookie_is_never_sent_back() -> None:
    with FaultServer(always(answer(200, Set_Cookie="session=of-another-account; Path=/"))) as server:
        calls(server.url, 2)
    assert len(server.requests) == 2
    assert not any(b"cookie" in request.lower() for request in server.requests)


def test_requests_and_replies_keep_headers_and_bodies_out_of_their_repr() -> None:
    request = HttpRequest("POST", "https://x.invalid", {"sign": "canary"}, b"canary")
    assert "canary" not in repr(request) + repr(HttpReply(200, {"sign": "canary"}, b"canary"))


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "https://", "127.0.0.1", "http://[::1", "http://a\x00b/", "http://127.0.0.1/\ud800"]
)
def test_a_url_that_cannot_be_called_is_a_configuration_error(url: str) -> None:
    error = failure(url)
    assert (error.kind, error.retries) == (ErrorKind.CONFIGURATION, 0)


@pytest.mark.parametrize(
    "headers", [{"app_id": "a\nb"}, {"app_id": "a\x00"}, {"app_id": "ü"}, {"app id": "a"}, {"ü": "a"}, {"": "a"}]
)
def test_a_header_that_cannot_be_sent_is_a_configuration_error(headers: dict[str, str]) -> None:
    with FaultServer(always(answer(200))) as server:
        assert failure(server.url, headers=headers).kind is ErrorKind.CONFIGURATION
    assert server.requests == []


def test_a_server_that_never_answers_is_a_timeout_without_a_retry() -> None:
    with FaultServer(silent) as server:
        error = failure(server.url, SHORT_SECONDS)
    assert (error.kind, error.retries) == (ErrorKind.TIMEOUT, 0)


def test_nothing_is_sent_after_the_deadline() -> None:
    with FaultServer(always(answer(200))) as server:
        assert failure(server.url, -1.0).kind is ErrorKind.TIMEOUT
    assert server.requests == []


def test_the_socket_of_a_tls_handshake_that_never_ends_is_closed() -> None:
    """It must be closed while the client lives on, as it does in a warm function."""
    hung_up = threading.Event()

    def swallow(connection: Connection) -> None:
        connection.wait_for_hang_up()
        hung_up.set()

    async def run(url: str) -> None:
        async with new_client() as client:
            with pytest.raises(ProviderError) as caught:
                await send(client, HttpRequest("GET", url, {}), Deadline(SHORT_SECONDS))
            assert caught.value.kind is ErrorKind.TIMEOUT
            assert await asyncio.to_thread(hung_up.wait, AMPLE_SECONDS)

    with FaultServer(swallow) as server:
        asyncio.run(run(server.url.replace("http:", "https:")))


def test_an_untrusted_certificate_gets_no_request_and_no_retry() -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with FaultServer(always(answer(200)), context) as server:
        error = failure(server.url)
    assert (error.kind, error.retries) == (ErrorKind.UNAVAILABLE, 0)
    assert "certificate" in error.message
    assert server.requests == []
