"""Snapshots are announced on EventBridge: moto's, or an endpoint that refuses."""

import json
import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from balance_aggregator.snapshot import SnapshotError
from tests.integration.aggregator_cases import ALPHA, ID, ask
from tests.integration.fault_server import FaultServer, answer, once
from tests.integration.invoke_api import provider_functions
from tests.integration.printed import captured_log
from tests.schemas import problems

SNAPSHOT = {"snapshot": True, "correlation_id": ID}
SCHEDULED = {"version": "0", "id": ID, "detail-type": "Scheduled Event", "source": "aws.scheduler", "detail": "{}"}


@pytest.fixture(autouse=True)
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with provider_functions(monkeypatch, {"alpha": ALPHA}):
        yield


def queue_of_collected_events() -> str:
    """The URL of a queue that receives the BalancesCollected events of the bus balance-bot, which is created."""
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


@pytest.mark.parametrize("event", [SNAPSHOT, SCHEDULED], ids=["request", "scheduled event"])
def test_a_snapshot_is_announced_without_its_amounts(event: dict[str, object]) -> None:
    with mock_aws(config={"core": {"passthrough": {"urls": [os.environ["AWS_ENDPOINT_URL_LAMBDA"] + ".*"]}}}):
        queue_url = queue_of_collected_events()
        given = ask(event)
        (published,) = received_from(queue_url)
    assert problems("balances-collected", published["detail"]) == []
    assert published["detail"]["correlation_id"] == given["request"]["correlation_id"] == ID
    assert published["detail"]["collected_at"] == given["generated_at"]
    assert published["detail"]["currencies"] == ["USD"]
    assert given["totals"][0]["available"] == "1008.29"
    assert "1008.29" not in json.dumps(published)


def test_a_question_is_not_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultServer(once(b"")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", server.url)
        ask({})
    assert server.accepted == 0


def events_answer(status: int, **document: object) -> bytes:
    return answer(status, json.dumps(document).encode(), Connection="close")


FAILED = {"ErrorCode": "InternalFailure", "ErrorMessage": "told to a person"}
REFUSALS = {
    "the entry fails": (events_answer(200, FailedEntryCount=1, Entries=[FAILED]), "InternalFailure"),
    "the entry fails without a reason": (events_answer(200, FailedEntryCount=1, Entries=[{}]), "no reason given"),
    "forbidden": (events_answer(400, __type="AccessDeniedException", message="no"), "AccessDeniedException"),
    "the connection is cut": (b"", "ConnectionClosedError"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_a_snapshot_that_cannot_be_announced_raises_so_that_lambda_retries(
    monkeypatch: pytest.MonkeyPatch, data: bytes, reason: str
) -> None:
    with captured_log() as log, FaultServer(once(data)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", server.url)
        with pytest.raises(SnapshotError, match=f"event bus 'balance-bot' did not take the event .*: {reason}"):
            ask(SNAPSHOT)
    last = json.loads(log.getvalue().splitlines()[-1])
    assert (last["level"], last["correlation_id"]) == ("ERROR", ID)
    assert "1008.29" not in log.getvalue()
