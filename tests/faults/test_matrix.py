"""Every class of fault once, and all providers down at once; `make trust` runs the whole matrix."""

from collections.abc import Iterator

import pytest

from tests.faults.house import House, open_house
from tests.faults.matrix import CLASSES, WORST, Case, some_all_down, some_single_cases, title
from tests.faults.verdict import judge


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house() as house:
        yield house


def problems(house: House, case: Case) -> list[str]:
    """Everything that is wrong with what comes of `case`."""
    return judge(case, house.ask(case)).all


def test_the_matrix_has_all_its_classes() -> None:
    names = [each.name for each in CLASSES]
    assert len(set(names)) == len(names) >= 122
    assert len(WORST) == 8


@pytest.mark.parametrize("case", some_single_cases(), ids=title)
def test_a_faulty_provider_gets_the_right_failure_and_does_not_affect_the_others(house: House, case: Case) -> None:
    assert problems(house, case) == []


@pytest.mark.parametrize("case", some_all_down(), ids=title)
def test_three_faulty_providers_get_the_right_failures(house: House, case: Case) -> None:
    assert problems(house, case) == []


def test_no_fault_outlasts_its_question(house: House) -> None:
    """The functions stay warm from one case to the next."""
    assert problems(house, {}) == []
