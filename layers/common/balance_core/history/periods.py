"""The history of one currency over a period: opening, closing, extremes, and the lines of chart and table. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from balance_core.contract import Amount, FailureItem, Instant
from balance_core.history.components import points
from balance_core.history.days import DayFigure, DayFigures, DaySummary, figure_of
from balance_core.history.readings import Row, Snapshot
from balance_core.question import VERSION, CorrelationId, Period

_DAYS: Mapping[Period, int] = {Period.WEEK: 7, Period.MONTH: 30, Period.QUARTER: 90}
# How many days lie between two points of the chart, which has at most 20.
_DAYS_PER_POINT: Mapping[Period, int] = {Period.WEEK: 1, Period.MONTH: 2, Period.QUARTER: 7}
_TWO_HOURS = timedelta(hours=2)


class HistoryPoint(Struct, frozen=True, kw_only=True):
    """One line of the table: a day, or two hours. `available` is the last known figure in it; null if there is none.

    `gaps` counts the snapshots in which the figure was not known. `at` is when it was seen.
    """

    since: Instant
    available: Amount | None
    at: Instant | None
    gaps: int
    is_charted: bool


class History(Struct, frozen=True, kw_only=True):
    """One currency, at one provider or at all, over a period. `figure` covers the whole period."""

    currency: str
    provider: str | None
    period: Period
    figure: DayFigure
    points: tuple[HistoryPoint, ...]


class HistoryAnswer(Struct, frozen=True, kw_only=True):
    """What the aggregator answers to a question about the past. `history` is null when `failures` say why."""

    version: Literal[1] = VERSION
    correlation_id: CorrelationId
    generated_at: Instant
    history: History | None
    failures: tuple[FailureItem, ...] = ()


def first_day(period: Period, today: date) -> date:
    """The first day of a period of days that ends with `today`."""
    return today - timedelta(days=_DAYS[period] - 1)


def day_history(
    currency: str,
    provider: str | None,
    snapshots: Sequence[Snapshot],
    before: DaySummary | None,
    now: datetime,
) -> History:
    """The last 24 hours in steps of two, from all snapshots that are not older, in their order.

    `before` is the summary of a day before them: it says which accounts to expect.
    """

    def is_in_scope(row: Row) -> bool:
        return provider in (None, row.provider)

    start = now - timedelta(days=1)
    known = before.expected if before else ()
    values = [(each.at, each.figure("available", is_in_scope)) for each in points(snapshots, currency, known)]
    earlier = [value for at, value in values if at <= start and value is not None]
    inside = [(at, value) for at, value in values if start < at <= now]
    lines = []
    for number in range(12):
        since = start + number * _TWO_HOURS
        part = figure_of([(at, value) for at, value in inside if since < at <= since + _TWO_HOURS])
        lines.append(_point(since, part))
    opening = earlier[-1].to_wire() if earlier else None
    return History(
        currency=currency,
        provider=provider,
        period=Period.DAY,
        figure=figure_of(inside, opening),
        points=tuple(lines),
    )


def days_history(
    currency: str,
    provider: str | None,
    period: Period,
    days: Sequence[DaySummary],
    today: date,
    zone: tzinfo,
) -> History:
    """A week, a month or a quarter of days that end with `today`; `days` may have holes. Days begin in `zone`.

    The opening is that of the first day, so it is null after a day that was not seen.
    """
    by_day = {each.day: each for each in days}
    wanted = [today - timedelta(days=back) for back in reversed(range(_DAYS[period]))]
    figures = [_available(by_day.get(day), provider) for day in wanted]
    lines = [
        _point(
            datetime(day.year, day.month, day.day, tzinfo=zone),
            figure,
            # Counted from today, so that the newest figure is always charted.
            is_charted=(len(wanted) - 1 - number) % _DAYS_PER_POINT[period] == 0,
        )
        for number, (day, figure) in enumerate(zip(wanted, figures, strict=True))
    ]
    return History(
        currency=currency,
        provider=provider,
        period=period,
        figure=_over(figures),
        points=tuple(lines),
    )


def _available(day: DaySummary | None, provider: str | None) -> DayFigure:
    if day is None:
        return DayFigure()
    figures: DayFigures = day.total if provider is None else day.providers.get(provider, {})
    return figures.get("available", DayFigure())


def _point(since: datetime, figure: DayFigure, *, is_charted: bool = True) -> HistoryPoint:
    return HistoryPoint(
        since=since,
        available=figure.closing,
        at=figure.closing_at,
        gaps=figure.gaps,
        is_charted=is_charted,
    )


def _over(days: Sequence[DayFigure]) -> DayFigure:
    """The figure over several days in a row."""
    known = [each for each in days if each.closing is not None]
    gaps = sum(each.gaps for each in days)
    if not known:
        return DayFigure(opening=days[0].opening, gaps=gaps)
    lowest = min(known, key=lambda each: Decimal(each.lowest or 0))
    highest = max(known, key=lambda each: Decimal(each.highest or 0))
    return DayFigure(
        opening=days[0].opening,
        lowest=lowest.lowest,
        lowest_at=lowest.lowest_at,
        highest=highest.highest,
        highest_at=highest.highest_at,
        closing=known[-1].closing,
        closing_at=known[-1].closing_at,
        gaps=gaps,
    )
