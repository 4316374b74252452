"""Requests that the aggregator refuses: a typed, short answer, quickly, and nobody is asked."""

import json
import time
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_aggregator.handler import handler
from tests.bad_requests import MALFORMED, UNKNOWN
from tests.integration.invoke_api import ARN, provider_answer, provider_functions, returned
from tests.integration.printed import captured_log, metrics
from tests.schemas import problems

ALPHA = returned(provider_answer("alpha", "1008.29"))


@pytest.mark.parametrize(("event", "field"), [*MALFORMED, *UNKNOWN])
def test_a_bad_request_is_a_typed_answer_and_nobody_is_asked(
    monkeypatch: pytest.MonkeyPatch,
    lambda_context: LambdaContext,
    capsys: pytest.CaptureFixture[str],
    event: object,
    field: str,
) -> None:
    with captured_log() as log, provider_functions(monkeypatch, {"alpha": ALPHA}) as server:
        given: Any = handler(event, lambda_context)
    assert server.accepted == 0
    assert problems("aggregator-answer", given) == []
    (failure,) = given["failures"]
    assert (failure["kind"], failure["field"]) == ("invalid_request", field)
    assert given["request"] == {"version": 1, "correlation_id": failure["correlation_id"]}
    (counted,) = metrics(capsys.readouterr().out, "ProviderFailure")
    assert counted["kind"] == "invalid_request"
    assert json.loads(log.getvalue())["correlation_id"] == failure["correlation_id"]


HUGE: dict[str, object] = {
    "a list of 2.5 million currencies": {"currencies": ["USD"] * 2_500_000},
    "a word of 10 MB": {"currencies": ["U" * 10_000_000]},
    "a provider of 10 MB": {"providers": ["p" * 10_000_000]},
    "a field name of 10 MB": {"u" * 10_000_000: 1},
    "a correlation id of 10 MB": {"correlation_id": "a" * 10_000_000},
    "10 MB of text": "a" * 10_000_000,
    "a million fields": {f"field{number}": number for number in range(1_000_000)},
}


@pytest.mark.parametrize("event", HUGE.values(), ids=HUGE)
def test_an_event_of_10_mb_is_refused_quickly_in_a_short_answer(
    monkeypatch: pytest.MonkeyPatch, lambda_context: LambdaContext, event: object
) -> None:
    monkeypatch.setenv("PROVIDER_FUNCTIONS", f"alpha={ARN.format('alpha')}")
    # The processor's time, which a busy machine does not stretch.
    started_seconds = time.thread_time()
    given: Any = handler(event, lambda_context)
    assert time.thread_time() - started_seconds < 0.5
    assert [failure["kind"] for failure in given["failures"]] == ["invalid_request"]
    assert len(json.dumps(given)) < 1000


@pytest.mark.parametrize("settings", [{"PROVIDER_FUNCTIONS": ""}, {"DEADLINE_SECONDS": "soon"}])
def test_a_wrong_setting_is_a_typed_answer(
    monkeypatch: pytest.MonkeyPatch, lambda_context: LambdaContext, settings: dict[str, str]
) -> None:
    with provider_functions(monkeypatch, {"alpha": ALPHA}):
        for name, text in settings.items():
            monkeypatch.setenv(name, text)
        given: Any = handler({"correlation_id": "abc-1"}, lambda_context)
    assert problems("aggregator-answer", given) == []
    assert [failure["kind"] for failure in given["failures"]] == ["configuration"]
    assert given["request"] == {"version": 1, "correlation_id": "abc-1"}
