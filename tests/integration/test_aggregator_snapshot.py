"""Snapshots are stored in DynamoDB and announced on EventBridge: moto's, or an endpoint that refuses."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from balance_aggregator.snapshot import SnapshotError
from balance_core.aws import dynamodb_client
from balance_core.contract import read_summary, summary_json
from balance_core.history.items import Items
from balance_core.history.table import BalancesTable
from balance_core.question import Question
from tests.clock import NOW, Clock
from tests.integration.aggregator_cases import ALPHA, ENVIRONMENT, ID, ask, new_aggregator
from tests.integration.fault_server import FaultServer, answer, once
from tests.integration.invoke_api import provider_answer, provider_functions, returned
from tests.integration.printed import captured_log
from tests.memory.table import create, never
from tests.schemas import as_json, problems

FIRING = {"schedule": "daily", "scheduled_time": "2026-11-21T01:45:00Z"}
SNAPSHOT = {"snapshot": "digest", "firing": FIRING, "correlation_id": ID}
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


@contextmanager
def aws() -> Iterator[None]:
    """moto, with the provider's function outside of it."""
    with mock_aws(config={"core": {"passthrough": {"urls": [os.environ["AWS_ENDPOINT_URL_LAMBDA"] + ".*"]}}}):
        yield


def metrics(printed: str) -> list[str]:
    """The names of the metrics in standard output."""
    found = [json.loads(line) for line in printed.splitlines()]
    return [each["Name"] for line in found for group in line["_aws"]["CloudWatchMetrics"] for each in group["Metrics"]]


