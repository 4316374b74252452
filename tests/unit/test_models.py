"""The domain's nouns keep what they promise."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Account, Balance, BalanceSummary, Failure
from balance_core.money import Money, MoneyError

NOW = datetime(2026, 11, 21, 1, 45, 38, tzinfo=UTC)
AMOUNTS = ("available", "pending", "frozen", "total")


def usd(text: str) -> Money:
    return Money.parse(text, "USD")


def balance(**amounts: Money) -> Balance:
    return Balance(Account("partner account"), "USD", NOW, **amounts)


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_balance_holds_one_currency(name: str) -> None:
    with pytest.raises(MoneyError, match="USD holds an amount in another currency"):
        balance(**{name: Money.parse("1", "EUR")})


def test_known_are_the_reported_amounts_in_order() -> None:
    given = {name: usd(str(number)) for number, name in enumerate(AMOUNTS)}
    assert balance(**given).known == tuple(given.values())
    assert balance(frozen=usd("3")).known == (usd("3"),)
    assert balance().known == ()


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_balance_is_zero_only_when_nothing_known_is_more(name: str) -> None:
    zeros = {each: usd("0.00") for each in AMOUNTS}
    assert balance(**zeros).is_zero
    assert not balance(**{**zeros, name: usd("0.01")}).is_zero
    assert not balance(**{**zeros, name: usd("-0.01")}).is_zero
    assert balance(**{name: usd("0")}).is_zero


def test_a_balance_of_which_nothing_is_known_is_not_zero() -> None:
    assert not balance().is_zero


def test_a_failure_carries_everything_that_a_support_ticket_needs() -> None:
    error = ProviderError(ErrorKind.TIMEOUT, "did not answer", provider_code="504", trace_id="t1", retries=1)
    failure = Failure.of(error, correlation_id="c1", provider="payby", account="main", currency="AED")
    assert failure == Failure(
        kind=ErrorKind.TIMEOUT,
        message="did not answer",
        correlation_id="c1",
        provider="payby",
        account="main",
        currency="AED",
        field=None,
        provider_code="504",
        trace_id="t1",
    )


@pytest.mark.parametrize("kind", ErrorKind)
def test_a_summary_is_partial_when_money_may_be_missing(kind: ErrorKind) -> None:
    answered = Failure(ErrorKind.CURRENCY_NOT_SUPPORTED, "does not hold this currency", "c1")
    failures = (answered, replace(answered, kind=kind))
    assert BalanceSummary(NOW, failures=failures).is_partial is (kind is not ErrorKind.CURRENCY_NOT_SUPPORTED)


@pytest.mark.parametrize("kind", ErrorKind)
@pytest.mark.parametrize("provider_code", [None, "78001"])
def test_nobody_asked_where_our_settings_alone_rule_a_currency_out(kind: ErrorKind, provider_code: str | None) -> None:
    is_unasked = Failure(kind, "says no", "c1", provider_code=provider_code).is_unasked
    assert is_unasked is (kind is ErrorKind.CURRENCY_NOT_SUPPORTED and provider_code is None)


def test_a_summary_without_failures_is_whole() -> None:
    assert not BalanceSummary(NOW).is_partial


def test_nothing_can_be_changed_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        balance().currency = "EUR"  # type: ignore[misc]  # what the type checker would stop is what is tested
