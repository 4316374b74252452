"""A Lambda that resets connections which were idle: what then becomes of the first question after a pause."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from balance_aggregator.aggregator import Aggregator
from balance_core.aws import KeptLambdaClient
from balance_slack.aggregator import Aggregator as ReportersAggregator
from tests.clock import Clock
from tests.integration.fault_server import Connection, FaultServer, answer
from tests.integration.invoke_api import ARN, provider_answer

_SUMMARY = {
    "version": 1,
    "request": {"version": 1, "correlation_id": "9f2c4e1ab07d3c55"},
    "generated_at": "2026-11-21T01:45:38.960Z",
    "is_partial": False,
    "totals": [],
    "reports": [],
    "failures": [],
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


def answered_once(connection: Connection) -> None:
    """The first request of a connection gets its answer, and the next one a reset."""
    request = connection.read_request() or b""
    function = request.split(b" ", 2)[1]
    payload = json.dumps(_SUMMARY).encode() if b"aggregator" in function else provider_answer("alpha", "1008.29")
    connection.send(answer(200, payload))
    if connection.read_request() is not None:
        connection.reset()


@pytest.fixture
def lambda_(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    with FaultServer(answered_once) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url)
        monkeypatch.setenv("PROVIDER_FUNCTIONS", f"alpha={ARN.format('alpha')}")
        monkeypatch.setenv("AGGREGATOR_FUNCTION", ARN.format("aggregator"))
        monkeypatch.setenv("FRESHNESS_SECONDS", "0")
        yield server


def test_a_connection_is_used_again_within_ten_seconds(lambda_: FaultServer, clock: Clock) -> None:
    kept = KeptLambdaClient(Config(), clock)
    kept.get().invoke(FunctionName="alpha")["Payload"].read()
    clock.now += timedelta(seconds=10)
    with pytest.raises(ConnectionClosedError):
        kept.get().invoke(FunctionName="alpha")["Payload"].read()
    # Sent once: what asks a provider must not be repeated behind its back.
    assert lambda_.accepted == 1


def test_a_connection_is_not_used_again_when_nobody_knows_how_old_it_is(lambda_: FaultServer, clock: Clock) -> None:
    kept = KeptLambdaClient(Config(), clock)
    for _ in range(3):
        kept.get().invoke(FunctionName="alpha")["Payload"].read()
        clock.now -= timedelta(hours=1)
    assert lambda_.accepted == 3


def test_the_aggregators_first_question_after_a_pause_is_answered(lambda_: FaultServer, clock: Clock) -> None:
    aggregator = Aggregator(now=clock)
    for _ in range(3):
        assert aggregator.answer({}, 15_000)["failures"] == []
        clock.now += timedelta(seconds=11)
    assert lambda_.accepted == 3


def test_the_reporters_first_question_after_a_pause_is_answered(lambda_: FaultServer, clock: Clock) -> None:
    aggregator = ReportersAggregator(now=clock)
    for _ in range(3):
        assert aggregator.ask({"version": 1}).failures == ()
        clock.now += timedelta(seconds=11)
    assert lambda_.accepted == 3
