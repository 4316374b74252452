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

    def of_provider(self, currency: str, provider: str) -> Money | None:
        """The change over all merchant accounts at one provider; None where one of them cannot be compared."""
        if any(place[:2] == (currency, provider) for place in self.not_compared):
            return None
        return _sum(change for place, change in self.places.items() if place[:2] == (currency, provider))


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
    currencies = {}
    for currency in sorted({place[0] for place in places}):
        if not any(place[0] == currency for place in not_compared):
            total = _sum(change for place, change in places.items() if place[0] == currency)
            if total is not None:
                currencies[currency] = total
    return Changes(places=dict(sorted(places.items())), currencies=currencies, not_compared=frozenset(not_compared))


def _by_place(amounts: Mapping[Component, Money]) -> dict[Place, dict[Row, Money]]:
    found: dict[Place, dict[Row, Money]] = {}
    for (row, figure), amount in amounts.items():
        if figure == "available":
            found.setdefault((row.currency, row.provider, row.account), {})[row] = amount
    return found


def _sum(amounts: Iterable[Money]) -> Money | None:
    found = list(amounts)
    return reduce(add, found) if found else None
