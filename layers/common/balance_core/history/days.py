"""The summary of one day in one currency: opening, lowest, highest and closing of every account and sum. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from balance_core.contract import Amount, Instant
from balance_core.history.components import FIGURES, Component, Point, points
from balance_core.history.readings import Reading, Row, Snapshot
from balance_core.money import Money

_ONE_DAY = timedelta(days=1)


class DayFigure(Struct, frozen=True, kw_only=True):
    """One figure over a day. `opening` is the closing of the day before; null where that is not known.

    `closing` is the last known value, seen at `closing_at`. `gaps` counts the snapshots in which it was not known.
    """

    opening: Amount | None = None
    lowest: Amount | None = None
    lowest_at: Instant | None = None
    highest: Amount | None = None
    highest_at: Instant | None = None
    closing: Amount | None = None
    closing_at: Instant | None = None
    gaps: int = 0


DayFigures = Mapping[str, DayFigure]


class AccountDay(Struct, frozen=True, kw_only=True):
    """One account's day. `last` is its last reading that day; null where it was expected but not seen."""

    row: Row
    figures: dict[str, DayFigure]
    last: Reading | None
    is_expected: bool


class DaySummary(Struct, frozen=True, kw_only=True):
    """One day in one currency. The sums are made of what was seen together: lowest figures do not add up."""

    currency: str
    day: date
    accounts: tuple[AccountDay, ...]
    providers: dict[str, dict[str, DayFigure]]
    total: dict[str, DayFigure]

    @property
    def expected(self) -> frozenset[Component]:
        """The components that the next day has to show."""
        return frozenset(
            (account.row, name) for account in self.accounts if account.is_expected for name in account.figures
        )


def summarise_day(
    currency: str, day: date, snapshots: Sequence[Snapshot], before: DaySummary | None
) -> DaySummary | None:
    """The summary of the day's snapshots, in their order; None if no account is known in this currency.

    `before` is the summary of an earlier day, the latest there is: it says which accounts to expect. Only that of the
    previous day gives the opening. An account that the provider no longer lists, without a gap that could explain it,
    is not expected on the next day.
    """
    seen = list(points(snapshots, currency, before.expected if before else ()))
    expected = seen[-1].expected if seen else (before.expected if before else frozenset())
    rows = sorted({row for row, _ in expected})
    if not rows:
        return None
    opening = before if before and before.day + _ONE_DAY == day else None
    last = {reading.row: reading for each in snapshots for reading in each.readings if reading.currency == currency}
    return DaySummary(
        currency=currency,
        day=day,
        accounts=tuple(
            AccountDay(
                row=row,
                figures=_figures(seen, expected, row.__eq__, _opening(opening, row)),
                last=last.get(row),
                is_expected=_is_expected(row, snapshots),
            )
            for row in rows
        ),
        providers={
            provider: _figures(
                seen, expected, _of_provider(provider), opening.providers.get(provider) if opening else None
            )
            for provider in sorted({row.provider for row in rows})
        },
        total=_figures(seen, expected, lambda _: True, opening.total if opening else None),
    )


def _of_provider(provider: str) -> Callable[[Row], bool]:
    return lambda row: row.provider == provider


def _opening(before: DaySummary | None, row: Row) -> DayFigures | None:
    return next((each.figures for each in before.accounts if each.row == row), None) if before else None


def _is_expected(row: Row, snapshots: Sequence[Snapshot]) -> bool:
    """Whether the last snapshot saw the row, or could not have seen it. Without a snapshot nothing is known."""
    if not snapshots:
        return True
    last = snapshots[-1]
    return any(each.row == row for each in last.readings) or any(gap.covers(row) for gap in last.gaps)


def _figures(
    seen: Sequence[Point],
    expected: Iterable[Component],
    is_in_scope: Callable[[Row], bool],
    before: DayFigures | None,
) -> dict[str, DayFigure]:
    names = {name for row, name in expected if is_in_scope(row)}
    return {
        name: figure_of(
            [(point.at, point.figure(name, is_in_scope)) for point in seen],
            before[name].closing if before and name in before else None,
        )
        for name in FIGURES
        if name in names
    }


def figure_of(values: Sequence[tuple[datetime, Money | None]], opening: str | None = None) -> DayFigure:
    """Opening, lowest, highest and closing of values in the order of time. Of equal values the first one counts."""
    known = [(at, value) for at, value in values if value is not None]
    gaps = len(values) - len(known)
    if not known:
        return DayFigure(opening=opening, gaps=gaps)
    lowest_at, lowest = min(known, key=lambda each: each[1].amount)
    highest_at, highest = max(known, key=lambda each: each[1].amount)
    closing_at, closing = known[-1]
    return DayFigure(
        opening=opening,
        lowest=lowest.to_wire(),
        lowest_at=lowest_at,
        highest=highest.to_wire(),
        highest_at=highest_at,
        closing=closing.to_wire(),
        closing_at=closing_at,
        gaps=gaps,
    )
