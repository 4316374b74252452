"""Snapshots against EventBridge: moto's, and a wire that refuses."""

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from balance_aggregator.aggregator import Aggregator
from balance_aggregator.snapshot import SnapshotError
from balance_core.errors import ErrorKind, ProviderError
from tests.integration.fault_server import FaultServer, answer, closed_port, once
from tests.integration.invoke_api import ARN, provider_answer
from tests.integration.printed import captured_log
from tests.schemas import problems

ID = "9f2c4e1ab07d3c55"
SNAPSHOT = {"snapshot": True, "correlation_id": ID}
SCHEDULED = {"version": "0", "id": ID, "detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": "{}"}


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENT_BUS_NAME", "balance-bot")
    monkeypatch.setenv("PROVIDER_FUNCTIONS", f"alpha={ARN.format('alpha')}")


def aggregator() -> Aggregator:
    """An aggregator whose only provider answers."""
    return Aggregator(invoke=lambda *_: provider_answer("alpha", "1008.29"))


def queue_of_collected_events() -> str:
    """The URL of a queue that gets what is published as BalancesCollected on the bus, which is made."""
    events, queues = boto3.client("events"), boto3.client("sqs")
    events.create_event_bus(Name="balance-bot")
    queue_url = queues.create_queue(QueueName="collected")["QueueUrl"]
    queue_arn = queues.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"source": ["balance-bot"], "detail-type": ["BalancesCollected"]})
    events.put_rule(Name="collected", EventBusName="balance-bot", EventPattern=pattern)
    events.put_targets(Rule="collected", EventBusName="balance-bot", Targets=[{"Id": "queue", "Arn": queue_arn}])
    return queue_url


def received_from(queue_url: str) -> list[dict[str, Any]]:
    messages = boto3.client("sqs").receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


@pytest.mark.parametrize("event", [SNAPSHOT, SCHEDULED])
def test_a_snapshot_is_announced_on_the_bus_without_its_amounts(event: dict[str, object]) -> None:
    with mock_aws():
        queue_url = queue_of_collected_events()
        given = aggregator().answer(event, 15_000)
        (published,) = received_from(queue_url)
    assert problems("aggregator-answer", given) == []
    assert problems("balances-collected", published["detail"]) == []
    assert published["detail"]["correlation_id"] == ID
    assert published["detail"]["collected_at"] == given["generated_at"]
    assert published["detail"]["currencies"] == ["USD"]
    assert "1008.29" not in json.dumps(published)


def test_a_question_is_not_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultServer(once(b"")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", server.url)
        aggregator().answer({}, 15_000)
    assert server.accepted == 0


FAILED_ENTRY = {
    "FailedEntryCount": 1,
    "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "told to a person"}],
}
REFUSALS = {
    "the entry fails": (answer(200, json.dumps(FAILED_ENTRY).encode(), Connection="close"), "InternalFailure"),
    "the entry fails without a reason": (
        answer(200, b'{"FailedEntryCount":1,"Entries":[{}]}', Connection="close"),
        "no reason given",
    ),
    "forbidden": (
        answer(400, b'{"__type":"AccessDeniedException","message":"no"}', Connection="close"),
        "AccessDeniedException",
    ),
    "cut": (b"", "ConnectionClosedError"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_a_snapshot_that_the_bus_does_not_take_is_an_error_that_lambda_retries(
    monkeypatch: pytest.MonkeyPatch, data: bytes, reason: str
) -> None:
    with captured_log() as log, FaultServer(once(data)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", server.url)
        with pytest.raises(SnapshotError, match=f"event bus 'balance-bot' did not take the event .*: {reason}"):
            aggregator().answer(SNAPSHOT, 15_000)
    last = json.loads(log.getvalue().splitlines()[-1])
    assert (last["level"], last["correlation_id"]) == ("ERROR", ID)
    assert "1008.29" not in log.getvalue()


def test_an_event_bus_out_of_reach_is_the_same_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", f"http://127.0.0.1:{closed_port()}")
    with captured_log(), pytest.raises(SnapshotError, match="EndpointConnectionError"):
        aggregator().answer(SNAPSHOT, 15_000)


def test_a_snapshot_without_a_bus_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENT_BUS_NAME")
    with captured_log(), pytest.raises(ProviderError, match="EVENT_BUS_NAME") as caught:
        aggregator().answer(SNAPSHOT, 15_000)
    assert caught.value.kind is ErrorKind.CONFIGURATION
