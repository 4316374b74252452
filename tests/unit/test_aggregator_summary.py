"""Several answers as one: exact sums of what is known, and what is announced of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from balance_aggregator.request import AggregatorRequest
from balance_aggregator.snapshot import collected_detail
from balance_aggregator.summary import summarise
from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, BalanceTotal, Failure, ProviderAnswer
from balance_core.money import Money
from balance_core.question import Question
from tests.strategies import provider_answers

NOW = datetime(2026, 11, 21, 1, 45, 38, 960000, UTC)
ID = "9f2c4e1ab07d3c55"
FEW_CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])


def usd(text: str) -> Money:
    return Money.parse(text, "USD")


def balance(currency: str = "USD", **amounts: Money) -> Balance:
    return Balance(Account("DISBURSEMENT"), currency, NOW, **amounts)


def answer(provider: str, *balances: Balance) -> ProviderAnswer:
    return ProviderAnswer(provider, NOW, ("main",), (BalanceReport(provider, "main", balances),))


def no_account(provider: str, account: str) -> Failure:
    return Failure(ErrorKind.INVALID_REQUEST, "has no such account", ID, provider, account, field="accounts")


def test_totals_are_per_currency_over_what_is_known_sorted_by_currency() -> None:
    summary = summarise(
        [
            answer("alpha", balance(available=usd("1008.29"))),
            answer(
                "beta",
                balance(available=usd("776.34")),
                balance(pending=usd("9248.93")),
                balance(frozen=usd("11.41")),
                balance("AED", available=Money.parse("0.59", "AED")),
            ),
        ],
        ID,
        NOW,
    )
    assert summary.totals == (
        BalanceTotal("AED", Money.parse("0.59", "AED"), None, None),
        BalanceTotal("USD", usd("1784.63"), usd("9248.93"), usd("11.41")),
    )
    assert [report.provider for report in summary.reports] == ["alpha", "beta"]
    assert summary.failures == ()
    assert summary.generated_at == NOW
    assert not summary.is_partial


def test_a_known_zero_is_zero_and_what_nobody_reports_stays_unknown() -> None:
    summary = summarise([answer("alpha", balance(available=usd("0"))), answer("beta", balance())], ID, NOW)
    assert summary.totals == (BalanceTotal("USD", usd("0.00"), None, None),)


def test_a_known_zero_that_is_not_shown_still_counts() -> None:
    answers = [
        answer("alpha", balance(available=usd("0.00")), balance(pending=usd("5000.00")), balance(frozen=usd("0"))),
        answer("beta", balance("AED", available=Money.parse("0", "AED"))),
    ]
    summary = summarise(answers, ID, NOW, include_zero=False)
    assert summary.totals == (BalanceTotal("USD", usd("0.00"), usd("5000.00"), usd("0.00")),)
    # Whoever has nothing to show was asked all the same, and says so by an empty report.
    assert summary.reports == (
        BalanceReport("alpha", "main", (balance(pending=usd("5000.00")),)),
        BalanceReport("beta", "main", ()),
    )


@given(st.lists(provider_answers(currencies=FEW_CURRENCIES), max_size=4))
def test_leaving_zeros_out_changes_no_figure(answers: list[ProviderAnswer]) -> None:
    whole, shown = (summarise(answers, ID, NOW, include_zero=include_zero) for include_zero in (True, False))
    held = [[one for one in report.balances if not one.is_zero] for report in whole.reports]
    assert [list(report.balances) for report in shown.reports] == held
    currencies = {one.currency for balances in held for one in balances}
    assert shown.totals == tuple(total for total in whole.totals if total.currency in currencies)
    assert (shown.failures, shown.is_partial) == (whole.failures, whole.is_partial)


def test_a_total_alone_is_in_no_sum() -> None:
    summary = summarise([answer("alpha", balance(total=usd("5.00")))], ID, NOW)
    assert summary.totals == (BalanceTotal("USD", None, None, None),)


def exact_sum(amounts: Sequence[Money | None]) -> Decimal | None:
    """The oracle: the same sum in whole 10^-18ths, which Python adds without any rounding."""
    known = [money for money in amounts if money is not None]
    with localcontext(prec=100):
        return Decimal(sum(int(money.amount.scaleb(18)) for money in known)).scaleb(-18) if known else None


@given(st.lists(provider_answers(currencies=FEW_CURRENCIES), max_size=4))
def test_sums_are_exact_to_the_last_digit_and_none_only_when_nothing_is_known(answers: list[ProviderAnswer]) -> None:
    summary = summarise(answers, ID, NOW)
    held = [held for answer in answers for report in answer.reports for held in report.balances]
    assert [total.currency for total in summary.totals] == sorted({one.currency for one in held})
    for total in summary.totals:
        for name in ("available", "pending", "frozen"):
            expected = exact_sum([getattr(one, name) for one in held if one.currency == total.currency])
            summed = getattr(total, name)
            assert (None if summed is None else summed.amount) == expected


def test_a_sum_that_money_cannot_hold_is_a_failure_and_no_sum() -> None:
    absurd = balance(available=usd("9" * 30))
    euro = balance("EUR", available=Money.parse("1.00", "EUR"))
    summary = summarise([answer("alpha", absurd, euro), answer("beta", absurd)], ID, NOW)
    assert summary.totals == (
        BalanceTotal("EUR", Money.parse("1.00", "EUR"), None, None),
        BalanceTotal("USD", None, None, None),
    )
    (failure,) = summary.failures
    assert (failure.kind, failure.currency, failure.provider) == (ErrorKind.BAD_RESPONSE, "USD", None)
    assert "9" not in failure.message
    assert summary.is_partial


def test_an_account_that_one_provider_has_is_not_missed_at_the_others() -> None:
    summary = summarise(
        [
            ProviderAnswer("alpha", NOW, ("main", "uae")),
            ProviderAnswer("beta", NOW, ("main",), failures=(no_account("beta", "uae"), no_account("beta", "eua"))),
        ],
        ID,
        NOW,
    )
    assert summary.failures == (no_account("beta", "eua"),)


def test_only_the_failure_about_the_account_itself_is_left_out() -> None:
    outage = Failure(ErrorKind.TIMEOUT, "did not answer", ID, "beta", "uae")
    other_field = Failure(ErrorKind.INVALID_REQUEST, "is wrong", ID, "beta", "uae", field="currencies")
    other_kind = Failure(ErrorKind.CONFIGURATION, "is malformed", ID, "beta", "uae", field="accounts")
    missing = (outage, other_field, other_kind)
    answers = [ProviderAnswer("alpha", NOW, ("uae",)), ProviderAnswer("beta", NOW, failures=missing)]
    assert summarise(answers, ID, NOW).failures == missing


def test_a_currency_that_a_provider_does_not_hold_leaves_the_answer_whole() -> None:
    unsupported = Failure(ErrorKind.CURRENCY_NOT_SUPPORTED, "does not hold USD", ID, "beta", "main", "USD")
    summary = summarise([ProviderAnswer("beta", NOW, ("main",), failures=(unsupported,))], ID, NOW)
    assert summary.failures == (unsupported,)
    assert not summary.is_partial


def test_the_announcement_names_what_was_collected_and_no_amount() -> None:
    outage = Failure(ErrorKind.TIMEOUT, "did not answer before 1008.29", ID, "beta", "main", "USD", trace_id="1008.29")
    answers = [
        answer("alpha", balance(available=usd("1008.29")), balance("AED", available=Money.parse("7", "AED"))),
        ProviderAnswer("beta", NOW, failures=(outage,)),
    ]
    request = AggregatorRequest(Question(ID), ("alpha", "beta"), snapshot=True)
    assert collected_detail(request, summarise(answers, ID, NOW)) == {
        "version": 1,
        "correlation_id": ID,
        "collected_at": "2026-11-21T01:45:38.960Z",
        "is_partial": True,
        "currencies": ["AED", "USD"],
        "providers": ["alpha", "beta"],
        "failures": [{"provider": "beta", "account": "main", "currency": "USD", "kind": "timeout"}],
    }
