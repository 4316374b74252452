"""Functions that run already: kept connections, answers that are shared for a moment, and how many calls go at once."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.crowd import crowded
from tests.end_to_end.questions import PEOPLE, Told, ask, available, kinds, type_command
from tests.local.aws.stack import STACK_NAME
from tests.local.company import PARAMETERS, found_company
from tests.local.simulators.faults import Fault, FaultName
from tests.local.system import LocalSystem

ACCOUNTS, AT_ONCE = 12, 3
DANA, ALEX, *_ = PEOPLE
# One call for each account of each provider, when one of PayBy's currencies is among those that are asked about.
EVERYBODY = {"pagsmile": 1, "payby": 1, "payermax": ACCOUNTS}
NOBODY = dict.fromkeys(EVERYBODY, 0)


@pytest.fixture(scope="module")
def running(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """A company with twelve merchant accounts at PayerMax.

    An answer is shared for longer than these tests take, so each asks something else.
    """
    changes = {
        "SlackAllowedUserIds": ",".join(PEOPLE),
        "ProviderDeadlineSeconds": "2",
        "ProviderParallelCalls": str(AT_ONCE),
        "FreshnessSeconds": "60",
    }
    company = found_company(keys)
    company.providers["payermax"].stop()
    payermax, secret = crowded("payermax", ACCOUNTS)
    company = replace(
        company,
        providers={**company.providers, "payermax": payermax},
        secrets={**company.secrets, **secret},
    )
    logs = tmp_path_factory.mktemp("logs-warm")
    with LocalSystem(company, parameters={**PARAMETERS, **changes}, logs=logs) as system:
        # The first answer takes what the machine takes. No test asks about this currency.
        ask(system, {"currencies": ["IDR"]})
        system.settle()
        yield system


def requests(system: LocalSystem) -> Mapping[str, int]:
    """How many requests each provider got so far."""
    return {name: len(simulator.requests) for name, simulator in system.company.providers.items()}


def since(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    return {name: now[name] - before[name] for name in before}


def connections(system: LocalSystem) -> Mapping[str, int]:
    """How many connections each provider accepted so far."""
    return {name: simulator.connections for name, simulator in system.company.providers.items()}


def as_of(told: Told) -> list[str]:
    """The times in the one answer, in Slack's notation."""
    return re.findall(r"<!date\^(\d+)", json.dumps(told.then[0].payload))


def reference(told: Told) -> str:
    return str(told.at_once["text"].split("`")[1])


def fail(system: LocalSystem, provider: str, fault: FaultName, seconds: float = 0) -> None:
    system.company.providers[provider].set_fault(Fault(fault, seconds))


class TestConnections:
    # Slow enough for as many connections as there will ever be.
    ANEW: Mapping[str, object] = {"currencies": ["AED", "HKD"], "refresh": True}

    def warm_up(self, system: LocalSystem) -> None:
        fail(system, "payermax", FaultName.SLOW, 0.15)
        ask(system, self.ANEW)
        system.company.providers["payermax"].set_fault(None)

    def test_are_used_again(self, system: LocalSystem) -> None:
        self.warm_up(system)
        open_before, asked_before = connections(system), requests(system)
        for _ in range(3):
            ask(system, self.ANEW)
        assert since(asked_before, requests(system)) == {name: 3 * calls for name, calls in EVERYBODY.items()}
        assert since(open_before, connections(system)) == NOBODY

    def test_that_the_providers_closed_meanwhile_cost_nobody_an_answer(self, system: LocalSystem) -> None:
        self.warm_up(system)
        open_before = connections(system)
        for simulator in system.company.providers.values():
            simulator.hang_up()
        told = type_command(system, "AED PHP", user_id=DANA)
        assert "AED 897,993.88" in told.shown
        assert "incomplete" not in told.shown
        assert not system.failed_events()
        assert all(since(open_before, connections(system)).values()), "every provider was connected to anew"


