"""What the reporter's handler writes and returns: nothing secret, and nothing."""

import json
import logging
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_slack import reporter as reporter_module
from balance_slack.delivery import DeliveryError
from balance_slack.reporter import Reporter
from tests.integration.fault_server import FaultServer
from tests.integration.printed import captured_log
from tests.integration.slack_functions import BOT_TOKEN
from tests.integration.slack_reporter.cases import CORRELATION_ID, collected, new_job
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
    event = new_job(slack)
    with captured_log() as log:
        for each in (event, collected(slack)):
            reporter_module.handler(each, lambda_context)
        slack.set_fault(parse_fault("garbage"))
        for each in (new_job(slack), {**collected(slack), "id": "another"}):
            with pytest.raises(DeliveryError):
                reporter_module.handler(each, lambda_context)
    assert len(slack.messages) == 2
    printed = capsys.readouterr()
    written = log.getvalue() + printed.out + printed.err + caplog.text
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["correlation_id"] for line in lines} == {CORRELATION_ID}
    for secret in (str(event["response_url"]), "/commands/", BOT_TOKEN, "1008.29", "1,008.29"):
        assert secret not in written


def test_the_handler_returns_nothing(
    slack: SlackSimulator, aggregator: FaultServer, lambda_context: LambdaContext
) -> None:
    given: Any = reporter_module.handler(new_job(slack), lambda_context)
    assert given is None
    assert len(slack.messages) == 1
