"""TLS: who is trusted, and what a connection that leaves it is called."""

import asyncio
import socket
import ssl
from pathlib import Path

import httpx
import pytest

from balance_core.connections import Connections
from balance_core.errors import ErrorKind, ProviderError
from balance_core.http import Deadline, HttpReply, HttpRequest, new_client, send
from tests.integration.fault_server import Connection, FaultServer, always, answer
from tests.integration.http_calls import AMPLE_SECONDS, failure
from tests.openssl import openssl


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    key = path.with_name("key.pem")
    names = ("-subj", "/CN=balance-bot test", "-addext", "subjectAltName=IP:127.0.0.1")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", path, *names)
    path.write_text(path.read_text() + key.read_text())
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> httpx.AsyncClient:
    """A client that trusts the certificate: the project's own trusts public authorities only."""
    return new_client(ssl.create_default_context(cafile=str(certificate)))


def send_with(client: httpx.AsyncClient, url: str) -> HttpReply:
    async def run() -> HttpReply:
        async with client:
            return await send(client, HttpRequest(url, {}, b"{}"), Deadline(AMPLE_SECONDS))

    return asyncio.run(run())


def test_an_untrusted_certificate_gets_no_request_and_no_retry(tls: ssl.SSLContext) -> None:
    with FaultServer(always(answer(200)), tls) as server:
        error = failure(server.url)
    assert (error.kind, error.retries) == (ErrorKind.UNAVAILABLE, 0)
    assert "certificate" in error.message
    assert server.requests == []


def test_a_certificate_for_another_host_is_untrusted_too(tls: ssl.SSLContext, trusting: httpx.AsyncClient) -> None:
    with FaultServer(always(answer(200)), tls) as server, pytest.raises(ProviderError) as caught:
        send_with(trusting, server.url.replace("127.0.0.1", "localhost"))
    assert "certificate" in caught.value.message
    assert server.requests == []


def test_a_trusted_server_answers(tls: ssl.SSLContext, trusting: httpx.AsyncClient) -> None:
    with FaultServer(always(answer(200, b"x")), tls) as server:
        assert send_with(trusting, server.url).body == b"x"


def replies(connections: Connections, url: str, times: int) -> list[HttpReply]:
    """What so many calls get, one after another, on connections that are kept."""

    async def run() -> list[HttpReply]:
        given = []
        for _ in range(times):
            async with connections.client() as client:
                given.append(await send(client, HttpRequest(url, {}, b"{}"), Deadline(AMPLE_SECONDS)))
        await connections.aclose()
        return given

    return asyncio.run(run())


def test_kept_connections_shake_hands_once(tls: ssl.SSLContext, certificate: Path) -> None:
    trusting = Connections(ssl.create_default_context(cafile=str(certificate)))
    with FaultServer(always(answer(200, b"x")), tls) as server:
        assert [reply.body for reply in replies(trusting, server.url, 3)] == [b"x"] * 3
    assert (server.accepted, len(server.requests)) == (1, 3)


def test_kept_connections_trust_nobody_whom_the_environment_names(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with FaultServer(always(answer(200)), tls) as server, pytest.raises(ProviderError, match="certificate"):
        replies(Connections(), server.url, 1)
    assert server.requests == []


def test_a_server_without_tls_is_unavailable() -> None:
    def take_it_for_http(connection: Connection) -> None:
        connection.stream.recv(65_536)
        connection.send(answer(400))

    with FaultServer(take_it_for_http) as server:
        error = failure(server.url.replace("http:", "https:"))
    assert (error.kind, error.retries) == (ErrorKind.UNAVAILABLE, 1)


def test_bytes_outside_tls_are_a_broken_connection(tls: ssl.SSLContext, trusting: httpx.AsyncClient) -> None:
    def leave_tls(connection: Connection) -> None:
        connection.read_request()
        with socket.socket(fileno=connection.stream.detach()) as bare:
            bare.sendall(b"not a TLS record")

    with FaultServer(leave_tls, tls) as server, pytest.raises(ProviderError) as caught:
        send_with(trusting, server.url)
    assert (caught.value.kind, caught.value.retries) == (ErrorKind.UNAVAILABLE, 1)
