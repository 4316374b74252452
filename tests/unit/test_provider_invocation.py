"""One invocation of a provider's function: the time it may take, what it prints, and how Lambda calls it."""

import inspect
import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.provider import ProviderFunction, provider_handler
from balance_core.secrets import SecretStore
from tests.integration.fault_server import FaultServer, always, answer, silent
from tests.integration.made_up_provider import plan
from tests.integration.printed import captured_log
from tests.unit.provider_cases import (
    AMPLE_MS,
    CANARY,
    CORRELATION_ID,
    account,
    ask,
    aws,
    by_path,
    provider_function,
    store,
)

AMOUNT = "7654321.89"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with aws(monkeypatch):
        yield


@pytest.fixture
def function() -> Iterator[ProviderFunction]:
    with provider_function() as made:
        yield made


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with captured_log() as written:
        yield written


def documents(text: str) -> list[dict[str, Any]]:
    """The lines of `text`, each of which must be JSON."""
    return [json.loads(line) for line in text.splitlines()]


def metrics(lines: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    """The lines that hold the metric `name`, after checking them against CloudWatch's embedded metric format."""
    for line in lines:
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "BalanceBot"
        assert {metric["Name"] for metric in directive["Metrics"]} | set(directive["Dimensions"][0]) <= set(line)
    return [line for line in lines if name in line]


class TestTheDeadline:
    @pytest.mark.parametrize(
        ("setting", "remaining_ms"), [("0.3", AMPLE_MS), ("20", 1300)], ids=["the setting's", "the function's own"]
    )
    def test_is_the_nearer_of_two(
        self, function: ProviderFunction, monkeypatch: pytest.MonkeyPatch, setting: str, remaining_ms: int
    ) -> None:
        monkeypatch.setenv("DEADLINE_SECONDS", setting)
        with FaultServer(silent) as server:
            store({"main": account(server.url)})
            started_seconds = time.monotonic()
            (failure,) = ask(function, {}, remaining_ms)["failures"]
            elapsed_seconds = time.monotonic() - started_seconds
        assert failure["kind"] == "timeout"
        assert 0.3 <= elapsed_seconds < 15

    def test_begins_when_the_secret_is_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Else a provider that was never asked would be said not to have answered in time."""
        monkeypatch.setenv("DEADLINE_SECONDS", "2")

        def slow(_name: str) -> str:
            time.sleep(2.1)
            return json.dumps({"accounts": {"main": account(server.url)}})

        with FaultServer(always(answer(200, b'{"USD": "1.00"}'))) as server:
            function = ProviderFunction("payby", plan, SecretStore(slow))
            assert ask(function, {})["failures"] == []
            function.close()
        assert len(server.requests) == 1

    def test_that_has_passed_already_still_gets_an_answer(self, function: ProviderFunction) -> None:
        with FaultServer(silent) as server:
            store({"main": account(server.url)})
            (failure,) = ask(function, {}, remaining_ms=500)["failures"]
        assert failure["kind"] == "timeout"
        assert server.requests == []


class TestWhatIsPrinted:
    def test_failures_are_logged_and_counted_without_amounts_or_secrets(
        self, function: ProviderFunction, log: io.StringIO, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answers = {
            "/a/": answer(200, f'{{"USD": "{AMOUNT}"}}'.encode()),
            "/b/": answer(401, f'{{"balance": "{AMOUNT}"}}'.encode(), Sign=CANARY),
        }
        with FaultServer(by_path(answers)) as server:
            store({"main": account(server.url, "a"), "uae": account(server.url, "b")})
            assert AMOUNT in json.dumps(ask(function, {"correlation_id": CORRELATION_ID}))
        printed = capsys.readouterr().out
        for hidden in (CANARY, AMOUNT, AMOUNT.partition(".")[0]):
            assert hidden not in log.getvalue() + printed

        (line,) = documents(log.getvalue())
        assert (line["level"], line["correlation_id"]) == ("WARNING", CORRELATION_ID)
        assert (line["provider"], line["account"], line["kind"]) == ("payby", "uae", "authentication")
        assert line["provider_code"] == "HTTP 401"

        lines = documents(printed)
        (counted,) = metrics(lines, "ProviderFailure")
        assert (counted["provider"], counted["kind"], counted["ProviderFailure"]) == ("payby", "authentication", [1])
        (timed,) = metrics(lines, "ProviderLatency")
        assert timed["provider"] == "payby"
        assert len(timed["ProviderLatency"]) == 2
        assert min(timed["ProviderLatency"]) >= 0
        assert len(lines) == 2

    def test_a_good_answer_leaves_no_log(self, function: ProviderFunction, log: io.StringIO) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            store({"main": account(server.url)})
            ask(function, {})
        assert log.getvalue() == ""


class TestTheHandler:
    @pytest.fixture
    def handler(self) -> Iterator[Callable[[Any, LambdaContext], dict[str, object]]]:
        made = provider_handler("payby", plan)
        yield made
        # Nobody outside a test has a reason to close what lives as long as the process.
        inspect.getclosurevars(inspect.unwrap(made)).nonlocals["function"].close()

    def test_answers_with_the_time_now_before_lambda_ends_the_function(
        self, handler: Callable[[Any, LambdaContext], dict[str, object]], lambda_context: LambdaContext
    ) -> None:
        with FaultServer(always(answer(200, b'{"USD": "1.00"}'))) as server:
            store({"main": account(server.url)})
            before = datetime.now(UTC)
            answered = json.loads(json.dumps(handler({}, lambda_context)))
        (report,) = answered["reports"]
        generated_at = datetime.fromisoformat(answered["generated_at"])
        assert -1 < (generated_at - before).total_seconds() < 60
        assert report["balances"][0]["available"] == "1.00"

    def test_logs_each_invocation_under_its_own_ids(
        self,
        handler: Callable[[Any, LambdaContext], dict[str, object]],
        lambda_context: LambdaContext,
        log: io.StringIO,
    ) -> None:
        handler({"correlation_id": CORRELATION_ID}, lambda_context)
        handler([], lambda_context)
        first, second = documents(log.getvalue())
        assert first["correlation_id"] == CORRELATION_ID
        assert re.fullmatch("[0-9a-f]{16}", second["correlation_id"])
        assert first["function_request_id"] == lambda_context.aws_request_id
