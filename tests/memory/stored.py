"""A made-up past in the table: what is read from it is what was stored, whatever dies in between."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random

from msgspec.structs import replace

from balance_core.history.components import points
from balance_core.history.days import DaySummary
from balance_core.history.items import HistoryError
from balance_core.history.moves import merchants_in, moves_of
from balance_core.history.queries import closings, explanation, last_snapshot_of_yesterday
from balance_core.history.readings import Snapshot
from balance_core.history.table import BalancesTable
from tests.memory.checks import CURRENCY, summaries
from tests.memory.table import Wire
from tests.memory.world import looks

EXPIRES_AT = datetime(2027, 12, 31, tzinfo=UTC)
_ANSWER = b'{"an": "answer"}'
_ONE_DAY = timedelta(days=1)


@dataclass
class Crashes:
    """What came of crashes: how many there were, the readings of acknowledged snapshots, and mistakes in words."""

    number: int = 0
    readings: int = 0
    mistakes: list[str] = field(default_factory=list)


def keep(table: BalancesTable, snapshot: Snapshot) -> bool:
    """Store a snapshot, and write the summaries of the days before; whether it was the first attempt."""
    day = table.day_of(snapshot.taken_at)
    is_new = table.store(day, snapshot, _ANSWER, EXPIRES_AT)
    table.write_summaries(day, lambda _: EXPIRES_AT)
    return is_new


def crash_everywhere(random: Random, wire: Wire, number: int) -> Crashes:
    """Store `number` snapshots, each of which dies before its first call, then before its second, and so on.

    A snapshot counts as acknowledged once `store` has returned: whatever dies afterwards, its readings must be there.
    """
    table, found = wire.table(), Crashes()
    acknowledged: list[Snapshot] = []
    past = looks(random, number)
    for look in past:
        for fails_at in count(1):
            attempt = replace(look.snapshot, correlation_id=f"{look.snapshot.correlation_id}-{fails_at}")
            wire.reset(fails_at)
            try:
                if table.store(table.day_of(attempt.taken_at), attempt, _ANSWER, EXPIRES_AT):
                    acknowledged.append(attempt)
                table.write_summaries(table.day_of(attempt.taken_at), lambda _: EXPIRES_AT)
            except HistoryError:
                found.number += 1
            else:
                break
            finally:
                wire.reset()
                found.mistakes += _differences(table, acknowledged)
    found.readings = sum(len(snapshot.readings) for snapshot in acknowledged)
    written = _summaries(table, past[0].snapshot.taken_at.date(), past[-1].snapshot.taken_at.date() - _ONE_DAY)
    if written != summaries(past)[: len(written)] or len(written) != len(summaries(past)) - 1:
        found.mistakes.append("a summary is another than without crashes")
    return found


def _differences(table: BalancesTable, acknowledged: Sequence[Snapshot]) -> list[str]:
    days = sorted({table.day_of(snapshot.taken_at) for snapshot in acknowledged})
    stored = {snapshot.key: snapshot for day in days for snapshot in table.snapshots(day)}
    wanted = {snapshot.key: snapshot for snapshot in acknowledged}
    return [
        f"{key} was acknowledged as {wanted.get(key)} and is {stored.get(key)}"
        for key in sorted(stored.keys() | wanted.keys())
        if _sorted(stored.get(key)) != _sorted(wanted.get(key))
    ]


def _sorted(snapshot: Snapshot | None) -> Snapshot | None:
    return snapshot and replace(snapshot, readings=tuple(sorted(snapshot.readings, key=lambda each: each.row)))


def _summaries(table: BalancesTable, first: date, last: date) -> list[DaySummary]:
    return table.summaries(CURRENCY, first, last)


def check_stored(random: Random, wire: Wire, number: int) -> list[str]:
    """Store a past, and compare what the questions read from the table with what the pure functions tell."""
    table, past = wire.table(), looks(random, number)
    for look in past:
        keep(table, look.snapshot)
    mistakes = []
    now = past[-1].snapshot.taken_at
    days = summaries(past)
    exported = list(closings(table, CURRENCY, days[0].day, days[-1].day, table.zone))
    if exported != [(day.day, account) for day in days for account in day.accounts]:
        mistakes.append("the export is another")
    told = explanation(table, CURRENCY, past[0].snapshot.taken_at, now)
    seen = list(points([look.snapshot for look in past], CURRENCY))
    if told is None or told.merchants != tuple(moves_of(seen, *merchant) for merchant in merchants_in(seen)):
        mistakes.append("the explanation is another")
    yesterday = [look.snapshot for look in past if look.snapshot.taken_at.date() == now.date() - _ONE_DAY]
    if _sorted(last_snapshot_of_yesterday(table, now)) != _sorted(yesterday[-1] if yesterday else None):
        mistakes.append("yesterday's last snapshot is another")
    return mistakes
