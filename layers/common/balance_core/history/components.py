"""Whether a figure is known: every component that was known before must be there again. Pure.

A component is one amount (available, pending or frozen) of one row. So an outage, a row that could not be read and a
row that the provider leaves out all make a sum unknown, and a provider that never held a currency hides nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import reduce
from operator import add

from msgspec import Struct

from balance_core.history.readings import Reading, Row, Snapshot
from balance_core.money import Money

FIGURES = ("available", "pending", "frozen")

Component = tuple[Row, str]
Amounts = Mapping[Component, Money]


class Point(Struct, frozen=True):
    """What one snapshot saw in one currency. `expected` are the components that were known then or before."""

    at: datetime
    amounts: Amounts
    expected: frozenset[Component]

    def figure(self, name: str, is_in_scope: Callable[[Row], bool]) -> Money | None:
        """The sum of the figure over the rows in scope; None when a component is missing or none was ever known."""
        wanted = [each for each in self.expected if each[1] == name and is_in_scope(each[0])]
        if not wanted or any(each not in self.amounts for each in wanted):
            return None
        return reduce(add, (self.amounts[each] for each in wanted))


def amounts_of(readings: Iterable[Reading]) -> dict[Component, Money]:
    """The known components of some readings, each row of which comes once."""
    return {
        (reading.row, name): amount
        for reading in readings
        for name in FIGURES
        if (amount := reading.amount(name)) is not None
    }


def points(snapshots: Iterable[Snapshot], currency: str, known: Iterable[Component] = ()) -> Iterator[Point]:
    """One point for each snapshot, in their order. `known` are the components that were known before the first one."""
    expected = frozenset(known)
    for snapshot in snapshots:
        amounts = amounts_of(each for each in snapshot.readings if each.currency == currency)
        expected |= amounts.keys()
        yield Point(snapshot.taken_at, amounts, expected)
