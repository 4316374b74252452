"""Jobs for the reporter, and what the aggregator answers it."""

import traceback
from datetime import UTC, datetime
from decimal import Decimal

from balance_core.contract import summary_to_wire
from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, BalanceTotal, Failure
from balance_core.money import Money
from balance_core.wire import dumps
from balance_slack.job import Job
from tests.integration.invoke_api import returned
from tests.local.simulators.slack import SlackSimulator

CORRELATION_ID = "9f2c4e1ab07d3c55"
SECRET_PATH = "canary"
AS_OF = datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC)
USD = Money(Decimal("1008.29"), "USD")
SUMMARY = BalanceSummary(
    generated_at=AS_OF,
    totals=(BalanceTotal("USD", USD, None, None),),
    reports=(BalanceReport("pagsmile", "main", (Balance(Account("settle"), "USD", AS_OF, available=USD),)),),
    failures=(Failure(ErrorKind.TIMEOUT, "did not answer in time", CORRELATION_ID, provider="payby", account="main"),),
)
ANSWER = returned(dumps(summary_to_wire(SUMMARY, {"version": 1, "correlation_id": CORRELATION_ID})))
REQUEST = {"version": 1, "currencies": ["USD"], "correlation_id": CORRELATION_ID}
COLLECTED = {
    "version": "0",
    "id": "2c8f6a1e-95b3-4d7c-8e20-b41d7f3a9c56",
    "detail-type": "BalancesCollected",
    "source": "balance-bot",
    "detail": {"version": 1, "correlation_id": CORRELATION_ID, "collected_at": "2026-11-21T08:00:02.417Z"},
}


def job(response_url: str, number: int = 0) -> dict[str, object]:
    """The job of the test's command `number`."""
    key = f"{abs(hash((response_url, number))):064x}"
    return Job(REQUEST, key, response_url).to_wire()


def new_job(slack: SlackSimulator) -> dict[str, object]:
    return job(slack.new_command("USD").response_url)


def collected(slack: SlackSimulator) -> dict[str, object]:
    """An announcement that no other test has."""
    return {**COLLECTED, "id": slack.url}


def words(error: BaseException) -> str:
    """Everything that Lambda would print about an error."""
    return "".join(traceback.format_exception(error))
