"""What changed since an earlier snapshot, where both sides are known. Pure."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add

from msgspec import Struct

from balance_core.history.components import Component, amounts_of
from balance_core.history.readings import Reading, Row
from balance_core.money import Money

Place = tuple[str, str, str]


class Changes(Struct, frozen=True, kw_only=True):
    """The change of available money by place (currency, provider, merchant account) and by currency.

    `not_compared` are the places where one side is not known: money that only one side shows is never called a change.
    """

    places: Mapping[Place, Money]
    currencies: Mapping[str, Money]
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
    by_currency: dict[str, list[Money]] = {}
    for place, change in sorted(places.items()):
        by_currency.setdefault(place[0], []).append(change)
    incomplete = {place[0] for place in not_compared}
    currencies = {code: reduce(add, each) for code, each in by_currency.items() if code not in incomplete}
    return Changes(places=dict(sorted(places.items())), currencies=currencies, not_compared=frozenset(not_compared))


def _by_place(amounts: Mapping[Component, Money]) -> dict[Place, dict[Row, Money]]:
    found: dict[Place, dict[Row, Money]] = {}
    for (row, figure), amount in amounts.items():
        if figure == "available":
            found.setdefault((row.currency, row.provider, row.account), {})[row] = amount
    return found
