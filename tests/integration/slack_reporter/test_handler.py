"""The handler as Lambda calls it: it returns nothing, refuses other events, and writes nothing secret."""

import importlib
import json
import logging
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.contract import ContractError
from balance_slack.job import JobKind
from balance_slack.reporter import handler as reporter_module
from balance_slack.reporter.slack import DeliveryError
from tests.integration.printed import captured_log
from tests.integration.slack_functions import BOT_TOKEN, traceback_of
from tests.integration.slack_reporter.local_reporter import CORRELATION_ID, LocalReporter, collected, job
from tests.local.simulators.faults import Fault, FaultName

NOT_OURS: list[dict[str, Any]] = [
    {"source": "aws.events"},
    {"detail-type": "Scheduled Event"},
    {"detail": None},
    {"detail": {"version": 1}},
]


@pytest.mark.parametrize("event", [None, [], {}, {"kind": "other"}, *(collected() | change for change in NOT_OURS)])
def test_an_event_that_is_not_ours_raises_and_starts_nothing(reporter: LocalReporter, event: object) -> None:
    with pytest.raises(ContractError):
        reporter.report(event)
    assert len(reporter.slack.requests) == reporter.aggregator.accepted == 0


@pytest.fixture
def handler(reporter: LocalReporter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The handler, imported with the environment of the function."""
    for name, value in reporter.environment.items():
        monkeypatch.setenv(name, value)
    module = importlib.reload(reporter_module)
    with closing(module._lambda):
        yield module.handler


def test_neither_log_nor_error_holds_a_secret_or_an_amount(
    handler: Any,
    reporter: LocalReporter,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    lambda_context: LambdaContext,
) -> None:
    # Lambda sets the root's level from the function's log settings, and handles what reaches the root.
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    answer, home = reporter.answered(), reporter.home()
    done = [
        reporter.command(),
        reporter.snapshot(),
        job(JobKind.HOME, user_id="U1"),
        reporter.press(JobKind.REFRESH, answer, "refresh"),
        reporter.press(JobKind.SHARE, answer, "share"),
        reporter.press(JobKind.DETAILS, answer, "details"),
        reporter.press(JobKind.HELP, home, "help"),
        reporter.press(JobKind.NOTICE, answer, "refresh") | {"notice": "You may not."},
    ]
    failing = [reporter.command(), reporter.snapshot(), job(JobKind.HOME, user_id="U2")]
    written = ""
    with captured_log() as log:
        for event in done:
            assert handler(event, lambda_context) is None
        assert (len(reporter.slack.messages), len(reporter.slack.views)) == (7, 7)
        reporter.slack.set_fault(Fault(FaultName.GARBAGE))
        for event in failing:
            with pytest.raises(DeliveryError) as caught:
                handler(event, lambda_context)
            written += traceback_of(caught.value)
    lines = log.getvalue().splitlines()
    assert {json.loads(line)["correlation_id"] for line in lines} == {CORRELATION_ID}
    captured = capsys.readouterr()
    written += log.getvalue() + captured.out + captured.err + caplog.text
    given = [event.get(name) for event in done + failing for name in ("response_url", "trigger_id")]
    for secret in (*filter(None, given), "/commands/", "/actions/", BOT_TOKEN, "1008.29", "1,008.29"):
        assert secret not in written
