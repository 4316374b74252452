"""The event BalancesCollected, by which the aggregator announces a snapshot."""

from dataclasses import dataclass

from balance_core.wire import Node, WireError

_EXPECTED = {"source": "balance-bot", "detail-type": "BalancesCollected"}
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Announcement:
    """A snapshot was collected. `event_id` is EventBridge's own, the same in every delivery of the event."""

    event_id: str
    correlation_id: str


def is_announcement(event: object) -> bool:
    """Whether this is an EventBridge event at all, and no job."""
    return isinstance(event, dict) and "detail-type" in event


def read_announcement(event: object) -> Announcement:
    """Read the event with its envelope (see events/schema). Raises WireError for any other event or version."""
    node = Node(event)
    for name, value in _EXPECTED.items():
        if node.get(name).value != value:
            raise WireError(f"{node.path}.{name}", f"must be {value}")
    detail = node.get("detail")
    if detail.get("version").value != _VERSION:
        raise WireError(f"{detail.path}.version", f"must be {_VERSION}: deploy all functions together")
    return Announcement(node.get("id").text(64), detail.get("correlation_id").text(64))
