"""The aggregator against Lambda's Invoke API: boto3 is real, only the endpoint is ours."""

import importlib
import json
import sys
import time
from datetime import timedelta

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.observability import logger
from balance_core.question import Question, read_question
from tests.bad_requests import MALFORMED, UNKNOWN
from tests.clock import Clock
from tests.integration.aggregator_cases import ALPHA, GAMMA, ID, QUESTION, ask, new_aggregator
from tests.integration.fault_server import FaultServer, answer
from tests.integration.invoke_api import SILENCE, failed, provider_answer, provider_functions, refused, returned
from tests.integration.printed import captured_log, metrics

USD_TOTAL = {"currency": "USD", "available": "1784.63", "pending": None, "frozen": None}


def sent_to(server: FaultServer) -> list[Question]:
    """The questions that provider functions received."""
    return [read_question(json.loads(request.partition(b"\r\n\r\n")[2])) for request in server.requests]


def test_one_question_asks_every_provider_and_sums_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider_functions(monkeypatch, {"alpha": ALPHA, "gamma": GAMMA}) as server:
        given = ask(QUESTION)
    assert given["totals"] == [USD_TOTAL]
    assert [report["provider"] for report in given["reports"]] == ["alpha", "gamma"]
    assert (given["failures"], given["is_partial"]) == ([], False)
    assert read_question(given["request"]) == Question(
        currencies=("USD",), providers=("alpha", "gamma"), correlation_id=ID
    )
    assert sent_to(server) == [Question(currencies=("USD",), include_zero=True, correlation_id=ID)] * 2


def test_the_handler_reads_its_settings_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, lambda_context: LambdaContext
) -> None:
    monkeypatch.delitem(sys.modules, "balance_aggregator.handler", raising=False)
    with provider_functions(monkeypatch, {"alpha": ALPHA, "gamma": GAMMA}):
        monkeypatch.setenv("EVENT_BUS_NAME", "balance-bot")
        monkeypatch.setenv("BALANCES_TABLE", "balances")
        handler = importlib.import_module("balance_aggregator.handler").handler
        assert handler(QUESTION, lambda_context)["totals"] == (USD_TOTAL,)
        monkeypatch.setenv("DEADLINE_SECONDS", "soon")
        (failure,) = handler(QUESTION, lambda_context)["failures"]
    assert failure["kind"] == "configuration"


FAULTS = {
    "the function raises": (failed(b'{"errorType":"ValueError","errorMessage":"1008.29 of key"}'), "unavailable"),
    "the function runs out of time": (failed(b'{"errorType":"Sandbox.Timedout","errorMessage":"x"}'), "timeout"),
    "the function error is garbage": (failed(b"1008.29 Task"), "unavailable"),
    "the function error has no type": (failed(b'{"errorMessage":"1008.29"}'), "unavailable"),
    "throttled": (refused(429, "TooManyRequestsException"), "rate_limited"),
    "forbidden": (refused(403, "AccessDeniedException"), "configuration"),
    "missing": (refused(404, "ResourceNotFoundException"), "configuration"),
    "malformed ARN": (refused(400, "ValidationException"), "configuration"),
    "Lambda is down": (refused(500, "ServiceException"), "unavailable"),
    "a gateway is down": (answer(502, b"<html>", Connection="close"), "unavailable"),
    "not JSON": (returned(b"<html>"), "bad_response"),
    "an amount as a number": (returned(provider_answer("beta", "1.00").replace(b'"1.00"', b"1.00")), "bad_response"),
    "another provider's name": (returned(provider_answer("alpha", "1.00")), "bad_response"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "unavailable"),
    "the connection is cut": (b"", "unavailable"),
    "the answer is cut": (returned(provider_answer("beta", "1.00"))[:-10], "unavailable"),
}


