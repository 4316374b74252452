"""One summary of several answers: exact sums of what is known, and the bus event about them."""

from balance_aggregator.snapshot import Taken, balances_collected
from balance_aggregator.summary import summarise
from balance_core.contract import to_json
from balance_core.errors import ErrorKind
from balance_core.models import Balance, Failure, ProviderAnswer
from balance_core.question import Firing, Question, SnapshotKind
from tests.clock import NOW
from tests.schemas import as_json
from tests.unit.slack_cases import balance, report, total

ID = "9f2c4e1ab07d3c55"


def answer(provider: str, *balances: Balance) -> ProviderAnswer:
    return ProviderAnswer(provider, NOW, ("main",), (report(provider, *balances),))


def no_account(provider: str, account: str) -> Failure:
    return Failure(ErrorKind.INVALID_REQUEST, "has no such account", ID, provider, account, field="accounts")


def test_totals_sum_the_known_amounts_of_each_currency_and_are_sorted_by_currency() -> None:
    held = (balance("776.34"), balance(None, "9248.93"), balance(None, None, "11.41"), balance("0.59", currency="AED"))
    summary = summarise([answer("alpha", balance("1008.29")), answer("beta", *held)], ID, NOW)
    assert summary.totals == (total("0.59", None, None, currency="AED"), total("1784.63", "9248.93", "11.41"))
    assert [each.provider for each in summary.reports] == ["alpha", "beta"]
    assert (summary.failures, summary.notices) == ((), ())
    assert summary.generated_at == NOW
    assert not summary.is_partial


def test_zeros_are_kept_by_default_and_their_sum_is_zero_but_a_sum_of_nothing_is_unknown() -> None:
    summary = summarise([answer("alpha", balance("0")), answer("beta", balance())], ID, NOW)
    assert summary.totals == (total("0.00", None, None),)
    assert [len(each.balances) for each in summary.reports] == [1, 1]


def test_zeros_are_summed_before_they_are_dropped() -> None:
    answers = [
        answer("alpha", balance("0.00"), balance(None, "5000.00"), balance(None, None, "0")),
        answer("beta", balance("0", currency="AED")),
    ]
    summary = summarise(answers, ID, NOW, include_zero=False)
    assert summary.totals == (total("0.00", "5000.00", "0.00"),)
    # An account with nothing to show was asked, too, so its report stays.
    assert summary.reports == (report("alpha", balance(None, "5000.00")), report("beta"))


def test_a_providers_own_total_is_not_summed() -> None:
    summary = summarise([answer("alpha", balance(None, None, None, "5.00"))], ID, NOW)
    assert summary.totals == (total(None, None, None),)


def test_a_sum_that_is_too_large_is_a_failure_and_unknown() -> None:
    huge = balance("9" * 30)
    summary = summarise([answer("alpha", huge, balance("1.00", currency="EUR")), answer("beta", huge)], ID, NOW)
    assert summary.totals == (total("1.00", None, None, currency="EUR"), total(None, None, None))
    (failure,) = summary.failures
    assert (failure.kind, failure.currency, failure.provider) == (ErrorKind.BAD_RESPONSE, "USD", None)
    assert "9" not in failure.message
    assert summary.is_partial


def test_an_account_that_one_provider_has_is_no_failure_of_the_others() -> None:
    summary = summarise(
        [
            ProviderAnswer("alpha", NOW, ("main", "uae")),
            ProviderAnswer("beta", NOW, ("main",), failures=(no_account("beta", "uae"), no_account("beta", "eua"))),
        ],
        ID,
        NOW,
    )
    assert summary.failures == (no_account("beta", "eua"),)


def test_an_account_that_was_asked_of_one_provider_is_missing_there_even_if_another_has_it() -> None:
    answers = [
        ProviderAnswer("alpha", NOW, ("uae",)),
        ProviderAnswer("beta", NOW, ("main",), failures=(no_account("beta", "UAE"),)),
    ]
    assert summarise(answers, ID, NOW, accounts=("alpha:uae", "beta:UAE")).failures == (no_account("beta", "UAE"),)
    assert summarise(answers, ID, NOW, accounts=("UAE",)).failures == ()


def test_only_failures_about_unknown_accounts_are_dropped() -> None:
    outage = Failure(ErrorKind.TIMEOUT, "did not answer", ID, "beta", "uae")
    other_field = Failure(ErrorKind.INVALID_REQUEST, "is wrong", ID, "beta", "uae", field="currencies")
    other_kind = Failure(ErrorKind.CONFIGURATION, "is malformed", ID, "beta", "uae", field="accounts")
    missing = (outage, other_field, other_kind)
    answers = [ProviderAnswer("alpha", NOW, ("uae",)), ProviderAnswer("beta", NOW, failures=missing)]
    assert summarise(answers, ID, NOW).failures == missing


def test_a_currency_that_a_provider_does_not_hold_does_not_make_the_answer_partial() -> None:
    unsupported = Failure(ErrorKind.CURRENCY_NOT_SUPPORTED, "does not hold USD", ID, "beta", "main", "USD")
    summary = summarise([ProviderAnswer("beta", NOW, ("main",), failures=(unsupported,))], ID, NOW)
    assert summary.failures == (unsupported,)
    assert not summary.is_partial


def test_the_bus_event_says_what_was_collected_and_carries_no_amount() -> None:
    outage = Failure(ErrorKind.TIMEOUT, "did not answer before 1008.29", ID, "beta", "main", "USD", trace_id="1008.29")
    answers = [
        answer("alpha", balance("1008.29"), balance("7", currency="AED")),
        ProviderAnswer("beta", NOW, failures=(outage,)),
    ]
    firing = Firing(schedule="daily", scheduled_time=NOW)
    question = Question(providers=("alpha", "beta"), snapshot=SnapshotKind.DIGEST, firing=firing, correlation_id=ID)
    taken = Taken(question, SnapshotKind.DIGEST, answers, summarise(answers, ID, NOW))
    assert as_json(to_json(balances_collected(taken, NOW.date(), is_stored=True))) == {
        "version": 1,
        "correlation_id": ID,
        "kind": "digest",
        "firing": {"schedule": "daily", "scheduled_time": "2026-11-21T01:45:38.960000Z"},
        "day": "2026-11-21",
        "stored": True,
        "collected_at": "2026-11-21T01:45:38.960000Z",
        "is_partial": True,
        "currencies": ["AED", "USD"],
        "providers": ["alpha", "beta"],
        "failures": [{"provider": "beta", "account": "main", "currency": "USD", "kind": "timeout"}],
    }
