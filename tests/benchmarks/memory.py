"""The table `Balances` in moto's DynamoDB, over HTTP: how long questions and a snapshot take, and what they cost.

Each measurement includes moto, which sorts its whole table for each query; DynamoDB reads the partition alone.
"""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from balance_core.history.items import Items
from balance_core.history.queries import history
from balance_core.history.readings import Reading, Snapshot
from balance_core.history.table import BalancesTable
from balance_core.question import Period, SnapshotKind
from tests.benchmarks import prices
from tests.benchmarks.report import Section, figure
from tests.local.aws.cloudformation import load_template
from tests.local.aws.moto_server import empty_moto
from tests.local.aws.resources import create_tables
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.company import PARAMETERS
from tests.local.paths import PROJECT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = datetime(2026, 11, 29, 20, 7, tzinfo=UTC)
ACCOUNTS = 20
_BALANCES = 1_000
_CURRENCIES = ("USD", "EUR", "AED", "IDR", "PHP", "BRL", "MXN", "HKD", "THB", "VND")
_GOAL_HISTORY_MS, _GOAL_STORED_MS = 1000, 1500
_DAYS, _FULL_DAYS, _SNAPSHOTS_A_DAY = 90, 2, 96
# Older days are read from their summaries, which are the same size however many snapshots there were.
_SNAPSHOTS_A_PAST_DAY = 2
_ROUNDS, _QUICK_ROUNDS = 15, 3
_KEPT_DAYS, _DAYS_A_MONTH = 400, 30


@dataclass(frozen=True)
class _Usage:
    """What a call used: DynamoDB's units, and the bytes that it stored."""

    writes: int
    reads: int
    stored_bytes: int


