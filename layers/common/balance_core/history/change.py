"""What changed since an earlier snapshot, where both sides are known. Pure."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add

from msgspec import Struct

from balance_core.history.components import Component, amounts_of
from balance_core.history.readings import Reading, Row
from balance_core.money import Money

# Currency, provider, merchant account.
Place = tuple[str, str, str]


class Changes(Struct, frozen=True, kw_only=True):
    """The change of available money by place.

    `not_compared` are the places where one side is not known: money that only one side shows is never called a change.
    """

    places: Mapping[Place, Money]
    not_compared: frozenset[Place]


def changes(now: Iterable[Reading], then: Iterable[Reading]) -> Changes:
    """Compare two snapshots, or an answer and a snapshot, row by row.

    A place is compared only if both sides show the same accounts with a known available amount.
    """
    before, after = _by_place(amounts_of(then)), _by_place(amounts_of(now))
    places: dict[Place, Money] = {}
    not_compared: set[Place] = set()
    for place in before.keys() | after.keys():
        old, new = before.get(place, {}), after.get(place, {})
        if old.keys() == new.keys():
            places[place] = reduce(add, new.values()) - reduce(add, old.values())
        else:
            not_compared.add(place)
    return Changes(places=dict(sorted(places.items())), not_compared=frozenset(not_compared))


def _by_place(amounts: Mapping[Component, Money]) -> dict[Place, dict[Row, Money]]:
    found: dict[Place, dict[Row, Money]] = {}
    for (row, figure), amount in amounts.items():
        if figure == "available":
            found.setdefault((row.currency, row.provider, row.account), {})[row] = amount
    return found
