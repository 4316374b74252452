"""Change, day summaries and moves, over made-up pasts whose truth is known; `make trust` tries many more."""

from decimal import Decimal
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from balance_core.history import change, components, days, moves
from balance_core.money import Money
from tests.memory.checks import check_sequence


def mistakes(sequences: int = 40) -> list[str]:
    return [each for seed in range(sequences) for each in check_sequence(Random(seed), 24)]


def test_change_days_and_moves_are_exact_and_every_gap_is_told() -> None:
    assert mistakes(80) == []


BROKEN: dict[str, tuple[Any, str, Any]] = {
    "an outage passes for zero": (components.Point, "figure", lambda *_: Money(Decimal(0), "USD")),
    "a missing row is left out of the comparison": (
        change,
        "_by_place",
        lambda amounts: {
            (row.currency, row.provider, row.account): {"any": money} for (row, _), money in amounts.items()
        },
    ),
    "the lowest is the last": (days, "min", lambda known, key: known[-1]),
    "a fee is not told": (moves, "_MAX_FEE", Decimal(-1)),
    "a gap hides moves": (moves, "_is_known", lambda point, is_ours: True),
}


@pytest.mark.parametrize(("place", "name", "broken"), BROKEN.values(), ids=BROKEN)
def test_the_truth_would_show_a_mistake(place: Any, name: str, broken: Any) -> None:
    with patch.object(place, name, broken, create=True):
        assert mistakes()