class TestTheSameQuestion:
    def test_of_two_people_asks_each_provider_once(self, system: LocalSystem) -> None:
        before = requests(system)
        first = type_command(system, "USD", user_id=DANA)
        assert since(before, requests(system)) == EVERYBODY
        second = type_command(system, "USD", user_id=ALEX)
        assert since(before, requests(system)) == EVERYBODY
        # Each answer has its own reference; the figures and their times are the provider's, and so the same.
        assert reference(first) != reference(second)
        assert second.shown.replace(reference(second), reference(first)) == first.shown
        assert as_of(second) == as_of(first) != []

    def test_of_two_services_has_the_same_figures_at_the_same_times(self, system: LocalSystem) -> None:
        before = requests(system)
        first, second = ask(system, {}), ask(system, {})
        assert second["reports"] == first["reports"]
        assert second["totals"] == first["totals"]
        assert second["generated_at"] > first["generated_at"]
        assert second["request"]["correlation_id"] != first["request"]["correlation_id"]
        assert since(before, requests(system)) == EVERYBODY | {"payby": 2}, "PayBy is asked about each currency"

    def test_asked_by_the_refresh_button_asks_anew(self, system: LocalSystem) -> None:
        (answer,) = type_command(system, "USD HKD", user_id=DANA).then
        before = requests(system)
        system.press(answer, "refresh", user_id=DANA)
        system.settle()
        assert since(before, requests(system)) == EVERYBODY
        # What was just fetched is fresh for everybody else.
        type_command(system, "USD HKD", user_id=ALEX)
        assert since(before, requests(system)) == EVERYBODY

    def test_asks_a_provider_again_that_failed(self, system: LocalSystem) -> None:
        fail(system, "payby", FaultName.GARBAGE)
        assert "PayBy (AED) sent an answer that cannot be trusted" in type_command(system, "AED", user_id=DANA).shown
        system.company.providers["payby"].set_fault(None)
        before = requests(system)
        told = type_command(system, "AED", user_id=ALEX)
        assert since(before, requests(system)) == NOBODY | {"payby": 1}
        assert "AED 897,993.88" in told.shown
        assert "incomplete" not in told.shown


class TestParallelCalls:
    def test_are_as_many_as_allowed_and_never_more(self, system: LocalSystem) -> None:
        fail(system, "payermax", FaultName.SLOW, 0.15)
        answer = ask(system, {"providers": ["payermax"], "refresh": True})
        assert len(answer["reports"]) == ACCOUNTS
        assert system.company.providers["payermax"].most_at_once == AT_ONCE

    def test_of_a_provider_that_limits_us_cost_the_others_nothing(self, system: LocalSystem) -> None:
        whole, usual_ms = self.timed(system)
        fail(system, "payermax", FaultName.BUSY)  # asks for a second without questions
        limited, took_ms = self.timed(system)
        assert kinds(limited)["payermax"] == "rate_limited"
        assert {failure["account"] for failure in limited["failures"] if failure["provider"] == "payermax"} == {
            f"m{number}" for number in range(ACCOUNTS)
        }
        assert available(limited) == {key: amount for key, amount in available(whole).items() if key[0] != "payermax"}
        assert took_ms["payermax"] >= 1000
        assert list(took_ms)[-2:] == ["payermax", "aggregator"], "the others ended before"
        system.company.providers["payermax"].set_fault(None)
        again, took_ms = self.timed(system)
        assert available(again) == available(whole)
        assert took_ms["payermax"] < usual_ms["payermax"] + 1000, "a limit does not outlive its question"

    def timed(self, system: LocalSystem) -> tuple[dict[str, Any], dict[str, float]]:
        """An answer that nobody shares, and how long each function took for it, in the order in which they ended."""
        before = len(system.functions.timeline)
        answer = ask(system, {"refresh": True})
        system.settle()
        runs = system.functions.timeline[before:]
        return answer, {run.function_name.removeprefix(f"{STACK_NAME}-"): run.duration_ms for run in runs}
