"""Questions about the past: read what is needed from the table, and leave the rest to pure functions."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby

from msgspec import Struct

from balance_core.history.components import points
from balance_core.history.days import AccountDay, DaySummary, summarise_day
from balance_core.history.moves import MerchantMoves, merchants_in, moves_of
from balance_core.history.periods import History, day_history, days_history, first_day
from balance_core.history.readings import Snapshot
from balance_core.history.table import BalancesTable
from balance_core.question import Period

_ONE_DAY = timedelta(days=1)


class Explanation(Struct, frozen=True):
    """The moves in one currency between two snapshots, merchant by merchant; `since` and `until` are their times."""

    currency: str
    since: datetime
    until: datetime
    merchants: tuple[MerchantMoves, ...]


def last_snapshot_of_yesterday(
    table: BalancesTable, now: datetime, currencies: Collection[str] | None = None
) -> Snapshot | None:
    """The last snapshot of the day before `now`, with its readings in `currencies` or in all. Raises HistoryError."""
    found = table.last_before(table.day_of(now))
    return table.snapshot(*found, currencies) if found else None


def history(table: BalancesTable, currency: str, provider: str | None, period: Period, now: datetime) -> History:
    """The history of a currency over a period that ends now. Raises HistoryError.

    24 hours are read from the readings, longer periods from the day summaries, and from the readings of the days since.
    """
    today = table.day_of(now)
    if period is Period.DAY:
        found = _snapshots(table, currency, today - _ONE_DAY, today)
        before = table.summary_before(currency, today - _ONE_DAY)
        return day_history(currency, provider, found, before, now)
    first = first_day(period, today)
    days = table.summaries(currency, first, today - _ONE_DAY)
    # A day's summary is missing until the first snapshot of a later day has written it.
    last = table.last_summarised()
    start = max(first, last + _ONE_DAY) if last else today
    before = days[-1] if days else table.summary_before(currency, start)
    days += _days_from_readings(table, currency, start, today, before)
    return days_history(currency, provider, period, days, today, table.zone)


def explanation(table: BalancesTable, currency: str, since: datetime | None, now: datetime) -> Explanation | None:
    """What moved in a currency since the last snapshot before `since`; without it, since yesterday's last snapshot.

    None if fewer than two snapshots are stored. Raises HistoryError.
    """
    today = table.day_of(now)
    first = (table.day_of(since) if since else today) - _ONE_DAY
    before = table.summary_before(currency, first)
    found = _snapshots(table, currency, first, today)
    yesterday = None if since else table.last_before(today)
    start = yesterday[1].taken_at if yesterday else since
    if start is not None:
        earlier = [each for each in found if each.taken_at <= start]
        found = [*earlier[-1:], *(each for each in found if each.taken_at > start)]
    if len(found) < 2:
        return None
    seen = list(points(found, currency, before.expected if before else ()))
    merchants = tuple(moves_of(seen, provider, account) for provider, account in merchants_in(seen))
    return Explanation(currency, found[0].taken_at, found[-1].taken_at, merchants)


def closings(
    table: BalancesTable, currency: str, first: date, last: date, zone: tzinfo
) -> Iterator[tuple[date, AccountDay]]:
    """Every account's day from `first` to `last`, by day; a day begins in `zone`. Raises HistoryError.

    In the table's own time zone, past days come from the summaries, and only days without one from the readings.
    """
    if zone == table.zone:
        by_day = {each.day: each for each in table.summaries(currency, first, last)}
        before: DaySummary | None = table.summary_before(currency, first)
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            summary = by_day.get(day) or summarise_day(currency, day, table.snapshots(day, currency), before)
            before = summary or before
            for account in summary.accounts if summary else ():
                yield day, account
        return
    before = table.summary_before(currency, first - _ONE_DAY)
    for day, snapshots in _by_day(table, currency, first, last, zone):
        summary = summarise_day(currency, day, snapshots, before)
        before = summary or before
        for account in summary.accounts if summary and day >= first else ():
            yield day, account


def _by_day(
    table: BalancesTable, currency: str, first: date, last: date, zone: tzinfo
) -> Iterator[tuple[date, list[Snapshot]]]:
    """The snapshots of every day in another time zone than the table's: a day overlaps with three of the table's."""
    found = _snapshots(table, currency, first - _ONE_DAY, last + _ONE_DAY)
    by_day = {day: list(group) for day, group in groupby(found, lambda each: each.taken_at.astimezone(zone).date())}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield day, by_day.get(day, [])


def _days_from_readings(
    table: BalancesTable, currency: str, first: date, last: date, before: DaySummary | None
) -> Iterator[DaySummary]:
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        summary = summarise_day(currency, day, table.snapshots(day, currency), before)
        if summary:
            yield summary
            before = summary


def _snapshots(table: BalancesTable, currency: str, first: date, last: date) -> list[Snapshot]:
    """The snapshots of some days, in the order in which they were taken.

    A late snapshot belongs to the day for which it was scheduled, but is taken after the first one of the next day.
    """
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    found = (snapshot for day in days for snapshot in table.snapshots(day, currency))
    return sorted(found, key=lambda each: each.taken_at)
