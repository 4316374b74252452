"""The aggregator against Lambda's wire: boto3 is real, only the address is ours."""

import json
import time

import pytest

from balance_aggregator.aggregator import Aggregator
from balance_aggregator.invoker import LambdaInvoker, new_lambda_client
from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind, ProviderError
from balance_core.observability import logger
from tests.clock import Clock
from tests.integration.aggregator_cases import ALPHA, GAMMA, ID, QUESTION, ask
from tests.integration.fault_server import answer, closed_port
from tests.integration.invoke_api import ARN, SILENCE, failed, provider_answer, provider_functions, refused, returned
from tests.integration.printed import captured_log, metrics
from tests.schemas import problems


def test_one_question_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider_functions(monkeypatch, {"alpha": ALPHA, "gamma": GAMMA}) as server:
        given = ask(QUESTION)
    assert given["totals"] == [{"currency": "USD", "available": "1784.63", "pending": None, "frozen": None}]
    assert [report["provider"] for report in given["reports"]] == ["alpha", "gamma"]
    assert given["failures"] == []
    assert given["is_partial"] is False
    understood = {"version": 1, "currencies": ["USD"], "accounts": None, "include_zero": False, "correlation_id": ID}
    assert given["request"] == understood | {"providers": ["alpha", "gamma"], "refresh": False, "snapshot": False}
    to_providers = understood | {"include_zero": True}
    sent = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in server.requests]
    assert sent == [to_providers] * 2
    assert problems("provider-request", to_providers) == []


def test_only_the_providers_of_the_request_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider_functions(monkeypatch, {"alpha": ALPHA, "gamma": GAMMA}) as server:
        given = ask({"providers": ["gamma"]})
    assert [report["provider"] for report in given["reports"]] == ["gamma"]
    assert server.accepted == 1


def test_sixty_currencies_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    currencies = sorted(DECIMALS)[:60]
    with provider_functions(monkeypatch, {"alpha": ALPHA}) as server:
        assert ask({"currencies": currencies})["failures"] == []
    (request,) = server.requests
    assert json.loads(request.partition(b"\r\n\r\n")[2])["currencies"] == currencies


def test_the_client_is_kept_for_the_next_question(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider_functions(monkeypatch, {"alpha": ALPHA}):
        aggregator = Aggregator()
        ask({}, aggregator)
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{closed_port()}")
        assert ask({}, aggregator)["failures"] == []


FAULTS = {
    "the function raises": (failed(b'{"errorType":"ValueError","errorMessage":"1008.29 of key"}'), "unavailable"),
    "the function runs out of time": (failed(b'{"errorType":"Sandbox.Timedout","errorMessage":"x"}'), "timeout"),
    "the function error is garbage": (failed(b"1008.29 Task"), "unavailable"),
    "the function error has no type": (failed(b'{"errorMessage":"1008.29"}'), "unavailable"),
    "the function error is a list": (failed(b"[]"), "unavailable"),
    "throttled": (refused(429, "TooManyRequestsException"), "rate_limited"),
    "forbidden": (refused(403, "AccessDeniedException"), "configuration"),
    "missing": (refused(404, "ResourceNotFoundException"), "configuration"),
    "malformed ARN": (refused(400, "ValidationException"), "configuration"),
    "Lambda is down": (refused(500, "ServiceException"), "unavailable"),
    "a gateway is down": (answer(502, b"<html>", Connection="close"), "unavailable"),
    "not JSON": (returned(b"<html>"), "bad_response"),
    "null": (returned(b"null"), "bad_response"),
    "an amount as a number": (returned(provider_answer("beta", "1.00").replace(b'"1.00"', b"1.00")), "bad_response"),
    "another provider's name": (returned(provider_answer("alpha", "1.00")), "bad_response"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "unavailable"),
    "the connection is cut": (b"", "unavailable"),
    "the answer is cut": (returned(provider_answer("beta", "1.00"))[:-10], "unavailable"),
}


@pytest.mark.parametrize(("data", "kind"), FAULTS.values(), ids=FAULTS)
def test_one_providers_fault_is_its_failure_and_the_others_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes, kind: str
) -> None:
    functions = {"alpha": ALPHA, "beta": data, "gamma": GAMMA}
    with captured_log() as log, provider_functions(monkeypatch, functions) as server:
        given = ask(QUESTION)
    (failure,) = given["failures"]
    assert (failure["provider"], failure["kind"], failure["correlation_id"]) == ("beta", kind, ID)
    assert given["is_partial"] is True
    assert given["totals"] == [{"currency": "USD", "available": "1784.63", "pending": None, "frozen": None}]
    assert server.accepted == 3  # nobody is asked twice

    printed = capsys.readouterr().out
    (counted,) = metrics(printed, "ProviderFailure")
    assert (counted["provider"], counted["kind"]) == ("beta", kind)
    assert [one["provider"] for one in metrics(printed, "ProviderLegLatency")] == ["alpha", "beta", "gamma"]
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["level"] for line in lines] == ["WARNING", "INFO"]
    assert {line["correlation_id"] for line in lines} == {ID}
    for amount in ("1008.29", "776.34", "1784.63"):
        assert amount not in log.getvalue() + printed + failure["message"]


def test_a_silent_function_costs_the_deadline_and_not_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEADLINE_SECONDS", "2")
    with provider_functions(monkeypatch, {"alpha": ALPHA, "beta": SILENCE, "gamma": GAMMA}):
        started_seconds = time.monotonic()
        given = ask(QUESTION)
        assert time.monotonic() - started_seconds >= 2
    (failure,) = given["failures"]
    assert (failure["provider"], failure["kind"]) == ("beta", "timeout")
    # The client would wait for longer, and has other words.
    assert "before the deadline" in failure["message"]
    assert len(given["reports"]) == 2


def test_what_is_left_of_the_functions_own_time_shortens_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEADLINE_SECONDS", "120")
    with provider_functions(monkeypatch, {"alpha": SILENCE}):
        started_seconds = time.monotonic()
        given = ask(QUESTION, remaining_ms=1_100)
        assert time.monotonic() - started_seconds < 60
    assert [failure["kind"] for failure in given["failures"]] == ["timeout"]


def test_the_client_itself_gives_up_a_second_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider_functions(monkeypatch, {"alpha": SILENCE}) as server:
        started_seconds = time.monotonic()
        with pytest.raises(ProviderError) as caught:
            LambdaInvoker(new_lambda_client(0, 1, Clock()).get())(ARN.format("alpha"), b"{}")
        # Without a limit of ours, it would be sixty seconds.
        assert 1 <= time.monotonic() - started_seconds < 30
    assert caught.value.kind is ErrorKind.TIMEOUT
    assert server.accepted == 1


def test_lambda_out_of_reach_is_everybodys_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider_functions(monkeypatch, {"alpha": ALPHA, "gamma": GAMMA}):
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{closed_port()}")
        given = ask(QUESTION)
    failures = [(failure["provider"], failure["kind"]) for failure in given["failures"]]
    assert failures == [("alpha", "unavailable"), ("gamma", "unavailable")]


def test_a_sum_that_cannot_be_held_is_counted_for_the_aggregator_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    absurd = {name: returned(provider_answer(name, "9" * 30)) for name in ("alpha", "gamma")}
    with provider_functions(monkeypatch, absurd):
        ask(QUESTION)
    (counted,) = metrics(capsys.readouterr().out, "ProviderFailure")
    assert (counted["provider"], counted["kind"]) == (logger.service, "bad_response")
