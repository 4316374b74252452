"""A line of amounts: what is marked, what is unknown, and what never breaks."""

import pytest

from balance_core.models import BalanceTotal
from balance_core.money import Money
from balance_slack.amounts import has_unknown, marked_line


def usd(text: str) -> Money:
    return Money.parse(text, "USD")


def words(total: BalanceTotal, *, marks: bool = True) -> str:
    """The line with ordinary spaces."""
    return marked_line(total, marks=marks).replace("\N{NO-BREAK SPACE}", " ")


HELD = BalanceTotal("USD", usd("776.34"), usd("-5"), usd("11.41"))


def test_money_that_cannot_be_used_yet_is_marked() -> None:
    expected = "*USD 776.34* available · :hourglass_flowing_sand: USD -5.00 pending · :lock: USD 11.41 frozen"
    assert words(HELD) == expected


def test_nothing_is_marked_where_there_is_no_room() -> None:
    assert words(HELD, marks=False) == "*USD 776.34* available · USD -5.00 pending · USD 11.41 frozen"


@pytest.mark.parametrize("marks", [True, False])
def test_zero_and_unknown_look_different_and_have_no_mark(marks: bool) -> None:
    total = BalanceTotal("USD", None, usd("0"), None)
    assert words(total, marks=marks) == "*USD —* available · USD 0.00 pending · — frozen"


@pytest.mark.parametrize("unknown", range(3))
def test_each_of_the_three_may_be_what_is_unknown(unknown: int) -> None:
    amounts = [None if place == unknown else usd("0") for place in range(3)]
    assert has_unknown(BalanceTotal("USD", *amounts))


def test_zero_is_known() -> None:
    assert not has_unknown(BalanceTotal("USD", usd("0"), usd("0"), usd("0")))
