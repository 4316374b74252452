"""One answer of each kind, small enough to read."""

from datetime import UTC, datetime

from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, BalanceTotal, Failure, ProviderAnswer
from balance_core.money import Money

NOW = datetime(2026, 11, 21, 1, 45, 38, 960000, tzinfo=UTC)
REQUEST = {
    "version": 1,
    "currencies": None,
    "providers": ["payby", "payermax"],
    "accounts": None,
    "include_zero": False,
    "snapshot": False,
    "correlation_id": "9f2c4e1ab07d3c55",
}
BALANCE = Balance(
    account=Account("DISBURSEMENT", label="Payouts"),
    currency="USD",
    as_of=NOW,
    available=Money.parse("776.34", "USD"),
)
FAILURE = Failure(
    kind=ErrorKind.CURRENCY_NOT_SUPPORTED,
    message="does not hold this currency",
    correlation_id="9f2c4e1ab07d3c55",
    provider="payby",
    account="main",
    currency="USD",
    provider_code="78001",
    trace_id="375099",
)
ANSWER = ProviderAnswer("payermax", NOW, ("main",), (BalanceReport("payermax", "main", (BALANCE,)),), (FAILURE,))
SUMMARY = BalanceSummary(
    NOW,
    (BalanceTotal("USD", Money.parse("776.34", "USD"), None, None),),
    ANSWER.reports,
    ANSWER.failures,
)
