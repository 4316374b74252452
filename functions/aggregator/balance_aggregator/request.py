"""What the aggregator is asked: by people and services with a request, by schedules with an event of AWS's own.

A rule's scheduled event and the Scheduler's default event carry no question: they mean a snapshot of everything. Any
other event of a bus is refused. Above all, the snapshot's own event must not start another snapshot.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from balance_core.question import Question, QuestionError, correlation_id_of, read_flag, read_list, read_question

_MORE_FIELDS = frozenset({"providers", "refresh", "snapshot"})
_CLOCKS = ("aws.events", "aws.scheduler")


@dataclass(frozen=True, slots=True)
class AggregatorRequest:
    """A question, the providers that it goes to (never empty), and whether the answer is announced on the bus.

    With `refresh` every provider is asked anew, however fresh its last answer is.
    """

    question: Question
    providers: tuple[str, ...]
    refresh: bool = False
    snapshot: bool = False

    @property
    def may_be_shared(self) -> bool:
        """Whether an answer that is seconds old will do."""
        return not self.refresh and not self.snapshot

    def to_wire(self) -> dict[str, object]:
        """The request as understood, with every field, as the answer repeats it."""
        return {
            **self.question.to_wire(),
            "providers": list(self.providers),
            "refresh": self.refresh,
            "snapshot": self.snapshot,
        }


def read_request(event: object, known_providers: Collection[str], correlation_id: str) -> AggregatorRequest:
    """Read a request (events/schema/aggregator-request.v1.json); without `providers` it goes to all that are known.

    `correlation_id` is used where the event names none. Raises QuestionError for anything unknown or malformed.
    """
    if _is_scheduled(event):
        return AggregatorRequest(Question(correlation_id), tuple(known_providers), snapshot=True)
    question = read_question(event, lambda: correlation_id, _MORE_FIELDS)
    fields = event if isinstance(event, dict) else {}

    def provider(name: str, field: str) -> str:
        if name not in known_providers:
            raise QuestionError(field, f"must be one of {', '.join(known_providers)}")
        return name

    asked = read_list(fields, "providers", provider)
    return AggregatorRequest(
        question=question,
        # In the template's order, so that equal questions get equal answers.
        providers=tuple(name for name in known_providers if not asked or name in asked),
        refresh=read_flag(fields, "refresh"),
        snapshot=read_flag(fields, "snapshot"),
    )


def request_correlation_id(event: object, new_correlation_id: Callable[[], str]) -> str:
    """The id to follow `event` by, however wrong it is: its own, a scheduled event's id, or a new one.

    Lambda delivers an event again after an error, and the event's id ties the tries together.
    """
    if isinstance(event, dict) and _is_scheduled(event):
        return correlation_id_of({"correlation_id": event.get("id")}, new_correlation_id)
    return correlation_id_of(event, new_correlation_id)


def _is_scheduled(event: object) -> bool:
    return isinstance(event, dict) and "detail-type" in event and event.get("source") in _CLOCKS
