"""The bus event BalancesCollected, which says what a snapshot covers. It carries no amounts.

Events may be archived and forwarded to people who must not see balances. A consumer that may see them asks the
aggregator.
"""

from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import error_code
from balance_core.contract import BalancesCollected, CollectedFailure
from balance_core.models import BalanceSummary
from balance_core.question import Question

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "balance-bot"
DETAIL_TYPE = "BalancesCollected"


class SnapshotError(Exception):
    """The event was not published. It leaves the handler, so that Lambda retries the snapshot and the alarm rings."""


def balances_collected(question: Question, summary: BalanceSummary) -> BalancesCollected:
    """The event's detail (events/schema/balances-collected.v1.json)."""
    return BalancesCollected(
        correlation_id=question.correlation_id,
        firing=question.firing,
        collected_at=summary.generated_at,
        is_partial=summary.is_partial,
        currencies=tuple(total.currency for total in summary.totals),
        providers=question.providers or (),
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
