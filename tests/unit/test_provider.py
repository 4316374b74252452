"""What every provider's function answers: a made-up provider behind real sockets, and moto's Secrets Manager."""

import re
from collections.abc import Iterator, Sequence

import pytest

from balance_core.credentials import Credentials
from balance_core.exchange import Exchange
from balance_core.provider import ProviderFunction
from balance_core.question import Question
from tests.integration.fault_server import FaultServer, always, answer
from tests.unit.provider_cases import (
    AMPLE_MS,
    CANARY,
    CORRELATION_ID,
    SECRET_NAME,
    account,
    ask,
    aws,
    by_path,
    provider_function,
    store,
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with aws(monkeypatch):
        yield


@pytest.fixture
def function() -> Iterator[ProviderFunction]:
    with provider_function() as made:
        yield made


class TestAnswers:
    def test_everything_that_is_known_of_one_account(self, function: ProviderFunction) -> None:
        with FaultServer(always(answer(200, b'{"USD": "776.34", "AED": "5.00"}'))) as server:
            store({"main": account(server.url)})
            answered = ask(function, {"correlation_id": CORRELATION_ID})
        assert server.requests[0].count(f"request-id: {CORRELATION_ID}-00000000".encode()) == 1
        report = answered["reports"][0]
        amounts = {balance["currency"]: balance["available"] for balance in report.pop("balances")}
        assert answered == {
            "version": 1,
            "provider": "payby",
            "accounts": ["main"],
            "generated_at": "2026-11-21T01:45:38.960Z",
            "reports": [{"provider": "payby", "account": "main"}],
            "failures": [],
        }
        assert amounts == {"USD": "776.34", "AED": "5.00"}

    def test_one_report_for_each_account_however_many_calls_it_took(self, function: ProviderFunction) -> None:
        answers = {
            "/a/USD": answer(200, b'{"USD": "1.00"}'),
            "/a/AED": answer(200, b'{"AED": "2.00"}'),
            "/b/USD": answer(200, b'{"USD": "3.00"}'),
            "/b/AED": answer(403),
        }
        with FaultServer(by_path(answers)) as server:
            store({"main": account(server.url, "a"), "uae": account(server.url, "b")})
            answered = ask(function, {"currencies": ["USD", "AED"]})
        held = {
            report["account"]: [(balance["currency"], balance["available"]) for balance in report["balances"]]
            for report in answered["reports"]
        }
        assert held == {"main": [("USD", "1.00"), ("AED", "2.00")], "uae": [("USD", "3.00")]}
        (failure,) = answered["failures"]
        assert (failure["account"], failure["currency"], failure["kind"]) == ("uae", "AED", "permission_denied")

    @pytest.mark.parametrize(
        ("include_zero", "shown"),
        [(False, {"main": ["USD"], "uae": []}), (True, {"main": ["AED", "USD"], "uae": ["AED"]})],
    )
    def test_zeros_only_where_they_are_asked_for(
        self, function: ProviderFunction, include_zero: bool, shown: dict[str, list[str]]
    ) -> None:
        answers = {"/a/": answer(200, b'{"AED": "0.00", "USD": "1.00"}'), "/b/": answer(200, b'{"AED": "0.00"}')}
        with FaultServer(by_path(answers)) as server:
            store({"main": account(server.url, "a"), "uae": account(server.url, "b")})
            answered = ask(function, {"include_zero": include_zero})
        # An account that holds nothing was asked all the same, and says so by an empty report.
        assert shown == {
            report["account"]: [balance["currency"] for balance in report["balances"]] for report in answered["reports"]
        }

    def test_only_the_accounts_asked_about(self, function: ProviderFunction) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            store({"main": account(server.url), "uae": account(server.url)})
            answered = ask(function, {"accounts": ["uae", "nowhere"]})
        assert [report["account"] for report in answered["reports"]] == ["uae"]
        assert answered["accounts"] == ["main", "uae"]
        (failure,) = answered["failures"]
        assert (failure["kind"], failure["account"], failure["field"]) == ("invalid_request", "nowhere", "accounts")
        assert "main, uae" in failure["message"]
        assert len(server.requests) == 1

    def test_the_next_question_on_the_same_connection(self, function: ProviderFunction) -> None:
        with FaultServer(always(answer(200, b"{}"))) as server:
            store({"main": account(server.url)})
            for _ in range(2):
                assert ask(function, {})["failures"] == []
        assert (server.accepted, len(server.requests)) == (1, 2)


class TestFailuresAreData:
    @pytest.mark.parametrize(
        ("event", "field"),
        [
            ([], "request"),
            ("USD", "request"),
            ({"currencies": ["usd"]}, "currencies[0]"),
            ({"accounts": []}, "accounts"),
            ({"include_zero": "yes"}, "include_zero"),
            ({"version": 2}, "version"),
            ({"correlation_id": "a b"}, "correlation_id"),
            ({"currency": "USD"}, "'currency'"),
        ],
    )
    def test_a_question_that_cannot_be_understood(self, function: ProviderFunction, event: object, field: str) -> None:
        answered = ask(function, event)
        (failure,) = answered["failures"]
        assert (failure["kind"], failure["field"], failure["provider"]) == ("invalid_request", field, "payby")
        assert re.fullmatch("[0-9a-f]{16}", failure["correlation_id"])
        assert answered["reports"] == []

    def test_a_secret_that_does_not_exist(self, function: ProviderFunction) -> None:
        (failure,) = ask(function, {"correlation_id": CORRELATION_ID})["failures"]
        assert (failure["kind"], failure["account"]) == ("configuration", None)
        assert SECRET_NAME in failure["message"]
        assert failure["correlation_id"] == CORRELATION_ID

    def test_a_setting_that_is_missing(self, function: ProviderFunction, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SECRET_NAME")
        (failure,) = ask(function, {})["failures"]
        assert (failure["kind"], failure["retryable"]) == ("configuration", False)
        assert "SECRET_NAME" in failure["message"]

    def test_one_account_that_is_malformed_costs_the_others_nothing(self, function: ProviderFunction) -> None:
        with FaultServer(always(answer(200, b'{"USD": "1.00"}'))) as server:
            store({"uae": account(server.url, app_id=f"{CANARY} "), "main": account(server.url)})
            answered = ask(function, {})
        assert [report["account"] for report in answered["reports"]] == ["main"]
        (failure,) = answered["failures"]
        assert (failure["kind"], failure["account"]) == ("configuration", "uae")
        assert "'app_id'" in failure["message"]
        assert CANARY not in failure["message"]

    @pytest.mark.parametrize("allowed", ["", "false", "TRUE"])
    def test_an_insecure_address_where_it_is_not_allowed(
        self, function: ProviderFunction, monkeypatch: pytest.MonkeyPatch, allowed: str
    ) -> None:
        monkeypatch.setenv("ALLOW_INSECURE_PROVIDER_URLS", allowed)
        with FaultServer(always(answer(200))) as server:
            store({"main": account(server.url)})
            (failure,) = ask(function, {})["failures"]
        assert failure["kind"] == "configuration"
        assert server.accepted == 0

    def test_a_provider_that_is_down(self, function: ProviderFunction) -> None:
        with FaultServer(always(answer(500))) as server:
            store({"main": account(server.url)})
            (failure,) = ask(function, {})["failures"]
        assert (failure["kind"], failure["provider_code"], failure["retryable"]) == ("unavailable", "HTTP 500", True)
        assert len(server.requests) == 2

    def test_but_a_bug_is_not(self) -> None:
        def buggy_plan(credentials: Credentials, question: Question) -> Sequence[Exchange]:
            raise KeyError("a bug of ours")

        function = ProviderFunction("payby", buggy_plan)
        store({"main": {}})
        with pytest.raises(KeyError, match="a bug of ours"):
            function.answer({}, AMPLE_MS)
        function.close()
