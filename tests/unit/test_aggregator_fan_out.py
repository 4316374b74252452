"""Asking every provider at once. Timeouts and failed functions are in tests/integration/test_aggregator.py."""

import json
import threading
from itertools import count

import pytest

from balance_aggregator.fan_out import ask_all
from balance_core.contract import provider_answer_json
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import BalanceReport, Failure, ProviderAnswer
from balance_core.question import Question, read_question
from tests.clock import NOW

FUNCTIONS = {"alpha": "arn:alpha", "beta": "arn:beta", "gamma": "arn:gamma"}
QUESTIONS = {
    name: Question(currencies=("USD",), accounts=(f"{name}-1",), correlation_id="9f2c4e1ab07d3c55")
    for name in FUNCTIONS
}


def answer_of(function_arn: str) -> ProviderAnswer:
    return ProviderAnswer(function_arn.removeprefix("arn:"), NOW, ("main",))


def as_bytes(answer: ProviderAnswer) -> bytes:
    return json.dumps(provider_answer_json(answer)).encode()


def answering(function_arn: str, payload: bytes) -> bytes:
    return as_bytes(answer_of(function_arn))


def test_all_functions_get_their_questions_at_the_same_time_and_the_answers_keep_their_order() -> None:
    barrier = threading.Barrier(len(FUNCTIONS))
    asked: dict[str, Question] = {}

    def invoke(function_arn: str, payload: bytes) -> bytes:
        barrier.wait(timeout=60)  # passes only when all three threads wait here
        asked[function_arn] = read_question(json.loads(payload))
        return answering(function_arn, payload)

    legs = ask_all(FUNCTIONS, QUESTIONS, 60, invoke)
    assert [(leg.provider, leg.outcome) for leg in legs] == [(name, answer_of(name)) for name in FUNCTIONS]
    assert asked == {FUNCTIONS[name]: QUESTIONS[name] for name in FUNCTIONS}


def test_a_bug_propagates() -> None:
    def invoke(function_arn: str, payload: bytes) -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_all(FUNCTIONS, QUESTIONS, 60, invoke)


def test_the_latency_is_in_whole_milliseconds() -> None:
    ticks = count()
    (leg,) = ask_all({"alpha": "arn:alpha"}, QUESTIONS, 60, answering, lambda: next(ticks) * 1.2344)
    assert leg.latency_ms == 1234


OF_BETA = Failure(ErrorKind.UNKNOWN, "?", "id", "beta")
OF_NOBODY = Failure(ErrorKind.UNKNOWN, "?", "id")
NOT_ALPHAS = [
    ProviderAnswer("beta", NOW),
    ProviderAnswer("alpha", NOW, reports=(BalanceReport("beta", "main", ()),)),
    *(ProviderAnswer("alpha", NOW, failures=(failure,)) for failure in (OF_BETA, OF_NOBODY)),
]
BROKEN = (b"", b"null", b'{"version":2}', b"[" * 100_000, b"\xff")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        *((payload, "deploy all functions together") for payload in BROKEN),
        *((as_bytes(answer), "another provider") for answer in NOT_ALPHAS),
    ],
)
def test_an_answer_that_breaks_the_contract_is_a_bad_response(payload: bytes, reason: str) -> None:
    (leg,) = ask_all({"alpha": "arn:alpha"}, QUESTIONS, 60, lambda *_: payload)
    assert isinstance(leg.outcome, ProviderError)
    assert leg.outcome.kind is ErrorKind.BAD_RESPONSE
    assert reason in leg.outcome.message
