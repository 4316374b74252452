"""A snapshot: store what was read, and say on the event bus what it covers.

The event BalancesCollected carries no amounts, because events may be archived and forwarded to people who must not see
balances. A consumer that may see them reads the table or asks the aggregator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from balance_aggregator.settings import Settings
from balance_aggregator.summary import summarise
from balance_core.aws import error_code
from balance_core.contract import BalancesCollected, CollectedFailure, summary_json
from balance_core.history.items import HistoryError
from balance_core.history.readings import Snapshot, gaps_of, readings_of
from balance_core.history.table import BalancesTable
from balance_core.models import BalanceSummary, ProviderAnswer
from balance_core.observability import count_stored_snapshot, count_unstored_snapshot, logger
from balance_core.question import Question, SnapshotKind

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "balance-bot"
DETAIL_TYPE = "BalancesCollected"


class SnapshotError(Exception):
    """The event was not published. It leaves the handler, so that Lambda retries the snapshot and the alarm rings."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a snapshot brought."""

    question: Question
    kind: SnapshotKind
    answers: Sequence[ProviderAnswer]
    summary: BalanceSummary

    @property
    def scheduled_at(self) -> datetime:
        """When the schedule meant it to be taken; without a schedule, when it was."""
        firing = self.question.firing
        return firing.scheduled_time if firing else self.summary.generated_at

    @property
    def key(self) -> str:
        """The idempotency key, which is the event's `repeat_key`."""
        firing = self.question.firing
        return firing.key if firing else self.question.correlation_id


def keep(table: BalancesTable, events: "EventBridgeClient", settings: Settings, taken: Taken) -> None:
    """Store the snapshot, announce it, and write the summaries of the days that are over. Raises SnapshotError.

    What cannot be stored is logged and counted, and the event says so: the answer still comes.
    """
    day = table.day_of(taken.scheduled_at)
    is_stored = _store(table, day, taken, settings.history)
    try:
        publish(events, settings.event_bus_name, balances_collected(taken, day, is_stored=is_stored))
    except SnapshotError:
        logger.exception("the snapshot was not announced")
        raise
    if is_stored:
        _summarise(table, day, taken, settings)


def _store(table: BalancesTable, day: date, taken: Taken, history: timedelta) -> bool:
    snapshot = Snapshot(
        key=taken.key,
        kind=taken.kind,
        taken_at=taken.summary.generated_at,
        correlation_id=taken.question.correlation_id,
        readings=readings_of(taken.answers),
        gaps=gaps_of(taken.answers),
    )
    # Only the digest shows the answer again. In a channel that names its currencies, it shows their zeros.
    is_digest = taken.kind is SnapshotKind.DIGEST
    answer = msgspec.json.encode(summary_json(_with_zeros(taken), taken.question)) if is_digest else b""
    try:
        if not table.store(day, snapshot, answer, taken.summary.generated_at + history):
            logger.warning("another attempt has stored this snapshot already", snapshot=taken.key)
    except HistoryError:
        logger.exception("the snapshot was not stored")
        count_unstored_snapshot()
        return False
    count_stored_snapshot(taken.kind)
    return True


def _with_zeros(taken: Taken) -> BalanceSummary:
    return summarise(taken.answers, taken.question.correlation_id, taken.summary.generated_at)


def _summarise(table: BalancesTable, day: date, taken: Taken, settings: Settings) -> None:
    """Write the missing day summaries; that of the snapshot's own day again if it came after midnight."""

    def expires_at(summarised: date) -> datetime:
        return datetime.combine(summarised, time(), settings.zone) + settings.history

    today = table.day_of(taken.summary.generated_at)
    try:
        last = table.last_summarised()
        if last and day <= last:
            table.summarise(day, expires_at(day))
        table.write_summaries(today, expires_at)
    except HistoryError:
        logger.exception("day summaries were not written: the next snapshot tries again")
        count_unstored_snapshot()


def balances_collected(taken: Taken, day: date, *, is_stored: bool) -> BalancesCollected:
    """The event's detail (events/schema/balances-collected.v1.json)."""
    summary = taken.summary
    return BalancesCollected(
        correlation_id=taken.question.correlation_id,
        kind=taken.kind,
        firing=taken.question.firing,
        day=day,
        stored=is_stored,
        collected_at=summary.generated_at,
        is_partial=summary.is_partial,
        currencies=tuple(total.currency for total in summary.totals),
        providers=taken.question.providers or (),
        failures=tuple(
            CollectedFailure(
                provider=failure.provider, account=failure.account, currency=failure.currency, kind=failure.kind
            )
            for failure in summary.failures
        ),
    )


def publish(client: "EventBridgeClient", bus_name: str, detail: BalancesCollected) -> None:
    """Put one event on the bus. Raises SnapshotError, also when EventBridge takes the call but refuses the event."""
    text = msgspec.json.encode(detail).decode("utf-8")
    try:
        answer = client.put_events(
            Entries=[{"EventBusName": bus_name, "Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": text}]
        )
    except ClientError as exc:
        raise _not_published(bus_name, error_code(exc)) from exc
    except BotoCoreError as exc:
        raise _not_published(bus_name, type(exc).__name__) from exc
    if answer["FailedEntryCount"]:
        raise _not_published(bus_name, answer["Entries"][0].get("ErrorCode", "no reason given"))


def _not_published(bus_name: str, reason: str) -> SnapshotError:
    return SnapshotError(f"event bus '{bus_name}' did not take the event {DETAIL_TYPE}: {reason}")
