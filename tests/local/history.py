"""A made-up month for the table `Balances`, so that the local system has a past. It ends in what the simulators answer.

Every amount of the past is the one of today minus the moves in between, so that nothing jumps when the bot asks.
"""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from balance_core.history.items import Items
from balance_core.history.readings import Gap, Reading, Snapshot
from balance_core.history.table import BalancesTable
from balance_core.question import SnapshotKind
from tests.local.aws.stack import STACK_NAME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAYS = 30
_KEPT = timedelta(days=400)
# Today's snapshots divide the day until now into so many parts, with at most one move in each.
_PARTS_OF_TODAY = 13
# Yesterday needs more, because a history of 24 hours has a point for every second hour.
_HOURS_OF_YESTERDAY, _HOURS_OF_A_DAY = range(0, 24, 2), (0, 8, 16)


@dataclass(frozen=True)
class Row:
    """One account of the simulators in one currency, and what it holds now."""

    provider: str
    account_type: str
    number: str | None
    label: str
    currency: str
    figure: str
    now: str


ROWS = (
    Row("pagsmile", "partner account", "10419000000401", "Card issuing account", "USD", "available", "1008.29"),
    Row("pagsmile", "partner account", "10419000000401", "Card issuing account", "HKD", "available", "100.00"),
    Row("payby", "member", "200000030907", "Merchant account", "AED", "available", "897993.88"),
    Row("payermax", "DISBURSEMENT", None, "Payouts", "AED", "available", "0.59"),
    Row("payermax", "DISBURSEMENT", None, "Payouts", "USD", "available", "776.34"),
    Row("payermax", "DISBURSEMENT", None, "Payouts", "PHP", "available", "16.08"),
    Row("payermax", "FREEZE", None, "Frozen", "IDR", "frozen", "100265403.00"),
    Row("payermax", "FREEZE", None, "Frozen", "USD", "frozen", "11.41"),
    Row("payermax", "SETTLE", None, "Funds not yet settled", "IDR", "pending", "449172.00"),
    Row("payermax", "SETTLE", None, "Funds not yet settled", "USD", "pending", "9248.93"),
)


@dataclass(frozen=True)
class Move:
    """Money that moved at a provider, `days_ago` at an hour of that day; `days_ago` 0 at a part of today instead.

    `effects` are amounts by account type.
    """

    days_ago: int
    hour: int
    provider: str
    currency: str
    effects: tuple[tuple[str, str], ...]


_DISBURSED, _SETTLING, _FROZEN, _PARTNER, _MEMBER = "DISBURSEMENT", "SETTLE", "FREEZE", "partner account", "member"
MOVES = (
    Move(27, 11, "payermax", "USD", ((_SETTLING, "3000.00"),)),
    Move(25, 5, "payby", "AED", ((_MEMBER, "12500.00"),)),
    # Settled, with a fee.
    Move(24, 5, "payermax", "USD", ((_SETTLING, "-2000.00"), (_DISBURSED, "1970.00"))),
    Move(22, 11, "pagsmile", "USD", ((_PARTNER, "500.00"),)),
    Move(20, 11, "payermax", "USD", ((_DISBURSED, "-1800.00"),)),
    Move(18, 5, "payby", "AED", ((_MEMBER, "9120.75"),)),
    Move(15, 11, "payermax", "USD", ((_SETTLING, "4200.00"),)),
    Move(13, 18, "pagsmile", "USD", ((_PARTNER, "-200.00"),)),
    Move(11, 5, "payermax", "USD", ((_SETTLING, "-2500.00"), (_DISBURSED, "2462.50"))),
    Move(9, 11, "payermax", "USD", ((_DISBURSED, "-1100.00"),)),
    # Frozen, and two days later released.
    Move(8, 11, "payermax", "USD", ((_DISBURSED, "-400.00"), (_FROZEN, "400.00"))),
    Move(6, 11, "payermax", "USD", ((_DISBURSED, "400.00"), (_FROZEN, "-400.00"))),
    # Hidden by the gap.
    Move(5, 11, "payermax", "USD", ((_DISBURSED, "-1400.00"),)),
    Move(4, 5, "payby", "AED", ((_MEMBER, "-20000.00"),)),
    Move(3, 11, "payermax", "USD", ((_SETTLING, "1150.00"),)),
    Move(2, 11, "pagsmile", "USD", ((_PARTNER, "-120.50"),)),
    Move(1, 5, "payermax", "USD", ((_SETTLING, "-800.00"), (_DISBURSED, "788.00"))),
    Move(0, 2, "payermax", "USD", ((_DISBURSED, "-11.41"), (_FROZEN, "11.41"))),
    Move(0, 6, "pagsmile", "USD", ((_PARTNER, "75.00"),)),
    Move(0, 9, "payermax", "USD", ((_DISBURSED, "-300.00"),)),
)
# A provider that did not answer: days ago, and the hours.
GAP = ("payermax", 5, range(8, 24))


