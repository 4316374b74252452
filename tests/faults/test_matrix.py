"""The fault matrix in short; `make trust` runs the whole of it."""

from collections.abc import Iterator

import pytest

from tests.faults.house import House, open_house
from tests.faults.matrix import (
    CLASSES,
    WORST,
    Case,
    all_down,
    some_pairs_of_worst,
    some_single_cases,
    title,
)
from tests.faults.verdict import judge


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house() as house:
        yield house


def ask(house: House, case: Case) -> list[str]:
    """Everything that is wrong with what came of `case`."""
    return judge(case, house.ask(case)).all


def test_there_are_classes_enough() -> None:
    names = [each.name for each in CLASSES]
    assert len(set(names)) == len(names) >= 45
    assert len(WORST) == 8


@pytest.mark.parametrize("case", some_single_cases(), ids=title)
def test_one_provider_at_fault_costs_the_others_nothing(house: House, case: Case) -> None:
    assert ask(house, case) == []


@pytest.mark.parametrize("case", some_pairs_of_worst(), ids=title)
def test_two_at_fault(house: House, case: Case) -> None:
    assert ask(house, case) == []


@pytest.mark.parametrize("case", all_down(), ids=title)
def test_all_three_at_fault(house: House, case: Case) -> None:
    assert ask(house, case) == []


def test_nobody_at_fault_afterwards(house: House) -> None:
    """What the faults did to the warm functions' connections has passed."""
    assert ask(house, {}) == []
