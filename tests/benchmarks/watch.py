"""One run of the watch over many balances and rules, a preview over 60 days, and what the runs of a month cost.

moto in this process stands in for DynamoDB: its own time is included, the network's is not. Nothing is posted. Every
run of the month starts cold, because Lambda keeps nothing that long, and a cold start counts like the aggregator's.
"""

import io
import json
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from balance_core.history.items import Items
from balance_core.history.readings import Reading, Snapshot
from balance_core.history.table import BalancesTable
from balance_core.observability import logger
from balance_core.question import SnapshotKind
from balance_core.watch_rules import read_rule
from balance_watch.preview import preview
from balance_watch.settings import Settings
from balance_watch.watch import Watch
from tests.benchmarks import prices
from tests.benchmarks.cold_start import cold_starts
from tests.benchmarks.report import Section, figure
from tests.local.aws.cloudformation import load_template
from tests.local.aws.conditional_writes import atomic_writes
from tests.local.aws.resources import create_tables
from tests.local.aws.stack import REGION
from tests.local.paths import PROJECT

_NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
_GOAL_RUN_SECONDS, _GOAL_PREVIEW_SECONDS = 3.0, 2.0
_ROUNDS, _QUICK_ROUNDS = 5, 2
_PREVIEW_DAYS = 60
_INTERVAL = timedelta(minutes=15)
# Each snapshot starts a run, and so does the schedule of the watch.
_RUNS_A_MONTH = 2 * 30 * 24 * 4
_MEMORY_GB = 1.0
# 1,769 MB are one processor.
_SLOWER = 1769 / 1024
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "POWERTOOLS_METRICS_NAMESPACE": "BalanceBot",
}


@dataclass(frozen=True)
class _Runs:
    """Each run's wall clock and processor time, and the units of DynamoDB that one run reads and writes."""

    seconds: Sequence[float]
    cpu_seconds: Sequence[float]
    reads: float
    writes: float

    def dollars_a_month(self, cold_seconds: float) -> float:
        """Every run at the template's memory, where a function has a part of a processor."""
        seconds = (cold_seconds + max(self.cpu_seconds)) * _SLOWER
        of_lambda = seconds * _MEMORY_GB * prices.LAMBDA_ARM_GB_SECOND + prices.LAMBDA_REQUEST
        of_table = self.reads * prices.DYNAMODB_READ + self.writes * prices.DYNAMODB_WRITE
        return _RUNS_A_MONTH * (of_lambda + of_table + prices.XRAY_TRACE)


