"""The domain types: what a balance, a failure and a summary say about themselves."""

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Account, Balance, BalanceSummary, Failure, Notice, NoticeKind
from balance_core.money import Money, MoneyError
from tests.clock import NOW

AMOUNTS = ("available", "pending", "frozen", "total")


def balance(**amounts: str) -> Balance:
    """A balance in USD of these amounts."""
    return Balance(
        Account("partner account"), "USD", NOW, **{name: Money.parse(text, "USD") for name, text in amounts.items()}
    )


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_balance_refuses_an_amount_in_another_currency(name: str) -> None:
    with pytest.raises(MoneyError, match="USD holds an amount in another currency"):
        Balance(Account("partner account"), "USD", NOW, **{name: Money.parse("1", "EUR")})


def test_known_amounts_are_the_reported_ones_in_order() -> None:
    reported = balance(total="4", frozen="3", pending="2", available="1")
    assert [money.to_wire() for money in reported.known] == ["1.00", "2.00", "3.00", "4.00"]
    assert [money.to_wire() for money in balance(frozen="3").known] == ["3.00"]
    assert balance().known == ()


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_balance_is_zero_when_amounts_are_reported_and_all_of_them_are_zero(name: str) -> None:
    zeros = dict.fromkeys(AMOUNTS, "0.00")
    assert balance(**zeros).is_zero
    assert balance(**{name: "0"}).is_zero
    assert not balance(**{**zeros, name: "0.01"}).is_zero
    assert not balance(**{**zeros, name: "-0.01"}).is_zero
    assert not balance().is_zero


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ({"available": "90.25", "frozen": "10.25", "total": "100.50"}, True),
        ({"available": "90.25", "frozen": "10.25", "total": "100.500", "pending": "7"}, True),
        ({"available": "90.25", "frozen": "10.25", "total": "100.51"}, False),
        ({"available": "90.25", "frozen": "0.00", "total": "100.50"}, False),
        ({"available": "1" + "0" * 24, "frozen": "1" + "0" * 24, "total": "1"}, False),
        ({"frozen": "10.25", "total": "100.50"}, True),
        ({"available": "90.25", "total": "100.50"}, True),
        ({"available": "90.25", "frozen": "10.25"}, True),
    ],
)
def test_a_balance_adds_up_unless_its_total_differs_from_available_and_frozen(
    amounts: dict[str, str], expected: bool
) -> None:
    assert balance(**amounts).adds_up is expected


def test_a_failure_carries_everything_that_a_support_ticket_needs() -> None:
    error = ProviderError(ErrorKind.TIMEOUT, "did not answer", provider_code="504", trace_id="t1", advice="")
    failure = Failure.of(error, correlation_id="c1", provider="payby", account="main", currency="AED")
    assert failure == Failure(error.kind, "did not answer", "c1", "payby", "main", "AED", None, "504", "t1")


def test_the_failure_of_a_wrong_request_names_the_field() -> None:
    failure = Failure.of_request("snapshot", "must be true or false", correlation_id="c1", provider="payby")
    message = "snapshot: must be true or false"
    assert failure == Failure(ErrorKind.INVALID_REQUEST, message, "c1", "payby", field="snapshot")
    assert Failure.of_request("snapshot", "must be true or false", correlation_id="c1").provider is None


def test_optional_fields_are_unknown_unless_they_are_given() -> None:
    assert Account("MAIN") == Account("MAIN", None, None, None)
    error = ProviderError(ErrorKind.TIMEOUT, "did not answer", advice="")
    failure = Failure.of(error, correlation_id="c1", provider="payby")
    assert failure == Failure(error.kind, "did not answer", "c1", "payby")
    assert failure == Failure(error.kind, "did not answer", "c1", "payby", None, None, None, None, None)
    assert Failure(error.kind, "did not answer", "c1").provider is None
    notice = Notice(NoticeKind.NO_BALANCES, "no balances were reported")
    assert (notice.provider, notice.account, notice.currency, notice.place) == (None, None, None, None)


@pytest.mark.parametrize("kind", ErrorKind)
def test_a_summary_is_partial_when_money_may_be_missing(kind: ErrorKind) -> None:
    unsupported = Failure(ErrorKind.CURRENCY_NOT_SUPPORTED, "does not hold this currency", "c1")
    summary = BalanceSummary(NOW, failures=(unsupported, Failure(kind, "cannot say", "c1")))
    assert summary.is_partial is (kind is not ErrorKind.CURRENCY_NOT_SUPPORTED)
    assert not BalanceSummary(NOW).is_partial


@pytest.mark.parametrize("kind", ErrorKind)
@pytest.mark.parametrize("provider_code", [None, "78001"])
def test_a_provider_was_not_asked_when_only_our_settings_rule_a_currency_out(
    kind: ErrorKind, provider_code: str | None
) -> None:
    is_unasked = Failure(kind, "says no", "c1", provider_code=provider_code).is_unasked
    assert is_unasked is (kind is ErrorKind.CURRENCY_NOT_SUPPORTED and provider_code is None)