@pytest.mark.parametrize("event", [SNAPSHOT, SCHEDULED], ids=["request", "scheduled event"])
def test_a_snapshot_is_stored_and_announced_without_its_amounts(
    event: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    with aws():
        queue_url = queue_of_collected_events()
        create(boto3.client("dynamodb"))
        given = ask(event)
        (published,) = received_from(queue_url)
        table = BalancesTable(Items(boto3.client("dynamodb"), "balances", never), UTC)
        (header,) = table.headers(NOW.date())
        snapshot = table.snapshot(NOW.date(), header)
        shown = read_summary(table.answer(NOW.date(), header))
    detail = published["detail"]
    assert problems("balances-collected", detail) == []
    assert detail["correlation_id"] == given["request"]["correlation_id"] == ID
    assert (detail["collected_at"], detail["day"], detail["stored"]) == (given["generated_at"], "2026-11-21", True)
    assert detail["currencies"] == ["USD"]
    assert given["totals"][0]["available"] == "1008.29"
    assert "1008.29" not in json.dumps(published)
    assert header.key == ("daily 2026-11-21T01:45:00+00:00" if event is SNAPSHOT else ID)
    assert [(reading.provider, reading.available) for reading in snapshot.readings] == [("alpha", "1008.29")]
    assert summary_json(shown, Question(correlation_id=ID))["totals"] == tuple(given["totals"])
    assert "SnapshotStored" in metrics(capsys.readouterr().out)


def test_the_stored_answer_has_the_zeros_that_the_digest_of_a_named_currency_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with provider_functions(monkeypatch, {"alpha": returned(provider_answer("alpha", "0.00"))}), aws():
        queue_of_collected_events()
        create(boto3.client("dynamodb"))
        given = ask(SNAPSHOT)
        table = BalancesTable(Items(boto3.client("dynamodb"), "balances", never), UTC)
        (header,) = table.headers(NOW.date())
        shown = read_summary(table.answer(NOW.date(), header))
    assert given["totals"] == []
    assert [(total.currency, total.available and total.available.is_zero) for total in shown.totals] == [("USD", True)]


def test_a_snapshot_for_the_watch_keeps_readings_and_no_answer() -> None:
    with aws():
        queue_of_collected_events()
        create(boto3.client("dynamodb"))
        ask({**SNAPSHOT, "snapshot": "watch"})
        table = BalancesTable(Items(boto3.client("dynamodb"), "balances", never), UTC)
        (header,) = table.headers(NOW.date())
    assert (header.kind, header.answer_parts, header.packs) == ("watch", 0, {"USD": 1})


def test_a_snapshot_that_cannot_be_stored_is_answered_and_announced_as_such(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with captured_log() as log, aws():
        queue_url = queue_of_collected_events()
        given = ask(SNAPSHOT)
        (published,) = received_from(queue_url)
    assert given["totals"][0]["available"] == "1008.29"
    assert published["detail"]["stored"] is False
    assert "SnapshotNotStored" in metrics(capsys.readouterr().out)
    assert "ResourceNotFoundException" in log.getvalue()
    assert "1008.29" not in log.getvalue()


def test_a_retried_snapshot_keeps_what_the_first_attempt_stored_and_is_announced_again() -> None:
    clock = Clock()
    with aws():
        queue_url = queue_of_collected_events()
        create(boto3.client("dynamodb"))
        for correlation_id in (ID, "another-attempt"):
            ask({**SNAPSHOT, "correlation_id": correlation_id}, new_aggregator(clock))
            clock.now += timedelta(days=1)
        table = BalancesTable(Items(boto3.client("dynamodb"), "balances", never), UTC)
        (snapshot,) = table.snapshots(NOW.date())
        published = received_from(queue_url)
        # The late attempt was on the next day, so it also wrote the summary of this one.
        (summary,) = table.summaries("USD", NOW.date(), NOW.date())
    assert snapshot.correlation_id == ID
    assert [event["detail"]["day"] for event in published] == ["2026-11-21"] * 2
    assert summary.total["available"].closing == "1008.29"


def past(question: Mapping[str, object]) -> Any:
    """The answer to a question about the past, as JSON."""
    return as_json(new_aggregator().answer(question, {**ENVIRONMENT, **os.environ}, 60_000))


def test_a_snapshot_that_comes_after_midnight_changes_the_summary_of_its_day() -> None:
    clock = Clock()
    with aws():
        queue_of_collected_events()
        create(boto3.client("dynamodb"))
        ask(SNAPSHOT, new_aggregator(clock))
        clock.now += timedelta(days=1)
        ask({**SNAPSHOT, "firing": {**FIRING, "scheduled_time": "2026-11-22T01:00:00Z"}}, new_aggregator(clock))
        late = {**SNAPSHOT, "firing": {**FIRING, "scheduled_time": "2026-11-21T23:45:00Z"}}
        ask(late, new_aggregator(clock))
        table = BalancesTable(Items(boto3.client("dynamodb"), "balances", never), UTC)
        (summary,) = table.summaries("USD", NOW.date(), NOW.date())
    assert summary.total["available"].closing_at == clock.now


def test_a_summary_that_cannot_be_written_costs_neither_the_answer_nor_the_event() -> None:
    def fail(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example")

    client = dynamodb_client()
    client.meta.events.register("before-call.dynamodb.Query", fail)
    with captured_log() as log, aws():
        queue_url = queue_of_collected_events()
        create(boto3.client("dynamodb"))
        given = ask(SNAPSHOT, new_aggregator(dynamodb=client))
        (published,) = received_from(queue_url)
    assert given["totals"][0]["available"] == "1008.29"
    assert published["detail"]["stored"] is True
    assert "the next snapshot tries again" in log.getvalue()


def test_the_history_of_a_currency_is_answered_from_the_table() -> None:
    with aws():
        queue_of_collected_events()
        create(boto3.client("dynamodb"))
        ask(SNAPSHOT)
        for question in ({"currencies": ["USD"]}, {"currencies": ["USD"], "providers": ["alpha"]}):
            given = past({**question, "history": "7d"})
            assert problems("history-answer", given) == []
            assert (given["history"]["figure"]["closing"], given["failures"]) == ("1008.29", [])


def test_a_history_that_cannot_be_read_is_a_failure() -> None:
    question = {"currencies": ["USD"], "history": "30d"}
    with aws():
        given = past(question)
    assert problems("history-answer", given) == []
    (failure,) = given["failures"]
    assert (given["history"], failure["kind"]) == (None, "unavailable")
    assert "ResourceNotFoundException" in failure["message"]


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