class _Meter:
    """Counts what calls use, from the items that they carry (DynamoDB Developer Guide, "Read and write operations")."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._writes = self._read_bytes = self._reads = self._stored = 0
        events = client.meta.events
        events.register("before-parameter-build.dynamodb.BatchWriteItem", self._batch)
        events.register("before-parameter-build.dynamodb.PutItem", self._put)
        events.register("after-call.dynamodb.Query", self._query)

    def usage(self, call: Any) -> _Usage:
        self._writes = self._reads = self._stored = 0
        call()
        return _Usage(self._writes, self._reads, self._stored)

    def _batch(self, params: Any, **_: Any) -> None:
        for requests in params["RequestItems"].values():
            for request in requests:
                self._put(request["PutRequest"])

    def _put(self, params: Any, **_: Any) -> None:
        size = _bytes_of(params["Item"])
        self._writes += math.ceil(size / 1024)
        self._stored += size + 100  # DynamoDB adds 100 bytes to each item that it bills

    def _query(self, parsed: Any, **_: Any) -> None:
        self._reads += max(1, math.ceil(sum(map(_bytes_of, parsed.get("Items", []))) / 4096))


def _bytes_of(item: Mapping[str, Mapping[str, Any]]) -> int:
    return sum(len(name) + len(value) for name, each in item.items() for value in each.values())


def measure(quick: bool) -> Section:
    """Histories of one currency over every period, and a snapshot of many balances."""
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    figures = []
    with _table() as (_, table):
        _fill(table, _DAYS if not quick else 10)
        for period in Period:
            took_ms = [_took_ms(lambda period=period: history(table, "USD", None, period, NOW)) for _ in range(rounds)]
            goal = _GOAL_HISTORY_MS if period is Period.QUARTER else None
            figures.append(figure(f"history of {ACCOUNTS} accounts over {period.value}", "ms", took_ms, goal))
        stored_ms = []
        for number in range(rounds):
            many = _snapshot(NOW + timedelta(minutes=number), _BALANCES, _CURRENCIES)
            day = table.day_of(many.taken_at)
            stored_ms.append(_took_ms(lambda many=many, day=day: table.store(day, many, bytes(300_000), NOW)))
        figures.append(figure(f"snapshot of {_BALANCES:,} balances, stored", "ms", stored_ms, _GOAL_STORED_MS))
    notes = (f"moto's DynamoDB over HTTP, {_FULL_DAYS} days of {_SNAPSHOTS_A_DAY} snapshots, before them summaries.",)
    return Section("Memory: the table of balances", tuple(figures), notes=notes)


@cache
def month_of_history() -> Mapping[str, float]:
    """Dollars of a month, by what they are for, with a snapshot every 15 minutes and 20 accounts in one currency."""
    with _table() as (client, table):
        meter = _Meter(client)
        midnight = NOW.replace(hour=0, minute=0)
        snapshots = [_snapshot(midnight + timedelta(minutes=15 * n), ACCOUNTS) for n in range(_SNAPSHOTS_A_DAY)]
        table.write_summaries(table.day_of(midnight), _expires)
        stored = [meter.usage(lambda each=each: _store(table, each)) for each in snapshots]
        tomorrow = table.day_of(midnight + timedelta(days=1))
        check = meter.usage(lambda: table.write_summaries(table.day_of(midnight), _expires))
        summary = meter.usage(lambda: table.write_summaries(tomorrow, _expires))
        asked = meter.usage(lambda: history(table, "USD", None, Period.QUARTER, NOW))
    day = [*stored, *[check] * _SNAPSHOTS_A_DAY, summary]
    writes, reads = (_DAYS_A_MONTH * sum(getattr(each, name) for each in day) for name in ("writes", "reads"))
    # The quarter also reads 89 summaries, which an empty table does not have.
    asked_reads = asked.reads + math.ceil(89 * summary.stored_bytes / 4096)
    kept_gb = _KEPT_DAYS * sum(each.stored_bytes for each in day) / 1e9
    return {
        "writing": writes * prices.DYNAMODB_WRITE,
        "reading": reads * prices.DYNAMODB_READ,
        "storage": kept_gb * (prices.DYNAMODB_GB_MONTH + prices.DYNAMODB_RECOVERY_GB_MONTH),
        "1,000 histories": 1000 * asked_reads * prices.DYNAMODB_READ,
    }


@contextmanager
def _table() -> Iterator[tuple["DynamoDBClient", BalancesTable]]:
    with empty_moto() as url:
        client = boto3.client(
            "dynamodb",
            endpoint_url=url,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        create_tables(load_template(PROJECT / "template.yaml", PARAMETERS), client)
        yield client, BalancesTable(Items(client, f"{STACK_NAME}-BalancesTable", time.sleep), UTC)
        client.close()


def _fill(table: BalancesTable, days: int) -> None:
    today = NOW.replace(hour=0, minute=0)
    for back in range(days - 1, -1, -1):
        number = _SNAPSHOTS_A_DAY if back < _FULL_DAYS else _SNAPSHOTS_A_PAST_DAY
        start = today - timedelta(days=back)
        table.write_summaries(table.day_of(start), _expires)
        for place in range(number):
            at = start + place * timedelta(days=1) / number
            if at <= NOW:
                _store(table, _snapshot(at, ACCOUNTS))


def _store(table: BalancesTable, snapshot: Snapshot) -> None:
    table.store(table.day_of(snapshot.taken_at), snapshot, b"", NOW)


def _expires(_: object) -> datetime:
    return NOW + timedelta(days=_KEPT_DAYS)


def _snapshot(at: datetime, balances: int, currencies: Sequence[str] = ("USD",)) -> Snapshot:
    return Snapshot(
        key=f"balance-bot-watch {at.isoformat()}",
        kind=SnapshotKind.WATCH,
        taken_at=at,
        correlation_id="9f2c4e1ab07d3c55",
        readings=tuple(_reading(at, number, currencies[number % len(currencies)]) for number in range(balances)),
    )


def _reading(at: datetime, number: int, currency: str) -> Reading:
    """Every reading differs in number, amount and time, so that nothing compresses better than in real life."""
    amount = f"{(number + 1) * 7919 * (at.toordinal() + at.hour * 60 + at.minute) % 100_000_007 / 100:.2f}"
    return Reading(
        provider=("pagsmile", "payby", "payermax")[number % 3],
        account=f"merchant-{number // 3}",
        account_type="DISBURSEMENT",
        account_number=f"1041900000{number:05}",
        account_label="Payouts",
        currency=currency,
        available=amount,
        pending=None,
        frozen="0.00",
        total=amount,
        as_of=at - timedelta(milliseconds=number * 37),
        received_at=at - timedelta(milliseconds=number * 11),
        is_verified=True,
    )


def _took_ms(call: Any) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000
