"""Which answers are shared between questions, and for how long."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from balance_aggregator.freshness import FreshAnswers
from balance_core.errors import ErrorKind
from balance_core.models import Failure, ProviderAnswer
from balance_core.question import Question, SnapshotKind
from tests.clock import NOW

WINDOW = timedelta(seconds=5)
USD = Question(currencies=("USD",), providers=("payby",), correlation_id="9f2c4e1ab07d3c55")


def answer(*kinds: ErrorKind, provider: str = "payby") -> ProviderAnswer:
    failures = tuple(Failure(kind, "said no", USD.correlation_id) for kind in kinds)
    return ProviderAnswer(provider, NOW, failures=failures)


@pytest.fixture
def fresh() -> FreshAnswers:
    """Holds one answer without failures to the question USD, asked at NOW."""
    answers = FreshAnswers()
    answers.keep(USD, [answer()], WINDOW, NOW)
    return answers


@pytest.mark.parametrize("include_zero", [True, False])
def test_the_same_question_shares_the_answer_with_or_without_zeros(fresh: FreshAnswers, include_zero: bool) -> None:
    question = replace(USD, correlation_id="0000000000000001", include_zero=include_zero)
    assert fresh.find(question, WINDOW, NOW + timedelta(seconds=4.9)) == {"payby": answer()}


def test_a_shared_failure_carries_the_correlation_id_of_the_new_question(fresh: FreshAnswers) -> None:
    fresh.keep(USD, [answer(ErrorKind.CURRENCY_NOT_SUPPORTED)], WINDOW, NOW)
    found = fresh.find(replace(USD, correlation_id="0000000000000001"), WINDOW, NOW)
    assert [failure.correlation_id for failure in found["payby"].failures] == ["0000000000000001"]


def test_answers_to_different_questions_are_kept_side_by_side(fresh: FreshAnswers) -> None:
    aed = replace(USD, currencies=("AED",))
    fresh.keep(aed, [answer()], WINDOW, NOW)
    assert fresh.find(USD, WINDOW, NOW) == fresh.find(aed, WINDOW, NOW) == {"payby": answer()}


@pytest.mark.parametrize("seconds", [5, 6, 3600, -0.1])
def test_an_answer_outside_the_window_is_not_shared(fresh: FreshAnswers, seconds: float) -> None:
    assert fresh.find(USD, WINDOW, NOW + timedelta(seconds=seconds)) == {}


def test_a_window_of_zero_shares_nothing(fresh: FreshAnswers) -> None:
    assert fresh.find(USD, timedelta(0), NOW) == {}


@pytest.mark.parametrize(
    "other",
    [
        replace(USD, currencies=None),
        replace(USD, currencies=("AED",)),
        replace(USD, currencies=("AED", "USD")),
        replace(USD, accounts=("main",)),
        replace(USD, accounts=("payby:main",)),
        replace(USD, providers=("payermax",)),
        replace(USD, refresh=True),
        replace(USD, snapshot=SnapshotKind.WATCH),
    ],
)
def test_another_question_a_refresh_and_a_snapshot_are_asked(fresh: FreshAnswers, other: Question) -> None:
    assert fresh.find(other, WINDOW, NOW) == {}


@pytest.mark.parametrize("kind", ErrorKind)
def test_an_answer_with_an_outage_is_asked_again(kind: ErrorKind) -> None:
    fresh = FreshAnswers()
    fresh.keep(USD, [answer(ErrorKind.CURRENCY_NOT_SUPPORTED, kind)], WINDOW, NOW)
    assert (fresh.find(USD, WINDOW, NOW) == {}) == kind.is_outage


def test_an_outage_removes_the_earlier_answer(fresh: FreshAnswers) -> None:
    fresh.keep(USD, [answer(ErrorKind.TIMEOUT)], WINDOW, NOW)
    assert fresh.find(USD, WINDOW, NOW) == {}


def test_an_answer_that_is_no_longer_fresh_is_dropped(fresh: FreshAnswers) -> None:
    fresh.keep(USD, [answer(provider="payermax")], WINDOW, NOW + WINDOW)
    assert fresh.find(USD, WINDOW, NOW) == {}
