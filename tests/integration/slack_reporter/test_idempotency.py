"""The table of idempotency keys: a request is answered once, and only Lambda's own retry continues."""

from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from balance_core.aws import dynamodb_client
from balance_slack.reporter.idempotency import IdempotencyError
from balance_slack.reporter.slack import DeliveryError
from tests.clock import NOW
from tests.integration.fault_server import FaultServer, answer, once
from tests.integration.slack_functions import ENVIRONMENT
from tests.integration.slack_reporter.local_reporter import LocalReporter
from tests.local.simulators.faults import Fault, FaultName

TABLE = ENVIRONMENT["REQUESTS_TABLE"]


def test_a_command_that_is_replayed_sixteen_times_at_once_is_answered_once(reporter: LocalReporter) -> None:
    command = reporter.command()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: reporter.report(command, f"invocation {number}"), range(16)))
    assert len(reporter.slack.messages) == reporter.aggregator.accepted == 1


def test_a_failed_answer_is_delivered_by_lambdas_retry_and_not_by_a_replay(reporter: LocalReporter) -> None:
    command = reporter.command()
    reporter.slack.set_fault(Fault(FaultName.FAIL, times=1))
    with pytest.raises(DeliveryError, match="HTTP 503"):
        reporter.report(command, "first")
    reporter.report(command, "a replay")
    assert reporter.slack.messages == []
    reporter.report(command, "first")
    assert len(reporter.slack.messages) == 1


def test_a_key_is_kept_for_a_day_with_nothing_else_about_the_request(reporter: LocalReporter) -> None:
    command = reporter.command()
    reporter.report(command, "first")
    key = {"request_key": {"S": command["request_key"]}}
    item = boto3.client("dynamodb").get_item(TableName=TABLE, Key=key)["Item"]
    assert item == {**key, "invocation": {"S": "first"}, "expires_at": {"N": str(int(NOW.timestamp()) + 86_400)}}


@pytest.mark.parametrize(
    ("reply", "message", "tries"),
    [
        (answer(400, b'{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException"}'), "AccessDenied", 1),
        (b"", r"DynamoDB could not be reached \(ConnectionClosedError\)", 2),
    ],
)
def test_a_job_whose_key_cannot_be_stored_is_left_to_lambdas_retry(
    reporter: LocalReporter, monkeypatch: pytest.MonkeyPatch, reply: bytes, message: str, tries: int
) -> None:
    with FaultServer(once(reply)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        reporter.dynamodb = dynamodb_client()
        with pytest.raises(IdempotencyError, match=message):
            reporter.report(reporter.command())
        reporter.dynamodb.close()
        assert server.accepted == tries
    assert reporter.slack.requests == []
