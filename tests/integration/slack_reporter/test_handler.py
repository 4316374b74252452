"""What the reporter's handler writes and returns: nothing secret, and nothing."""

import json
import logging
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_slack import reporter as reporter_module
from balance_slack.buttons import DETAILS, HELP, REFRESH, SHARE
from balance_slack.delivery import DeliveryError
from balance_slack.job import JobKind
from balance_slack.reporter import Reporter
from tests.integration.fault_server import FaultServer
from tests.integration.printed import captured_log
from tests.integration.slack_functions import BOT_TOKEN
from tests.integration.slack_reporter.cases import CORRELATION_ID, collected, job, new_job, person, press
from tests.local.simulators.faults import parse_fault
from tests.local.simulators.slack import SlackSimulator


def test_nothing_secret_and_no_amount_is_written(
    slack: SlackSimulator,
    aggregator: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    lambda_context: LambdaContext,
) -> None:
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    monkeypatch.setattr(reporter_module, "_reporter", Reporter())
    events = [new_job(slack), collected(), job(JobKind.HOME, person())]
    with captured_log() as log:
        for event in events:
            reporter_module.handler(event, lambda_context)
        answered, home = slack.messages[0], slack.views[-1]
        events += [
            press(slack, JobKind.REFRESH, answered, REFRESH),
            press(slack, JobKind.SHARE, answered, SHARE),
            press(slack, JobKind.DETAILS, answered, DETAILS),
            press(slack, JobKind.HELP, home, HELP, user_id=home.user_id),
            press(slack, JobKind.HOME_REFRESH, home, REFRESH, user_id=home.user_id),
            {**press(slack, JobKind.NOTICE, answered, REFRESH), "notice": "You may not."},
        ]
        for event in events[3:]:
            reporter_module.handler(event, lambda_context)
        slack.set_fault(parse_fault("garbage"))
        failing = [new_job(slack), collected(), press(slack, JobKind.SHARE, answered, SHARE)]
        failing += [press(slack, JobKind.DETAILS, answered, DETAILS), job(JobKind.HOME, person())]
        for event in failing:
            with pytest.raises(DeliveryError):
                reporter_module.handler(event, lambda_context)
    assert (len(slack.messages), len(slack.views)) == (8, 7)
    printed = capsys.readouterr()
    written = log.getvalue() + printed.out + printed.err + caplog.text
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["correlation_id"] for line in lines} == {CORRELATION_ID}
    for secret in (*secrets_of([*events, *failing]), "/commands/", "/actions/", BOT_TOKEN, "1008.29", "1,008.29"):
        assert secret not in written


def secrets_of(events: list[dict[str, object]]) -> list[str]:
    """What lets somebody else speak as the bot."""
    return [str(event[name]) for event in events for name in ("response_url", "trigger_id") if event.get(name)]


def test_the_handler_returns_nothing(
    slack: SlackSimulator, aggregator: FaultServer, lambda_context: LambdaContext
) -> None:
    given: Any = reporter_module.handler(new_job(slack), lambda_context)
    assert given is None
    assert len(slack.messages) == 1
