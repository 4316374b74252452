"""One question from the event to the answer: ask every provider, sum up, and announce a snapshot."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace

from balance_aggregator.fan_out import Invoke, Leg, ask_all
from balance_aggregator.freshness import FreshAnswers
from balance_aggregator.snapshot import SnapshotError, balances_collected, publish
from balance_aggregator.summary import summarise
from balance_core.contract import summary_json
from balance_core.errors import ProviderError
from balance_core.models import BalanceSummary, Failure, ProviderAnswer
from balance_core.observability import logger, record_latency, report_failure
from balance_core.question import (
    Question,
    QuestionError,
    account_owners,
    accounts_at,
    correlation_id_of,
    read_question,
)
from balance_core.settings import provider_functions, required_text, whole_number

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

# Time to sum up, and to publish a snapshot's event, after the last provider's answer.
_RETURN_MARGIN_SECONDS = 1.0
# The sources of scheduled events: an EventBridge rule, and EventBridge Scheduler's default event.
_SCHEDULERS = ("aws.events", "aws.scheduler")


@dataclass(frozen=True, slots=True)
class Settings:
    """`functions` are the provider functions' ARNs by provider id, in the order in which people see the providers.

    `deadline_seconds` is the longest wait for the providers, shorter than the read timeout of the Lambda client in
    `handler.py`. Equal questions share answers that are younger than `freshness`; zero shares nothing.
    """

    functions: Mapping[str, str]
    deadline_seconds: int
    freshness: timedelta
    event_bus_name: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """PROVIDERS, PROVIDER_FUNCTION, DEADLINE_SECONDS, FRESHNESS_SECONDS and EVENT_BUS_NAME.

        Raises ProviderError (configuration).
        """
        return cls(
            functions=provider_functions(environment),
            deadline_seconds=whole_number(environment, "DEADLINE_SECONDS", default=12, least=1, most=19),
            freshness=timedelta(seconds=whole_number(environment, "FRESHNESS_SECONDS", default=0, least=0, most=60)),
            event_bus_name=required_text(environment, "EVENT_BUS_NAME"),
        )


class Aggregator:
    """The aggregator's function. It keeps fresh answers across warm invocations."""

    def __init__(
        self,
        invoke: Invoke,
        events: "EventBridgeClient",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._invoke = invoke
        self._events = events
        self._now = now
        self._fresh = FreshAnswers()

    def answer(self, event: object, environment: Mapping[str, str], remaining_ms: int) -> dict[str, Any]:
        """Answer a question (events/schema/question.v1.json) or a scheduled event before `remaining_ms` have passed.

        Every problem becomes a failure in the answer (events/schema/aggregator-answer.v1.json). `environment` is read
        at each invocation, so a mistake in it becomes one, too. Only a snapshot that cannot be announced raises
        (SnapshotError): nobody reads its answer, but Lambda retries it and the alarm rings.
        """
        correlation_id = request_correlation_id(event)
        logger.set_correlation_id(correlation_id)
        try:
            settings = Settings.from_environment(environment)
            question = read_request(event, settings.functions, correlation_id)
        except QuestionError as exc:
            return self._refusal(Failure.of_request(exc.field, exc.problem, correlation_id=correlation_id))
        except ProviderError as exc:
            return self._refusal(Failure(exc.kind, exc.message, correlation_id))
        summary = self._collect(question, settings, remaining_ms / 1000 - _RETURN_MARGIN_SECONDS)
        if question.snapshot:
            self._announce(question, summary, settings.event_bus_name)
        return summary_json(summary, question)

    def _refusal(self, failure: Failure) -> dict[str, Any]:
        """The answer when no provider was asked. It repeats only the request's correlation id."""
        report_failure(failure)
        question = Question(correlation_id=failure.correlation_id)
        return summary_json(BalanceSummary(self._now(), failures=(failure,)), question)

    def _collect(self, question: Question, settings: Settings, remaining_seconds: float) -> BalanceSummary:
        asked_at = self._now()
        answers = self._fresh.find(question, settings.freshness, asked_at)
        shared = sorted(answers)
        functions = {name: settings.functions[name] for name in question.providers or () if name not in answers}
        asked = self._ask(question, functions, min(settings.deadline_seconds, remaining_seconds))
        self._fresh.keep(question, asked, settings.freshness, asked_at)
        answers |= {answer.provider: answer for answer in asked}
        summary = summarise(
            [answers[provider] for provider in question.providers or ()],
            question.correlation_id,
            self._now(),
            accounts=question.accounts or (),
            include_zero=question.include_zero,
        )
        for failure in summary.failures:
            if failure.provider is None:  # the others are logged and counted where they happened
                report_failure(failure)
        logger.info(
            "collected",
            providers=question.providers,
            shared=shared,
            is_partial=summary.is_partial,
            snapshot=question.snapshot,
        )
        return summary

    def _ask(self, question: Question, functions: Mapping[str, str], timeout_seconds: float) -> list[ProviderAnswer]:
        if not functions:
            return []
        # Zeros are dropped after the sums, because a sum of known zeros is 0 and not unknown.
        leg_question = replace(question, providers=None, refresh=False, snapshot=False, firing=None, include_zero=True)
        questions = {name: replace(leg_question, accounts=accounts_at(question, name)) for name in functions}
        legs = ask_all(functions, questions, timeout_seconds, self._invoke)
        return [self._answer_of(leg, question.correlation_id) for leg in legs]

    def _answer_of(self, leg: Leg, correlation_id: str) -> ProviderAnswer:
        record_latency("ProviderLegLatency", leg.latency_ms, provider=leg.provider)
        if isinstance(leg.outcome, ProviderAnswer):
            return leg.outcome
        failure = Failure.of(leg.outcome, correlation_id=correlation_id, provider=leg.provider)
        report_failure(failure)
        return ProviderAnswer(leg.provider, self._now(), failures=(failure,))

    def _announce(self, question: Question, summary: BalanceSummary, event_bus_name: str) -> None:
        try:
            publish(self._events, event_bus_name, balances_collected(question, summary))
        except SnapshotError:
            logger.exception("the snapshot was not announced")
            raise


def read_request(event: object, known_providers: Collection[str], correlation_id: str) -> Question:
    """The question in `event` with its providers filled in, in the order of `known_providers`.

    Without `providers`, accounts such as `provider:account` ask their own providers only. A scheduled event carries no
    question: it asks for a snapshot of everything. Any other bus event is refused, above all our own
    BalancesCollected, which must not start another snapshot. Raises QuestionError.
    """
    question = Question(snapshot=True) if _is_scheduled(event) else read_question(event)
    owners = account_owners(question) - {""}
    by_account = owners if owners == account_owners(question) else frozenset()
    asked = question.providers or by_account or known_providers
    if not set(question.providers or ()) <= set(known_providers):
        raise QuestionError("providers", f"must each be one of {', '.join(known_providers)}")
    if not owners <= set(asked) & set(known_providers):
        raise QuestionError("accounts", "must not name a provider that is not asked")
    providers = tuple(name for name in known_providers if name in asked)
    return replace(question, providers=providers, correlation_id=correlation_id)


def request_correlation_id(event: object) -> str:
    """The question's own id, a scheduled event's id, or a new one.

    Lambda delivers an event again after an error; the event's id connects the attempts.
    """
    if isinstance(event, dict) and _is_scheduled(event):
        return correlation_id_of({"correlation_id": event.get("id")})
    return correlation_id_of(event)


def _is_scheduled(event: object) -> bool:
    return isinstance(event, dict) and "detail-type" in event and event.get("source") in _SCHEDULERS
