"""Slack, and a Lambda whose aggregator answers."""

from collections.abc import Iterator

import pytest

from balance_slack.reporter import Reporter
from tests.clock import Clock
from tests.integration.fault_server import FaultServer, once
from tests.integration.slack_functions import BOT_TOKEN, CHANNEL, OTHER_CHANNEL, aws, configure, invoke_api
from tests.integration.slack_reporter.cases import ANSWER, new_job
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_messages import DeliveredMessage


@pytest.fixture(scope="module", autouse=True)
def resources() -> Iterator[None]:
    with aws():
        yield


@pytest.fixture(autouse=True)
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackSimulator]:
    """Slack, and the settings that lead to it. Its clock stands still: a trigger would live for three seconds."""
    configure(monkeypatch)
    with SlackSimulator(BOT_TOKEN, [CHANNEL, OTHER_CHANNEL], clock=Clock()) as simulator:
        monkeypatch.setenv("SLACK_API_URL", simulator.api_url)
        monkeypatch.setenv("SLACK_RESPONSE_URL_ORIGIN", simulator.url)
        yield simulator


@pytest.fixture
def aggregator(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Lambda, which answers every invocation with ANSWER."""
    with invoke_api(monkeypatch, once(ANSWER)) as server:
        yield server


@pytest.fixture
def answered(slack: SlackSimulator, aggregator: FaultServer) -> DeliveredMessage:
    """An answer with its buttons."""
    Reporter().report(new_job(slack), "a command")
    return slack.messages[0]