class _Metered:
    """DynamoDB's client, with the request units that its calls use: reads of 4 kB, writes of 1 kB."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.reads = self.writes = 0.0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        return method if name == "exceptions" else lambda *a, **options: self._counted(name, method, *a, **options)

    def _counted(self, name: str, method: Any, *arguments: Any, **options: Any) -> Any:
        answer = method(*arguments, **options)
        if name == "get_paginator":
            return _Pages(self, answer)
        if name == "put_item":
            self.writes += _units(options["Item"], 1024)
        elif name == "transact_write_items":
            self.writes += 2 * sum(
                _units(each["Put"]["Item"], 1024) for each in options["TransactItems"] if "Put" in each
            )
        elif name in ("update_item", "delete_item"):
            self.writes += 1
        elif name == "batch_get_item":
            self.reads += sum(_units(item, 4096) for items in answer["Responses"].values() for item in items)
        return answer


class _Pages:
    def __init__(self, meter: _Metered, paginator: Any) -> None:
        self._meter, self._paginator = meter, paginator

    def paginate(self, **options: Any) -> Iterator[Any]:
        for page in self._paginator.paginate(**options):
            self._meter.reads += _units(page["Items"], 4096)
            yield page


def measure(quick: bool) -> Section:
    """A large run with its goal, a preview with its goal, and a month of a small and of a large company."""
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    large, small = _run(1000, 100, rounds), _run(20, 5, rounds)
    cold_seconds = statistics.median(cold_starts(quick).cpu_ms("aggregator")) / 1000
    return Section(
        "The watch",
        (
            figure("a run over 1,000 balances and 100 rules", "s", large.seconds, _GOAL_RUN_SECONDS),
            figure("   processor time", "s", large.cpu_seconds),
            figure("a run over 20 balances and 5 rules", "s", small.seconds),
            figure("a preview over 60 days, without reading", "s", _preview(rounds), _GOAL_PREVIEW_SECONDS),
            figure("a month: 20 balances and 5 rules", "$", [small.dollars_a_month(cold_seconds)]),
            figure("a month: 1,000 balances and 100 rules", "$", [large.dollars_a_month(cold_seconds)]),
        ),
        notes=("Alarms, alerts and the snapshots themselves are not in the month.",),
    )


def _run(balances: int, rules: int, rounds: int) -> _Runs:
    """Runs after a new snapshot each, which moves every balance and lets one in ten be low."""
    seconds, cpu_seconds = [], []
    with _quiet_moto():
        template = load_template(PROJECT / "template.yaml", {})
        client = _Metered(boto3.client("dynamodb", region_name=REGION))
        create_tables(template, client)  # type: ignore[arg-type]  # it passes all calls on
        variables = template.resources["WatchFunction"].properties["Environment"]["Variables"]
        settings = Settings.from_environment({name: str(value) for name, value in variables.items()})
        history = BalancesTable(Items(client, settings.balances_table, time.sleep), UTC)  # type: ignore[arg-type]
        clock = [_NOON]
        watch = Watch(settings, client, _Reporter(), _Bus(), lambda: clock[0])  # type: ignore[arg-type]
        for number in range(rules):
            watch.answer({"request": "save", "rule": _rule(number % balances, number), "by": "U0BENCH"})
        for number in range(-3, rounds):
            clock[0] += _INTERVAL
            history.store(_NOON.date(), _snapshot(clock[0], balances, 900 - number), b"", _NOON + timedelta(days=9))
            client.reads = client.writes = 0
            started, cpu_started = time.perf_counter(), time.process_time()
            watch.answer({"request": "run"})
            if number >= 0:
                seconds.append(time.perf_counter() - started)
                cpu_seconds.append(time.process_time() - cpu_started)
        return _Runs(seconds, cpu_seconds, client.reads, client.writes)


def _preview(rounds: int) -> list[float]:
    rule = read_rule(_rule(0, 0))
    since = _NOON - timedelta(days=_PREVIEW_DAYS)
    number = _PREVIEW_DAYS * 24 * 4
    stored = [_snapshot(since + place * _INTERVAL, 3, 900 - place % 600) for place in range(number)]
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        preview(rule, stored, since, _NOON)
        seconds.append(time.perf_counter() - started)
    return seconds


def _rule(balance: int, number: int) -> dict[str, Any]:
    target = {"currency": "PHP", "provider": "payermax", "account": f"m{balance}", "type": "DISBURSEMENT"}
    rule = {"target": target, "channel": "C0BENCH", "owner": "U0BENCH"}
    return {"id": f"rule-{number}", **rule, "warning": "2000" if number % 10 == 0 else "500"}


def _snapshot(at: datetime, balances: int, available: int) -> Snapshot:
    readings = tuple(
        Reading(
            provider="payermax",
            account=f"m{number}",
            account_type="DISBURSEMENT",
            account_number=None,
            account_label=None,
            currency="PHP",
            available=f"{available}.00",
            pending=None,
            frozen=None,
            total=None,
            as_of=at,
            received_at=at,
            is_verified=True,
        )
        for number in range(balances)
    )
    key = f"watch {at.isoformat()}"
    return Snapshot(key=key, kind=SnapshotKind.WATCH, taken_at=at, correlation_id="bench", readings=readings)


class _Reporter:
    def invoke(self, **_: Any) -> Mapping[str, Any]:
        return {"Payload": io.BytesIO(b'{"ts": "1.0", "refused": null}')}


class _Bus:
    def put_events(self, **_: Any) -> Mapping[str, Any]:
        return {"FailedEntryCount": 0}


def _units(part: Any, size: int) -> float:
    """An item's bytes are those of its names and values; JSON with its marks is a little more."""
    return max(1, -(-len(json.dumps(part, default=lambda value: "x" * len(value))) // size))


@contextmanager
def _quiet_moto() -> Iterator[None]:
    level = logger.log_level
    logger.setLevel("CRITICAL")
    try:
        with patch.dict(os.environ, _ENVIRONMENT), mock_aws(), atomic_writes(), redirect_stdout(io.StringIO()):
            yield
    finally:
        logger.setLevel(level)
