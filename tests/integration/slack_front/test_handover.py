"""The way of a job to Lambda's Invoke API: over one connection, once, and without a word of it in an error."""

import traceback
from collections.abc import Iterator

import pytest

from balance_slack.handover import Handover, HandoverError
from balance_slack.job import Job, JobKind
from tests.integration.fault_server import Behaviour, Connection, always, answer, once
from tests.integration.invoke_api import refused
from tests.integration.slack_functions import invocation, invoke_api

JOB = Job(
    JobKind.DETAILS,
    {"version": 1, "correlation_id": "9f2c4e1ab07d3c55"},
    request_key="0" * 64,
    team_id="T0123456789",
    user_id="U0123456789",
    response_url="https://hooks.slack.com/actions/T0123456789/1/canary-url",
    trigger_id="1.2.canary-trigger",
)


@pytest.fixture
def handover() -> Iterator[Handover]:
    made = Handover()
    yield made
    made.close()


def hang_up(connection: Connection) -> None:
    connection.read_request()
    connection.reset()


def test_jobs_take_one_connection(monkeypatch: pytest.MonkeyPatch, handover: Handover) -> None:
    with invoke_api(monkeypatch, always(answer(202))) as server:
        handover.send(JOB)
        handover.send(JOB)
        assert server.accepted == 1
        handover.close()
        handover.send(JOB)
    assert server.accepted == 2
    assert [invocation(request)[1] for request in server.requests] == [JOB.to_wire()] * 3


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (once(refused(404, "ResourceNotFoundException")), r"\(ResourceNotFoundException\): check REPORTER_FUNCTION"),
        (once(answer(502, b"<html>canary")), r"refused the job \(HTTP 502\)"),
        (hang_up, r"could not be reached \(ConnectionResetError\)"),
        (once(b"canary\r\n\r\n"), r"could not be reached \(BadStatusLine\)"),
    ],
)
def test_a_job_that_is_not_taken_is_sent_once_and_its_error_holds_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch, handover: Handover, trouble: Behaviour, reason: str
) -> None:
    with invoke_api(monkeypatch, trouble) as server, pytest.raises(HandoverError, match=reason) as caught:
        handover.send(JOB)
    assert len(server.requests) == 1
    assert "hooks.slack.com" not in "".join(traceback.format_exception(caught.value))
    assert "canary-trigger" not in "".join(traceback.format_exception(caught.value))
