"""Answers that are shared for seconds, and what is asked anew all the same."""

from datetime import timedelta

import pytest

from balance_aggregator.aggregator import Aggregator
from tests.clock import Clock
from tests.integration.aggregator_cases import ALPHA, GAMMA, QUESTION, ask
from tests.integration.invoke_api import failed, provider_answer, provider_functions, returned


def test_the_same_question_within_the_window_asks_nobody_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRESHNESS_SECONDS", "5")
    clock = Clock()
    aggregator = Aggregator(now=clock)
    with provider_functions(monkeypatch, {"alpha": ALPHA, "gamma": GAMMA}) as server:
        first = ask(QUESTION, aggregator)
        clock.now += timedelta(seconds=4)
        second = ask(QUESTION | {"correlation_id": "0000000000000001"}, aggregator)
        assert len(server.requests) == 2
        clock.now += timedelta(seconds=1)
        ask(QUESTION, aggregator)
        assert len(server.requests) == 4
    # The figures, and the time at which they held, are those of the first answer. Only the answer itself is newer.
    assert second["reports"] == first["reports"]
    assert second["totals"] == first["totals"]
    assert second["generated_at"] > first["generated_at"]
    assert second["request"]["correlation_id"] == "0000000000000001"


@pytest.mark.parametrize("anew", [{"refresh": True}, {"currencies": ["USD", "EUR"]}])
def test_a_refresh_and_another_question_are_asked(monkeypatch: pytest.MonkeyPatch, anew: dict[str, object]) -> None:
    monkeypatch.setenv("FRESHNESS_SECONDS", "5")
    aggregator = Aggregator(now=Clock())
    with provider_functions(monkeypatch, {"alpha": ALPHA}) as server:
        ask(QUESTION, aggregator)
        ask(QUESTION | anew, aggregator)
    assert len(server.requests) == 2


def test_a_known_zero_is_in_the_sums_and_shown_only_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRESHNESS_SECONDS", "5")
    aggregator = Aggregator(now=Clock())
    empty = returned(provider_answer("gamma", "0.00"))
    with provider_functions(monkeypatch, {"alpha": ALPHA, "gamma": empty}) as server:
        short = ask(QUESTION, aggregator)
        whole = ask(QUESTION | {"include_zero": True}, aggregator)
        nothing = ask(QUESTION | {"providers": ["gamma"]}, aggregator)
        assert len(server.requests) == 2
    assert [len(report["balances"]) for report in short["reports"]] == [1, 0]
    assert [len(report["balances"]) for report in whole["reports"]] == [1, 1]
    assert short["totals"] == whole["totals"]
    assert nothing["totals"] == []


def test_only_the_provider_that_failed_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRESHNESS_SECONDS", "5")
    aggregator = Aggregator(now=Clock())
    with provider_functions(monkeypatch, {"alpha": ALPHA, "gamma": failed(b"{}")}) as server:
        ask(QUESTION, aggregator)
        given = ask(QUESTION, aggregator)
    assert [report["provider"] for report in given["reports"]] == ["alpha"]
    assert [b"-gamma" in request.split(b" ", 2)[1] for request in server.requests[2:]] == [True]
