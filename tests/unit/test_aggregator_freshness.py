"""Which answers are shared between questions, for how long, and which never are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from balance_aggregator.freshness import FreshAnswers
from balance_core.errors import ErrorKind
from balance_core.models import Failure, ProviderAnswer
from balance_core.question import Question

START = datetime(2026, 11, 21, 1, 45, tzinfo=UTC)
USD = Question("9f2c4e1ab07d3c55", currencies=("USD",))
SAME_BY_ANOTHER = Question("0000000000000001", currencies=("USD",))


def answer(*kinds: ErrorKind, provider: str = "payby") -> ProviderAnswer:
    return ProviderAnswer(
        provider, START, failures=tuple(Failure(kind, "said no", "9f2c4e1ab07d3c55") for kind in kinds)
    )


def kept(given: ProviderAnswer, seconds: float = 5) -> FreshAnswers:
    fresh = FreshAnswers(timedelta(seconds=seconds))
    fresh.keep(USD, given, START)
    return fresh


@pytest.mark.parametrize("include_zero", [True, False])
def test_the_same_question_of_another_person_shares_the_answer(include_zero: bool) -> None:
    """Whether they want to see zeros or not: every answer holds them."""
    given = answer()
    asked = replace(SAME_BY_ANOTHER, include_zero=include_zero)
    assert kept(given).find("payby", asked, START + timedelta(seconds=4.9)) == given


def test_what_is_missing_in_a_shared_answer_bears_the_id_of_its_own_question() -> None:
    found = kept(answer(ErrorKind.CURRENCY_NOT_SUPPORTED)).find("payby", SAME_BY_ANOTHER, START)
    assert found is not None
    assert [failure.correlation_id for failure in found.failures] == ["0000000000000001"]


@pytest.mark.parametrize("seconds", [5, 6, 3600, -0.1])
def test_it_is_shared_inside_the_window_only(seconds: float) -> None:
    assert kept(answer()).find("payby", USD, START + timedelta(seconds=seconds)) is None


def test_without_a_window_nothing_is_shared() -> None:
    assert kept(answer(), seconds=0).find("payby", USD, START) is None


@pytest.mark.parametrize(
    "other",
    [
        Question("9f2c4e1ab07d3c55"),
        Question("9f2c4e1ab07d3c55", currencies=("AED",)),
        Question("9f2c4e1ab07d3c55", currencies=("AED", "USD")),
        Question("9f2c4e1ab07d3c55", currencies=("USD",), accounts=("main",)),
    ],
)
def test_another_question_is_asked(other: Question) -> None:
    assert kept(answer()).find("payby", other, START) is None


def test_another_provider_is_asked() -> None:
    assert kept(answer()).find("payermax", USD, START) is None


@pytest.mark.parametrize("kind", ErrorKind)
def test_what_went_wrong_is_asked_again(kind: ErrorKind) -> None:
    found = kept(answer(ErrorKind.CURRENCY_NOT_SUPPORTED, kind)).find("payby", USD, START)
    assert (found is None) == kind.is_outage


def test_a_failure_replaces_the_answer_before_it() -> None:
    fresh = kept(answer())
    fresh.keep(USD, answer(ErrorKind.TIMEOUT), START)
    assert fresh.find("payby", USD, START) is None


def test_what_is_no_longer_fresh_is_forgotten() -> None:
    fresh = kept(answer())
    fresh.keep(USD, answer(provider="payermax"), START + timedelta(seconds=5))
    assert fresh.find("payby", USD, START) is None
