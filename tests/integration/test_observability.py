"""What reaches the log and the metrics, also when somebody turns every library's log on."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from balance_core.errors import ErrorKind
from balance_core.http import Deadline, HttpRequest, new_client, send
from balance_core.models import Failure
from balance_core.observability import count_mismatches, logger, report_failure
from balance_core.secrets import SecretStore
from tests.integration.fault_server import FaultServer, always, answer
from tests.integration.moto_server import IN_PROCESS, moto_url
from tests.integration.printed import captured_log, metrics

CANARY = "canary-0dd5e1f7"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with captured_log() as written:
        yield written


def test_no_library_logs_an_address_a_header_or_a_body(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def call(url: str) -> None:
        async with new_client() as client:
            await send(client, HttpRequest(url, {"app-id": CANARY}, CANARY.encode()), Deadline(20.0))

    with FaultServer(always(answer(200, CANARY.encode(), Sign=CANARY))) as server:
        asyncio.run(call(f"{server.url}{CANARY}"))
    assert len(server.requests) == 1
    assert CANARY not in caplog.text


def test_no_library_logs_a_secret(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", moto_url())
    caplog.set_level(logging.DEBUG)
    with mock_aws():
        client = boto3.client("secretsmanager", config=IN_PROCESS)
        client.create_secret(Name="name", SecretString=json.dumps({"private_key": CANARY}))
        assert SecretStore().get("name").text("private_key") == CANARY
    assert CANARY not in caplog.text


def test_a_failure_is_logged_with_the_providers_own_words_for_a_ticket(log: io.StringIO) -> None:
    report_failure(
        Failure(
            ErrorKind.UNKNOWN,
            "answered",
            "9f2c4e1ab07d3c55",
            "payby",
            "main",
            "USD",
            None,
            provider_code="78001",
            trace_id="7",
        )
    )
    line = json.loads(log.getvalue())
    expected = {"message": "answered", "provider": "payby", "account": "main", "currency": "USD", "kind": "unknown"}
    assert {name: line[name] for name in expected} == expected
    assert (line["provider_code"], line["trace_id"]) == ("78001", "7")


def test_a_failure_that_is_no_providers_counts_for_the_function(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    report_failure(Failure(ErrorKind.INVALID_REQUEST, "request", "9f2c4e1ab07d3c55"))
    (metric,) = metrics(capsys.readouterr().out, "ProviderFailure")
    assert metric["provider"] == logger.service
    assert "provider" not in json.loads(log.getvalue())


def test_mismatches_are_counted_by_provider(capsys: pytest.CaptureFixture[str]) -> None:
    count_mismatches("payby", 3)
    (metric,) = metrics(capsys.readouterr().out, "TotalMismatch")
    assert (metric["provider"], metric["TotalMismatch"]) == ("payby", [3])
