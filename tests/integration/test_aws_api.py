"""One service of AWS on real sockets: what is sent, which connection it takes, and what every failure is called."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from balance_core.aws_api import AwsApi, AwsError, AwsUnreachableError, endpoint, trusted_certificates
from tests.faults.certificates import Certificates, make_certificates
from tests.integration.fault_server import Connection, FaultServer, always, answer, closed_port, once, silent


class Clock:
    """Aware UTC that moves only when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 1, 45, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(clock: Clock) -> Iterator[AwsApi]:
    made = AwsApi("lambda", read_timeout_seconds=0.3, now=clock)
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def certificates(folder: Path) -> Certificates:
    return make_certificates(folder)


def lead_to(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", url)


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

    @pytest.mark.parametrize(("pause_seconds", "connections"), [(10, 1), (10.1, 4)], ids=["soon", "later"])
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

    def test_is_opened_anew_after_no_answer(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(silent) as server:
            lead_to(monkeypatch, server.url)
            for _ in range(2):
                with pytest.raises(AwsUnreachableError):
                    api.post("/", {}, b"")
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


class TestFailures:
    @pytest.mark.parametrize(
        ("reply", "code", "is_temporary"),
        [
            (answer(400, b'{"__type": "com.amazonaws#AccessDeniedException"}'), "AccessDeniedException", False),
            (answer(400, b'{"__type": "ThrottlingException"}'), "ThrottlingException", True),
            (
                answer(404, b"{}", x_amzn_ErrorType="ResourceNotFoundException:http://x"),
                "ResourceNotFoundException",
                False,
            ),
            (answer(429, b"", x_amzn_ErrorType="TooManyRequestsException"), "TooManyRequestsException", True),
            (answer(503, b"<html>"), "HTTP 503", True),
            (answer(301, b"[]"), "HTTP 301", False),
        ],
    )
    def test_by_the_services_own_word(
        self, api: AwsApi, monkeypatch: pytest.MonkeyPatch, reply: bytes, code: str, is_temporary: bool
    ) -> None:
        with FaultServer(always(reply)) as server:
            lead_to(monkeypatch, server.url)
            with pytest.raises(AwsError) as caught:
                api.post("/", {}, b"")
        assert (caught.value.code, caught.value.is_temporary) == (code, is_temporary)
        assert len(server.requests) == 1

    def test_no_answer_in_time(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(silent) as server:
            lead_to(monkeypatch, server.url)
            with pytest.raises(AwsUnreachableError, match="TimeoutError"):
                api.post("/", {}, b"")

    def test_nobody_there(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        lead_to(monkeypatch, f"http://127.0.0.1:{closed_port()}")
        with pytest.raises(AwsUnreachableError, match="ConnectionRefusedError"):
            api.post("/", {}, b"")

    @pytest.mark.parametrize("name", ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    def test_without_what_every_request_needs_none_is_sent(
        self, api: AwsApi, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            monkeypatch.delenv(name)
            with pytest.raises(AwsUnreachableError, match=f"{name} is not set"):
                api.post("/", {}, b"")
        assert not server.requests

    def test_a_header_that_cannot_be_sent(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            with pytest.raises(AwsUnreachableError, match="ValueError"):
                api.post("/", {"X-Amz-A": "b\r\nX-Amz-C: d"}, b"")
        assert not server.requests


class TestTheTrace:
    TRACE = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:fc3b4ff1:0"

    def test_goes_on(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            monkeypatch.setenv("_X_AMZN_TRACE_ID", self.TRACE)
            api.post("/", {}, b"")
        head = server.requests[0].decode()
        assert f"\r\nx-amzn-trace-id: {self.TRACE}\r\n" in head
        assert "SignedHeaders=host;x-amz-date," in head, "who passes it on may change it"

    def test_that_does_not_exist_is_not_made_up(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            lead_to(monkeypatch, server.url)
            api.post("/", {}, b"")
        assert b"trace" not in server.requests[0]


class TestCredentialsAfterARestore:
    """Lambda takes them out of the environment of a function with SnapStart, and says where they are."""

    def test_are_asked_for(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        given = {"AccessKeyId": "RESTORED", "SecretAccessKey": "s", "Token": "t", "Expiration": "2026-11-21T02:00:00Z"}
        with (
            FaultServer(always(answer(200, json.dumps(given).encode()))) as lambdas,
            FaultServer(always(answer(200, b"{}"))) as server,
        ):
            lead_to(monkeypatch, server.url)
            monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{lambdas.url}2021-04-23/credentials")
            monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-token")
            api.post("/", {}, b"")
        assert lambdas.requests[0].startswith(b"GET /2021-04-23/credentials HTTP/1.1\r\n")
        assert b"Authorization: container-token\r\n" in lambdas.requests[0]
        assert b"Credential=RESTORED/" in server.requests[0]

    def test_that_cannot_be_had(self, api: AwsApi, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(500, b"<html>"))) as lambdas:
            monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", lambdas.url)
            monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-token")
            with pytest.raises(AwsUnreachableError):
                api.post("/", {}, b"")


class TestTheEndpoint:
    @pytest.mark.parametrize("service", ["lambda", "secretsmanager"])
    def test_is_boto3s_in_every_region(self, service: str) -> None:
        session = boto3.Session()
        partitions = [part for part in session.get_available_partitions() if "iso" not in part]
        regions = [region for part in partitions for region in session.get_available_regions(service, part)]
        assert len(regions) > 25
        for region in regions:
            client = session.client(service, region_name=region)  # type: ignore[call-overload]  # either name
            assert endpoint(service, region) == client.meta.endpoint_url

    def test_is_the_environments_if_it_names_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        assert endpoint("lambda", "eu-central-1") == "http://127.0.0.1:1"
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:2")
        assert endpoint("lambda", "eu-central-1") == "http://127.0.0.1:2"
        assert endpoint("secretsmanager", "eu-central-1") == "http://127.0.0.1:1"
