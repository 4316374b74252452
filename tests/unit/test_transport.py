"""What arrives over HTTP: encodings, repeated headers, and an address that does not exist."""

import asyncio
import socket

import httpx
import pytest

from balance_core.deadline import Deadline
from balance_core.errors import ErrorKind, ProviderError
from balance_core.provider.http import HttpReply, HttpRequest, send


def sent(response: httpx.Response | Exception) -> HttpReply:
    """The reply to a request that is answered so."""

    def respond(request: httpx.Request) -> httpx.Response:
        if isinstance(response, Exception):
            raise response
        return response

    async def ask() -> HttpReply:
        async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as client:
            return await send(client, HttpRequest("GET", "https://api.example.com", {}), Deadline(10))

    return asyncio.run(ask())


def response(*headers: tuple[str, str]) -> httpx.Response:
    return httpx.Response(200, headers=list(headers), stream=httpx.ByteStream(b"{}"))


@pytest.mark.parametrize("encoding", ["UTF-8", "utf8", "none", "identity", "", " Identity "])
def test_an_answer_that_is_not_compressed_is_read_whatever_its_encoding_is_called(encoding: str) -> None:
    assert sent(response(("Content-Encoding", encoding))).body == b"{}"


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip"])
def test_a_compressed_answer_is_refused(encoding: str) -> None:
    with pytest.raises(ProviderError, match="compressed"):
        sent(response(("Content-Encoding", encoding)))


def test_equal_headers_count_once_and_different_ones_stay() -> None:
    assert sent(response(("sign", "AA=="), ("Sign", "AA=="))).headers["sign"] == "AA=="
    assert sent(response(("sign", "AA=="), ("sign", "BB=="))).headers["sign"] == "AA==, BB=="


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), ErrorKind.CONFIGURATION),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), ErrorKind.UNAVAILABLE),
        (ConnectionRefusedError(), ErrorKind.UNAVAILABLE),
    ],
)
def test_an_unknown_host_names_base_url(cause: OSError, kind: ErrorKind) -> None:
    failed = httpx.ConnectError("failed")
    failed.__cause__ = cause
    with pytest.raises(ProviderError) as caught:
        sent(failed)
    assert caught.value.kind is kind
    assert ("check base_url in the secret" in caught.value.message) is (kind is ErrorKind.CONFIGURATION)