@pytest.mark.parametrize(("data", "kind"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_one_provider_is_its_failure_and_the_others_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes, kind: str
) -> None:
    functions = {"alpha": ALPHA, "beta": data, "gamma": GAMMA}
    with captured_log() as log, provider_functions(monkeypatch, functions) as server:
        given = ask(QUESTION)
    (failure,) = given["failures"]
    assert (failure["provider"], failure["kind"], failure["correlation_id"]) == ("beta", kind, ID)
    assert given["is_partial"] is True
    assert given["totals"] == [USD_TOTAL]
    assert server.accepted == 3  # every function is invoked once

    printed = capsys.readouterr().out
    (counted,) = metrics(printed, "ProviderFailure")
    assert (counted["provider"], counted["kind"]) == ("beta", kind)
    assert [one["provider"] for one in metrics(printed, "ProviderLegLatency")] == ["alpha", "beta", "gamma"]
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["level"] for line in lines] == ["WARNING", "INFO"]
    assert {line["correlation_id"] for line in lines} == {ID}
    for amount in ("1008.29", "776.34", "1784.63"):
        assert amount not in log.getvalue() + printed + failure["message"]


def test_a_silent_function_is_a_timeout_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEADLINE_SECONDS", "2")
    with provider_functions(monkeypatch, {"alpha": ALPHA, "beta": SILENCE}):
        started_seconds = time.monotonic()
        given = ask(QUESTION)
        # The client itself waits for 20 seconds.
        assert 2 <= time.monotonic() - started_seconds < 18
    assert [(failure["provider"], failure["kind"]) for failure in given["failures"]] == [("beta", "timeout")]
    assert len(given["reports"]) == 1


def test_a_silent_function_is_a_timeout_when_the_client_stops_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider_functions(monkeypatch, {"alpha": SILENCE}) as server:
        given = ask(QUESTION, new_aggregator(read_timeout_seconds=0.5))
    assert [failure["kind"] for failure in given["failures"]] == ["timeout"]
    assert server.accepted == 1


def test_the_deadline_leaves_time_to_return_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider_functions(monkeypatch, {"alpha": SILENCE}):
        started_seconds = time.monotonic()
        given = ask(QUESTION, remaining_ms=1_100)
        assert time.monotonic() - started_seconds < 18
    assert [failure["kind"] for failure in given["failures"]] == ["timeout"]


def test_a_sum_that_is_too_large_is_counted_as_the_aggregators_own_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider_functions(monkeypatch, {n: returned(provider_answer(n, "9" * 30)) for n in ("alpha", "gamma")}):
        ask(QUESTION)
    (counted,) = metrics(capsys.readouterr().out, "ProviderFailure")
    assert (counted["provider"], counted["kind"]) == (logger.service, "bad_response")


def test_a_fresh_answer_is_shared_until_it_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRESHNESS_SECONDS", "5")
    clock = Clock()
    with provider_functions(monkeypatch, {"alpha": ALPHA, "gamma": GAMMA}) as server:
        aggregator = new_aggregator(clock)
        first = ask(QUESTION, aggregator)
        clock.now += timedelta(seconds=4)
        second = ask(QUESTION | {"correlation_id": "0000000000000001"}, aggregator)
        assert len(server.requests) == 2
        clock.now += timedelta(seconds=1)
        ask(QUESTION, aggregator)
        assert len(server.requests) == 4
    assert (second["reports"], second["totals"]) == (first["reports"], first["totals"])
    assert second["generated_at"] > first["generated_at"]
    assert second["request"]["correlation_id"] == "0000000000000001"


def test_only_the_provider_that_failed_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRESHNESS_SECONDS", "5")
    with provider_functions(monkeypatch, {"alpha": ALPHA, "gamma": failed(b"{}")}) as server:
        aggregator = new_aggregator()
        ask(QUESTION, aggregator)
        given = ask(QUESTION, aggregator)
    assert [report["provider"] for report in given["reports"]] == ["alpha"]
    assert [b"-gamma" in request.split(b" ", 2)[1] for request in server.requests[2:]] == [True]


@pytest.mark.parametrize(("event", "field"), [*MALFORMED, *UNKNOWN])
def test_a_bad_request_is_a_typed_answer_and_no_provider_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], event: object, field: str
) -> None:
    with captured_log() as log, provider_functions(monkeypatch, {"alpha": ALPHA}) as server:
        given = ask(event)
    assert server.accepted == 0
    (failure,) = given["failures"]
    assert (failure["kind"], failure["field"]) == ("invalid_request", field)
    assert given["request"]["correlation_id"] == failure["correlation_id"]
    (counted,) = metrics(capsys.readouterr().out, "ProviderFailure")
    assert (counted["provider"], counted["kind"]) == (logger.service, "invalid_request")
    assert json.loads(log.getvalue())["correlation_id"] == failure["correlation_id"]
