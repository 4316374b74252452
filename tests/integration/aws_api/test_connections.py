"""Which connection a request to AWS takes, and whom it trusts at the other end."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from balance_core.aws_api import AwsApi, AwsError, AwsUnreachableError, trusted_certificates
from tests.clock import Clock
from tests.faults.certificates import Certificates, make_certificates
from tests.integration.aws_api.cases import lead_to
from tests.integration.fault_server import Connection, FaultServer, always, answer, once, silent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def certificates(folder: Path) -> Certificates:
    return make_certificates(folder)


class TestTheConnection:
    def test_is_kept_for_the_next_call(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            assert [api.post("/a", {"X-B": "c"}, b"d") for _ in range(3)] == [b"{}"] * 3
        assert server.accepted == 1
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /a HTTP/1.1\r\n")
        assert b"x-b: c" in head
        assert b"/eu-central-1/lambda/aws4_request" in head
        assert body == b"d"

    @pytest.mark.parametrize("headers", [{}, {"Connection": "close"}], ids=["without a word", "with notice"])
    def test_that_was_closed_is_replaced(
        self, api: AwsApi, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
    ) -> None:
        closed = threading.Event()

        def answer_and_close(connection: Connection) -> None:
            once(answer(200, b"{}", **headers))(connection)
            connection.stream.close()
            closed.set()

        with FaultServer(answer_and_close) as server:
            lead_to(monkeypatch, server.url)
            assert api.post("/", {}, b"") == b"{}"
            assert closed.wait(10)
            assert api.post("/", {}, b"") == b"{}"
        assert (server.accepted, len(server.requests)) == (2, 2)

    @pytest.mark.parametrize(
        ("pause_seconds", "connections"), [(10, 1), (10.1, 4), (-3600, 4)], ids=["soon", "later", "clock set back"]
    )
    def test_is_used_again_soon_or_not_at_all(
        self,
        api: AwsApi,
        clock: Clock,
        monkeypatch: pytest.MonkeyPatch,
        pause_seconds: float,
        connections: int,
    ) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            for _ in range(4):
                api.post("/", {}, b"")
                clock.now += timedelta(seconds=pause_seconds)
        assert server.accepted == connections

    def test_is_kept_after_a_refusal(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(400, b'{"__type": "ThrottlingException"}'))) as server:
            lead_to(monkeypatch, server.url)
            for _ in range(2):
                with pytest.raises(AwsError):
                    api.post("/", {}, b"")
        assert server.accepted == 1

    def test_is_opened_anew_after_no_answer(self, impatient: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(silent) as server:
            lead_to(monkeypatch, server.url)
            for _ in range(2):
                with pytest.raises(AwsUnreachableError):
                    impatient.post("/", {}, b"")
        # A late answer to the first request must not be read as the second one's.
        assert server.accepted == 2

    def test_is_opened_anew_after_a_close(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            for _ in range(2):
                api.post("/", {}, b"")
                api.close()
        assert server.accepted == 2


class TestTls:
    @pytest.fixture(autouse=True)
    def read_anew(self) -> Iterator[None]:
        trusted_certificates.cache_clear()
        yield
        trusted_certificates.cache_clear()

    def test_a_certificate_that_is_trusted(
        self, api: AwsApi, monkeypatch: pytest.MonkeyPatch, folder: Path, certificates: Certificates
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ours" / "authority.pem"))
        with FaultServer(always(answer(200, b"{}")), certificates.valid) as server:
            lead_to(monkeypatch, server.url)
            assert [api.post("/", {}, b"") for _ in range(3)] == [b"{}"] * 3
        # The session tickets that a server sends of its own accord are not taken for a hang-up.
        assert server.accepted == 1

    @pytest.mark.parametrize("fault", ["self_signed", "wrong_host", "expired", "unknown_authority"])
    def test_a_certificate_that_is_not(
        self, api: AwsApi, monkeypatch: pytest.MonkeyPatch, folder: Path, certificates: Certificates, fault: str
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ours" / "authority.pem"))
        with FaultServer(always(answer(200, b"{}")), getattr(certificates, fault)) as server:
            lead_to(monkeypatch, server.url)
            with pytest.raises(AwsUnreachableError, match="SSLCertVerificationError"):
                api.post("/", {}, b"")
        assert not server.requests
