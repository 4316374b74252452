"""Jobs for the reporter, and what the aggregator answers it."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from balance_core.contract import summary_to_wire
from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, BalanceTotal, Failure
from balance_core.money import Money
from balance_core.wire import dumps
from balance_slack.job import Job, JobKind
from balance_slack.reporter import Reporter
from tests.integration.fault_server import Connection, FaultServer, answer
from tests.integration.invoke_api import returned
from tests.integration.slack_functions import invocation
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_views import ShownView

_numbers = count(1)
CORRELATION_ID = "9f2c4e1ab07d3c55"
SECRET_PATH = "canary"
# Where the bot is no member.
NOT_INVITED = "C0000000000"
AS_OF = datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC)
USD = Money(Decimal("1008.29"), "USD")
SUMMARY = BalanceSummary(
    generated_at=AS_OF,
    totals=(BalanceTotal("USD", USD, None, None),),
    reports=(BalanceReport("pagsmile", "main", (Balance(Account("settle"), "USD", AS_OF, available=USD),)),),
    failures=(Failure(ErrorKind.TIMEOUT, "did not answer in time", CORRELATION_ID, provider="payby", account="main"),),
)
ANSWER = returned(dumps(summary_to_wire(SUMMARY, {"version": 1, "correlation_id": CORRELATION_ID})))
# The provider will answer no earlier than somebody has mended something.
LASTING = replace(
    SUMMARY, failures=(Failure(ErrorKind.PERMISSION_DENIED, "refused us", CORRELATION_ID, "payby", "main"),)
)
LASTING_ANSWER = returned(dumps(summary_to_wire(LASTING, {"version": 1, "correlation_id": CORRELATION_ID})))
REQUEST = {"version": 1, "currencies": ["USD"], "correlation_id": CORRELATION_ID}
COLLECTED = {
    "version": "0",
    "id": "2c8f6a1e-95b3-4d7c-8e20-b41d7f3a9c56",
    "detail-type": "BalancesCollected",
    "source": "balance-bot",
    "detail": {"version": 1, "correlation_id": CORRELATION_ID, "collected_at": "2026-11-21T08:00:02.417Z"},
}


def job(kind: JobKind, user_id: str, **fields: str | None) -> dict[str, object]:
    """A job that no other test has."""
    key = f"{next(_numbers):064x}"
    request = REQUEST | ({"refresh": True} if kind in (JobKind.REFRESH, JobKind.HOME_REFRESH) else {})
    return Job(kind, request, key, team_id="T0123456789", user_id=user_id, **fields).to_wire()


def person() -> str:
    """A user whom no other test knows: the table outlives a test, and a person has to wait between two refreshes."""
    return f"U{next(_numbers):010}"


def new_job(slack: SlackSimulator, user_id: str | None = None) -> dict[str, object]:
    """A command."""
    command = slack.new_command("USD", user_id=user_id or person())
    return job(JobKind.ANSWER, command.user_id, channel_id=command.channel_id, response_url=command.response_url)


def answer_to(response_url: str) -> dict[str, object]:
    """A command that came with this response_url."""
    return job(JobKind.ANSWER, person(), channel_id="C0123456789", response_url=response_url)


def press(
    slack: SlackSimulator, kind: JobKind, surface: DeliveredMessage | ShownView, action_id: str, **who: str
) -> dict[str, object]:
    """A pressed button; what only one person sees is pressed by them."""
    pressed = slack.new_press(surface, action_id, **who)
    channel_id = surface.channel_id if isinstance(surface, DeliveredMessage) else None
    place = {"channel_id": channel_id, "response_url": pressed.response_url or None, "trigger_id": pressed.trigger_id}
    return job(kind, pressed.person.user_id, **place)


def opened_home(slack: SlackSimulator, reporter: Reporter) -> ShownView:
    """The Home tab that somebody opened."""
    user_id = person()
    reporter.report(job(JobKind.HOME, user_id), f"opened by {user_id}")
    home = slack.home_of(user_id)
    assert home is not None
    return home


@contextmanager
def web_api(monkeypatch: pytest.MonkeyPatch, refusal: bytes, status: int = 200) -> Iterator[FaultServer]:
    """A Web API that answers `refusal` to everything with the test's amount in it, and takes the rest."""

    def behave(connection: Connection) -> None:
        request = connection.read_request() or b""
        taken = b'{"ok":true,"ts":"1795242363.000001","view":{"id":"V0000000001"}}'
        is_refused = b"1,008.29" in request
        reply = answer(status, refusal, Connection="close") if is_refused else answer(200, taken, Connection="close")
        connection.send(reply)

    with FaultServer(behave) as server:
        monkeypatch.setenv("SLACK_API_URL", server.url)
        yield server


def collected() -> dict[str, object]:
    """An announcement that no other test has."""
    return {**COLLECTED, "id": f"announcement {next(_numbers)}"}


def asked_of(aggregator: FaultServer) -> dict[str, Any]:
    """The one question that the aggregator was asked, without its reference."""
    (request,) = aggregator.requests
    _, asked = invocation(request)
    assert asked.pop("correlation_id") == CORRELATION_ID
    return asked


def words(error: BaseException) -> str:
    """Everything that Lambda would print about an error."""
    return "".join(traceback.format_exception(error))
