"""Warm functions use their connections again and share an answer that is a moment old."""

from collections.abc import Mapping

import pytest

from tests.end_to_end.questions import PEOPLE, ask, requests, since, type_command
from tests.local.system import LocalSystem

DANA, ALEX, *_ = PEOPLE
# PayBy is asked once for each currency that the company holds there, and the questions name at most one of them.
ONCE_EACH = {"pagsmile": 1, "payby": 1, "payermax": 1}
NONE = dict.fromkeys(ONCE_EACH, 0)
REFRESH: Mapping[str, object] = {"currencies": ["AED", "HKD"], "refresh": True}


@pytest.fixture(scope="module")
def freshness() -> str:
    """FreshnessSeconds: longer than these tests take, so each of them asks something else."""
    return "60"


def connections(system: LocalSystem) -> Mapping[str, int]:
    """How many connections each provider accepted so far."""
    return {name: simulator.connections for name, simulator in system.company.providers.items()}


def test_connections_to_providers_are_used_again(system: LocalSystem) -> None:
    ask(system, REFRESH)
    before, asked = connections(system), requests(system)
    for _ in range(3):
        ask(system, REFRESH)
    assert since(asked, requests(system)) == {name: 3 * count for name, count in ONCE_EACH.items()}
    assert since(before, connections(system)) == NONE


def test_the_same_question_of_two_people_asks_each_provider_once(system: LocalSystem) -> None:
    before = requests(system)
    first = type_command(system, "USD", user_id=DANA)
    second = type_command(system, "USD", user_id=ALEX)
    assert since(before, requests(system)) == ONCE_EACH
    assert second.shown == first.shown


def test_a_refresh_asks_again_and_its_answer_is_shared(system: LocalSystem) -> None:
    (answer,) = type_command(system, "USD HKD", user_id=DANA).then
    before = requests(system)
    system.press(answer, "refresh", user_id=DANA)
    system.settle()
    assert since(before, requests(system)) == ONCE_EACH
    type_command(system, "USD HKD", user_id=ALEX)
    assert since(before, requests(system)) == ONCE_EACH
