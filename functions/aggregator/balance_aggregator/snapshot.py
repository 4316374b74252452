"""Tells the event bus that balances were collected: which, whose and how completely, but no amount.

Events are archived and forwarded by people who may not see balances. Whoever needs the amounts asks the aggregator.
"""

from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from balance_aggregator.request import AggregatorRequest
from balance_core.aws import new_client
from balance_core.models import BalanceSummary
from balance_core.wire import dumps, to_rfc3339

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

VERSION = 1
SOURCE = "balance-bot"
DETAIL_TYPE = "BalancesCollected"


class SnapshotError(Exception):
    """The event was not published. It leaves the handler, so that Lambda tries the snapshot again and raises alarm."""


def new_events_client() -> "EventBridgeClient":
    """A client that gives up before the function's own time ends; an event that is sent twice does no harm."""
    timeouts = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2})
    return new_client("events", timeouts)


def collected_detail(request: AggregatorRequest, summary: BalanceSummary) -> dict[str, object]:
    """The event's detail (events/schema/balances-collected.v1.json)."""
    return {
        "version": VERSION,
        "correlation_id": request.question.correlation_id,
        "collected_at": to_rfc3339(summary.generated_at),
        "is_partial": summary.is_partial,
        "currencies": [total.currency for total in summary.totals],
        "providers": list(request.providers),
        "failures": [
            {
                "provider": failure.provider,
                "account": failure.account,
                "currency": failure.currency,
                "kind": failure.kind.value,
            }
            for failure in summary.failures
        ],
    }


def publish(client: "EventBridgeClient", bus_name: str, detail: dict[str, object]) -> None:
    """Put one BalancesCollected event on the bus. Raises SnapshotError, also when EventBridge takes the call only."""
    entry_text = dumps(detail).decode("utf-8")
    try:
        answer = client.put_events(
            Entries=[{"EventBusName": bus_name, "Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": entry_text}]
        )
    except ClientError as exc:
        raise _unpublished(bus_name, exc.response.get("Error", {}).get("Code", "")) from exc
    except BotoCoreError as exc:
        raise _unpublished(bus_name, type(exc).__name__) from exc
    if answer["FailedEntryCount"]:
        raise _unpublished(bus_name, answer["Entries"][0].get("ErrorCode", ""))


def _unpublished(bus_name: str, reason: str) -> SnapshotError:
    return SnapshotError(f"event bus '{bus_name}' did not take the event {DETAIL_TYPE}: {reason or 'no reason given'}")
