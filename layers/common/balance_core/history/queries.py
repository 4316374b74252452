"""Questions about the past: read what is needed from the table, and leave the rest to pure functions."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby

from msgspec import Struct

from balance_core.history.change import Changes, changes
from balance_core.history.components import points
from balance_core.history.days import AccountDay, DaySummary, summarise_day
from balance_core.history.moves import MerchantMoves, merchants_in, moves_of
from balance_core.history.periods import History, day_history, days_history, first_day
from balance_core.history.readings import Reading, Snapshot
from balance_core.history.table import BalancesTable
from balance_core.question import Period

_ONE_DAY = timedelta(days=1)


class Comparison(Struct, frozen=True):
    """What changed since the snapshot that was taken at `since`."""

    since: datetime
    changes: Changes


class Explanation(Struct, frozen=True):
    """The moves in one currency between two snapshots, merchant by merchant; `since` and `until` are their times."""

    currency: str
    since: datetime
    until: datetime
    merchants: tuple[MerchantMoves, ...]


def since_yesterday(table: BalancesTable, now: datetime, readings: Sequence[Reading]) -> Comparison | None:
    """Compare `readings` with yesterday's last snapshot; None if there is none.

    `readings` decide what is compared: hand over the ones of an answer with its zeros, and the answer's question by
    its currencies. Raises HistoryError.
    """
    then = last_snapshot_of_yesterday(table, now, {reading.currency for reading in readings})
    return Comparison(then.taken_at, changes(readings, then.readings)) if then else None


def last_snapshot_of_yesterday(
    table: BalancesTable, now: datetime, currencies: Collection[str] | None = None
) -> Snapshot | None:
    """The last snapshot of the day before `now`, with its readings in `currencies` or in all. Raises HistoryError."""
    found = table.last_before(table.day_of(now))
    return table.snapshot(*found, currencies) if found else None


def history(
    table: BalancesTable, currency: str, provider: str | None, period: Period, now: datetime, zone: tzinfo
) -> History:
    """The history of a currency over a period that ends now. Raises HistoryError.

    24 hours are read from the readings, longer periods from the day summaries, and from the readings of the days since.
    """
    today = table.day_of(now)
    if period is Period.DAY:
        found = [*table.snapshots(today - _ONE_DAY, currency), *table.snapshots(today, currency)]
        before = table.summary_before(currency, today - _ONE_DAY)
        return day_history(currency, provider, found, before, now)
    first = first_day(period, today)
    days = table.summaries(currency, first, today - _ONE_DAY)
    # A day's summary is missing until the first snapshot of a later day has written it.
    last = table.last_summarised()
    start = max(first, last + _ONE_DAY) if last else today
    before = days[-1] if days else table.summary_before(currency, start)
    days += _days_from_readings(table, currency, start, today, before)
    return days_history(currency, provider, period, days, today, zone)


def explanation(table: BalancesTable, currency: str, since: datetime | None, now: datetime) -> Explanation | None:
    """What moved in a currency since the last snapshot before `since`; without it, since yesterday's last snapshot.

    None if fewer than two snapshots are stored. Raises HistoryError.
    """
    today = table.day_of(now)
    start_day = table.day_of(since) if since else today
    before = table.summary_before(currency, start_day - _ONE_DAY)
    found = [
        snapshot
        for back in range((today - start_day).days + 1, -1, -1)
        for snapshot in table.snapshots(today - timedelta(days=back), currency)
    ]
    start = since or _last_time_before(table, found, today)
    if start is not None:
        earlier = [each for each in found if each.taken_at <= start]
        found = [*earlier[-1:], *(each for each in found if each.taken_at > start)]
    if len(found) < 2:
        return None
    seen = list(points(found, currency, before.expected if before else ()))
    merchants = tuple(moves_of(seen, provider, account) for provider, account in merchants_in(seen))
    return Explanation(currency, found[0].taken_at, found[-1].taken_at, merchants)


def closings(
    table: BalancesTable, currency: str, first: date, last: date, zone: tzinfo, *, is_table_zone: bool
) -> Iterator[tuple[date, AccountDay]]:
    """Every account's day from `first` to `last`, by day. Raises HistoryError.

    `is_table_zone` says that `zone` is the time zone of the table; then past days come from the summaries, and only
    days without one from the readings.
    """
    if is_table_zone:
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
    found = (
        snapshot
        for number in range(-1, (last - first).days + 2)
        for snapshot in table.snapshots(first + timedelta(days=number), currency)
    )
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


def _last_time_before(table: BalancesTable, found: Sequence[Snapshot], today: date) -> datetime | None:
    """When yesterday's last snapshot was taken; None if there is none."""
    times = [each.taken_at for each in found if table.day_of(each.taken_at) < today]
    return times[-1] if times else None
