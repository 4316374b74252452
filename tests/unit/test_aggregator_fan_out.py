"""Asking every provider at once: nobody waits for another, and a failure stays where it is."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest

from balance_aggregator.fan_out import ask_all
from balance_core.contract import provider_answer_to_wire
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import BalanceReport, Failure, ProviderAnswer
from balance_core.question import Question
from balance_core.wire import dumps, loads

FUNCTIONS = {"alpha": "arn:alpha", "beta": "arn:beta", "gamma": "arn:gamma"}
QUESTION = Question("9f2c4e1ab07d3c55", ("USD",))
NOW = datetime(2026, 11, 21, 1, 45, 38, 960000, UTC)


def answer_of(function_arn: str) -> ProviderAnswer:
    return ProviderAnswer(function_arn.removeprefix("arn:"), NOW, ("main",))


def answering(function_arn: str, payload: bytes) -> bytes:
    return dumps(provider_answer_to_wire(answer_of(function_arn)))


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """Lets threads that a test keeps waiting go when it ends."""
    event = threading.Event()
    yield event
    event.set()


def test_every_function_gets_the_question_and_its_answer_comes_back_in_order() -> None:
    asked: list[tuple[str, object]] = []

    def invoke(function_arn: str, payload: bytes) -> bytes:
        asked.append((function_arn, loads(payload).value))
        return answering(function_arn, payload)

    legs = ask_all(FUNCTIONS, QUESTION, 10, invoke)
    assert [(leg.provider, leg.outcome) for leg in legs] == [(name, answer_of(name)) for name in FUNCTIONS]
    assert sorted(asked, key=str) == [(arn, QUESTION.to_wire()) for arn in FUNCTIONS.values()]


def test_all_are_asked_at_the_same_time() -> None:
    everybody = threading.Barrier(len(FUNCTIONS))

    def invoke(function_arn: str, payload: bytes) -> bytes:
        everybody.wait(timeout=10)  # passes only when all three are here at once
        return answering(function_arn, payload)

    assert all(isinstance(leg.outcome, ProviderAnswer) for leg in ask_all(FUNCTIONS, QUESTION, 10, invoke))


def test_who_is_late_is_a_timeout_and_the_others_are_not_lost(release: threading.Event) -> None:
    def invoke(function_arn: str, payload: bytes) -> bytes:
        if function_arn == "arn:beta":
            release.wait(timeout=60)
        return answering(function_arn, payload)

    # Long enough for the others, however busy the machine is.
    alpha, beta, gamma = ask_all(FUNCTIONS, QUESTION, 2, invoke)
    assert (alpha.outcome, gamma.outcome) == (answer_of("alpha"), answer_of("gamma"))
    assert isinstance(beta.outcome, ProviderError)
    assert beta.outcome.kind is ErrorKind.TIMEOUT
    assert 2_000 <= beta.latency_ms < 30_000


def test_no_time_left_is_a_timeout_at_once(release: threading.Event) -> None:
    def invoke(function_arn: str, payload: bytes) -> bytes:
        release.wait(timeout=60)
        return b""

    (leg,) = ask_all({"alpha": "arn:alpha"}, QUESTION, -0.5, invoke)
    assert isinstance(leg.outcome, ProviderError)
    assert leg.outcome.kind is ErrorKind.TIMEOUT
    assert leg.latency_ms < 30_000


def test_an_error_of_one_leg_stays_in_that_leg() -> None:
    error = ProviderError(ErrorKind.RATE_LIMITED, "is asked too often")

    def invoke(function_arn: str, payload: bytes) -> bytes:
        if function_arn == "arn:beta":
            raise error
        return answering(function_arn, payload)

    assert [leg.outcome for leg in ask_all(FUNCTIONS, QUESTION, 10, invoke)] == [
        answer_of("alpha"),
        error,
        answer_of("gamma"),
    ]


def test_a_bug_is_not_hidden() -> None:
    def invoke(function_arn: str, payload: bytes) -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_all(FUNCTIONS, QUESTION, 10, invoke)


def test_latency_is_whole_milliseconds_since_the_question() -> None:
    ticks = count()
    (leg,) = ask_all({"alpha": "arn:alpha"}, QUESTION, 10, answering, lambda: next(ticks) * 1.2344)
    assert leg.latency_ms == 1234


def speaking(answer: ProviderAnswer) -> bytes:
    return dumps(provider_answer_to_wire(answer))


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        (b"", "$ is not JSON"),
        (b"null", "$ must be an object"),
        (b"[]", "$ must be an object"),
        (b"{}", "$.version is missing"),
        (b'{"version":2}', "$.version must be 1"),
        (b'{"version":1,"version":1}', "$ holds the same key twice"),
        (b'{"version":NaN}', "$ holds NaN"),
        (b'{"version":1e99999999999999999999}', "$ holds an absurdly large or small number"),
        (b"[" * 100_000, "$ is nested too deeply"),
        (b"\xff", "$ is not UTF-8"),
        (speaking(ProviderAnswer("beta", NOW)), "another provider"),
        (speaking(ProviderAnswer("alpha", NOW, reports=(BalanceReport("beta", "main", ()),))), "another provider"),
        (
            speaking(ProviderAnswer("alpha", NOW, failures=(Failure(ErrorKind.UNKNOWN, "?", "id", "beta"),))),
            "another provider",
        ),
        (
            speaking(ProviderAnswer("alpha", NOW, failures=(Failure(ErrorKind.UNKNOWN, "?", "id"),))),
            "another provider",
        ),
        (
            speaking(ProviderAnswer("alpha", NOW)).replace(b"2026-11-21T01:45:38.960Z", b"0001-01-01T00:00:00+23:59"),
            "$.generated_at must be an RFC 3339 time",
        ),
    ],
)
def test_an_answer_that_breaks_the_contract_is_a_bad_response_that_names_the_place(payload: bytes, place: str) -> None:
    (leg,) = ask_all({"alpha": "arn:alpha"}, QUESTION, 10, lambda *_: payload)
    assert isinstance(leg.outcome, ProviderError)
    assert leg.outcome.kind is ErrorKind.BAD_RESPONSE
    assert place in leg.outcome.message