def seed_history(client: "DynamoDBClient", now: datetime, providers: Collection[str]) -> int:
    """Store the month before `now` as the aggregator does, for these providers, by days in UTC; how many snapshots."""
    table = BalancesTable(Items(client, f"{STACK_NAME}-BalancesTable", time.sleep), UTC)
    number = 0
    for day, made in groupby(snapshots(now, providers), lambda each: table.day_of(each.taken_at)):
        for snapshot in made:
            table.store(day, snapshot, b"", snapshot.taken_at + _KEPT)
            number += 1
        table.write_summaries(day, lambda _: now + _KEPT)
    return number


def snapshots(now: datetime, providers: Collection[str]) -> Iterator[Snapshot]:
    """The snapshots in the order of time; the last one has what the simulators answer."""
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC)
    part = (now - midnight) / _PARTS_OF_TODAY
    for days_ago in range(DAYS, 0, -1):
        for hour in _HOURS_OF_YESTERDAY if days_ago == 1 else _HOURS_OF_A_DAY:
            yield _snapshot(midnight - timedelta(days=days_ago, hours=-hour), (-days_ago, hour), providers)
    for number in range(_PARTS_OF_TODAY):
        yield _snapshot(midnight + number * part, (0, number), providers)


def _snapshot(at: datetime, place: tuple[int, int], providers: Collection[str]) -> Snapshot:
    gap_provider, gap_days_ago, gap_hours = GAP
    is_gap = -place[0] == gap_days_ago and place[1] in gap_hours
    missing = {gap_provider} & {*providers} if is_gap else set()
    return Snapshot(
        key=f"{STACK_NAME}-watch {at.isoformat()}",
        kind=SnapshotKind.WATCH,
        taken_at=at,
        correlation_id=f"seeded-{at:%Y%m%d-%H%M%S}",
        readings=tuple(
            _reading(row, at, place) for row in ROWS if row.provider in providers and row.provider not in missing
        ),
        gaps=tuple(Gap(provider=name, account=None, currency=None, kind="timeout") for name in sorted(missing)),
    )


def _reading(row: Row, at: datetime, place: tuple[int, int]) -> Reading:
    """What the row held then. A move at the hour of a snapshot comes after it."""
    later = sum(
        (
            Decimal(amount)
            for move in MOVES
            if (move.provider, move.currency) == (row.provider, row.currency) and (-move.days_ago, move.hour) >= place
            for account_type, amount in move.effects
            if account_type == row.account_type
        ),
        Decimal(0),
    )
    held = str(Decimal(row.now) - later)
    # Pagsmile reports what is frozen and a total, too.
    rest = {"frozen": "0.00", "total": held} if row.provider == "pagsmile" else {}
    amounts = {"available": None, "pending": None, "frozen": None, "total": None, **rest, row.figure: held}
    return Reading(
        provider=row.provider,
        account="main",
        account_type=row.account_type,
        account_number=row.number,
        account_label=row.label,
        currency=row.currency,
        **amounts,
        as_of=at,
        received_at=at,
        is_verified=row.provider != "pagsmile",
    )
