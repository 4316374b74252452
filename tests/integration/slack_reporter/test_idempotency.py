"""A job is done once: what a second delivery finds while the first is handled, after it failed, crashed or was done."""

from datetime import UTC, datetime

import boto3
import pytest

from balance_core.aws import dynamodb_client
from balance_slack.job import JobKind
from balance_slack.reporter.idempotency import IdempotencyError
from balance_slack.reporter.slack import DeliveryError
from tests.integration.fault_server import Behaviour, Connection, FaultServer, answer, once
from tests.integration.printed import captured_log
from tests.integration.slack_functions import ENVIRONMENT
from tests.integration.slack_reporter.local_reporter import ANSWERS, LocalReporter
from tests.local.simulators.faults import Fault, FaultName

TABLE = ENVIRONMENT["REQUESTS_TABLE"]
FORBIDDEN = answer(400, b'{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException"}', Connection="close")


def test_a_done_job_is_not_done_again(reporter: LocalReporter) -> None:
    command = reporter.command()
    reporter.report(command)
    with captured_log() as log:
        reporter.report(command)
    assert len(reporter.slack.messages) == reporter.aggregator.accepted == 1
    assert "not repeated: an earlier delivery has done this job" in log.getvalue()


def test_a_second_delivery_at_the_same_time_is_left_to_lambda(reporter: LocalReporter) -> None:
    command, refusals = reporter.command(), []

    def deliver_again(connection: Connection) -> None:
        reporter.aggregator.behaviour = ANSWERS
        try:
            reporter.report(command)
        except IdempotencyError as error:
            refusals.append(str(error))
        ANSWERS(connection)

    reporter.aggregator.behaviour = deliver_again
    reporter.report(command)
    assert refusals == ["another delivery of the same job is being handled"]
    reporter.report(command)
    assert len(reporter.slack.messages) == reporter.aggregator.accepted == 1


def test_a_failed_job_is_done_by_the_next_delivery(reporter: LocalReporter) -> None:
    command = reporter.command()
    reporter.slack.set_fault(Fault(FaultName.FAIL, times=1))
    with pytest.raises(DeliveryError, match="HTTP 503"):
        reporter.report(command)
    for _ in range(2):
        reporter.report(command)
    assert len(reporter.slack.messages) == 1


def test_a_crashed_job_is_done_once_the_time_of_its_invocation_is_over(reporter: LocalReporter) -> None:
    def crash() -> datetime:
        raise KeyboardInterrupt

    for remaining_ms, messages in ((60_000, 0), (-1, 1)):
        # A refresh asks for the time, which is where it crashes.
        press = reporter.press(JobKind.REFRESH, reporter.answered(), "refresh")
        clock, reporter.clock = reporter.clock, crash  # type: ignore[assignment]
        with pytest.raises(KeyboardInterrupt):
            reporter.report(press, remaining_ms)
        reporter.clock = clock
        asked = reporter.aggregator.accepted
        if messages:
            reporter.report(press)
        else:
            with pytest.raises(IdempotencyError, match="is being handled"):
                reporter.report(press)
        assert reporter.aggregator.accepted - asked == messages


def test_a_key_is_kept_for_a_day_with_nothing_else_about_the_request(reporter: LocalReporter) -> None:
    command = reporter.command()
    reporter.report(command)
    (item,) = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    assert item.keys() == {"request_key", "status", "data", "expires_at", "in_progress_expiration"}
    assert (item["status"], item["data"]) == ({"S": "COMPLETED"}, {"S": "null"})
    assert command["request_key"] not in str(item), "it is hashed"
    left_seconds = int(item["expires_at"]["N"]) - datetime.now(UTC).timestamp()
    assert 80_000 < left_seconds < 86_401


def _refuse_pauses(connection: Connection) -> None:
    is_pause = b'"refresh/' in (connection.read_request() or b"")
    connection.send(FORBIDDEN if is_pause else answer(200, b"{}", Connection="close"))


def _lose_pauses(connection: Connection) -> None:
    if b'"refresh/' not in (connection.read_request() or b""):
        connection.send(answer(200, b"{}", Connection="close"))


@pytest.mark.parametrize(
    ("behaviour", "message", "tries"),
    [
        (once(FORBIDDEN), "did not take the claim of the job", 1),
        (once(b""), "did not take the claim of the job", 2),
        # The claim, the pause, and the claim given back.
        (_refuse_pauses, r"DynamoDB refused the pause \(AccessDeniedException\)", 3),
        (_lose_pauses, r"DynamoDB could not be reached \(ConnectionClosedError\)", 4),
    ],
)
def test_a_job_whose_key_or_pause_cannot_be_stored_is_left_to_lambdas_retry(
    reporter: LocalReporter, monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour, message: str, tries: int
) -> None:
    press = reporter.press(JobKind.REFRESH, reporter.answered(), "refresh")
    requests = len(reporter.slack.requests)
    with FaultServer(behaviour) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        reporter.dynamodb = dynamodb_client()
        with pytest.raises(IdempotencyError, match=message):
            reporter.report(press)
        reporter.dynamodb.close()
        assert server.accepted == tries
    assert len(reporter.slack.requests) == requests
