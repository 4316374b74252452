"""One question from the event to the answer: ask every provider, sum up, and announce a snapshot."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from balance_aggregator.fan_out import Invoke, Leg, ask_all
from balance_aggregator.freshness import FreshAnswers
from balance_aggregator.settings import Settings
from balance_aggregator.snapshot import Taken, keep
from balance_aggregator.summary import summarise
from balance_core.contract import FailureItem, summary_json, to_json
from balance_core.errors import ErrorKind, ProviderError
from balance_core.history.items import HistoryError, Items
from balance_core.history.periods import History, HistoryAnswer
from balance_core.history.queries import history
from balance_core.history.table import BalancesTable
from balance_core.models import BalanceSummary, Failure, ProviderAnswer
from balance_core.observability import logger, record_latency, report_failure
from balance_core.question import (
    Period,
    Question,
    QuestionError,
    SnapshotKind,
    account_owners,
    accounts_at,
    correlation_id_of,
    read_question,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient

# Time to sum up after the last provider's answer, and to store and announce a snapshot.
_RETURN_MARGIN_SECONDS = 1.0
_SNAPSHOT_MARGIN_SECONDS = 7.0
# The sources of scheduled events: an EventBridge rule, and EventBridge Scheduler's default event.
_SCHEDULERS = ("aws.events", "aws.scheduler")


class Aggregator:
    """The aggregator's function. It keeps fresh answers across warm invocations."""

    def __init__(
        self,
        invoke: Invoke,
        events: "EventBridgeClient",
        dynamodb: "DynamoDBClient",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep_seconds: Callable[[float], None] = time.sleep,
    ) -> None:
        self._invoke = invoke
        self._events = events
        self._dynamodb = dynamodb
        self._now = now
        self._sleep_seconds = sleep_seconds
        self._fresh = FreshAnswers()

    def answer(self, event: object, environment: Mapping[str, str], remaining_ms: int) -> dict[str, Any]:
        """Answer a question (events/schema/question.v1.json) or a scheduled event before `remaining_ms` have passed.

        A question about the past gets events/schema/history-answer.v1.json, any other one
        events/schema/aggregator-answer.v1.json. Every problem becomes a failure in the answer. `environment` is read at
        each invocation, so a mistake in it becomes one, too. Only a snapshot that cannot be announced raises
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
        if question.history:
            return self._history(question, question.history, settings)
        margin_seconds = _SNAPSHOT_MARGIN_SECONDS if question.snapshot else _RETURN_MARGIN_SECONDS
        answers, shared = self._collect(question, settings, remaining_ms / 1000 - margin_seconds)
        summary = self._summarise(question, answers)
        logger.info(
            "collected",
            providers=question.providers,
            shared=shared,
            is_partial=summary.is_partial,
            snapshot=question.snapshot,
        )
        if question.snapshot:
            keep(self._table(settings), self._events, settings, Taken(question, question.snapshot, answers, summary))
        return summary_json(summary, question)

    def _refusal(self, failure: Failure) -> dict[str, Any]:
        """The answer when no provider was asked. It repeats only the request's correlation id."""
        report_failure(failure)
        question = Question(correlation_id=failure.correlation_id)
        return summary_json(BalanceSummary(self._now(), failures=(failure,)), question)

    def _collect(
        self, question: Question, settings: Settings, remaining_seconds: float
    ) -> tuple[list[ProviderAnswer], list[str]]:
        """The providers' answers in the question's order, and the providers whose answer is shared."""
        asked_at = self._now()
        answers = self._fresh.find(question, settings.freshness, asked_at)
        shared = sorted(answers)
        functions = {name: settings.functions[name] for name in question.providers or () if name not in answers}
        asked = self._ask(question, functions, min(settings.deadline_seconds, remaining_seconds))
        self._fresh.keep(question, asked, settings.freshness, asked_at)
        answers |= {answer.provider: answer for answer in asked}
        return [answers[provider] for provider in question.providers or ()], shared

    def _summarise(self, question: Question, answers: Sequence[ProviderAnswer]) -> BalanceSummary:
        summary = summarise(
            answers,
            question.correlation_id,
            self._now(),
            accounts=question.accounts or (),
            include_zero=question.include_zero,
        )
        for failure in summary.failures:
            if failure.provider is None:  # the others are logged and counted where they happened
                report_failure(failure)
        return summary

    def _ask(self, question: Question, functions: Mapping[str, str], timeout_seconds: float) -> list[ProviderAnswer]:
        if not functions:
            return []
        # Zeros are dropped after the sums, because a sum of known zeros is 0 and not unknown.
        leg_question = replace(question, providers=None, refresh=False, snapshot=None, firing=None, include_zero=True)
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

    def _history(self, question: Question, period: Period, settings: Settings) -> dict[str, Any]:
        now = self._now()
        try:
            past: History | None = self._read_history(question, period, now, settings)
            failures: tuple[Failure, ...] = ()
        except HistoryError as exc:
            logger.exception("the history could not be read")
            error = ProviderError(
                ErrorKind.UNAVAILABLE, f"the history could not be read: {exc}", advice="try again in a minute"
            )
            past, failures = None, (Failure(error.kind, error.message, question.correlation_id),)
            report_failure(failures[0])
        return to_json(
            HistoryAnswer(
                correlation_id=question.correlation_id,
                generated_at=now,
                history=past,
                failures=tuple(map(FailureItem.of, failures)),
            )
        )

    def _read_history(self, question: Question, period: Period, now: datetime, settings: Settings) -> History:
        (currency,) = question.currencies or ()
        providers = question.providers or ()
        provider = providers[0] if len(providers) == 1 else None
        return history(self._table(settings), currency, provider, period, now)

    def _table(self, settings: Settings) -> BalancesTable:
        return BalancesTable(Items(self._dynamodb, settings.balances_table, self._sleep_seconds), settings.zone)


def read_request(event: object, known_providers: Collection[str], correlation_id: str) -> Question:
    """The question in `event` with its providers filled in, in the order of `known_providers`.

    Without `providers`, accounts such as `provider:account` ask their own providers only. A scheduled event carries no
    question: it asks for a snapshot of everything. Any other bus event is refused, above all our own
    BalancesCollected, which must not start another snapshot. Raises QuestionError.
    """
    question = Question(snapshot=SnapshotKind.DIGEST) if _is_scheduled(event) else read_question(event)
    if question.key != "current":
        raise QuestionError("key", "is for a provider's function: ask that function, or leave it out")
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
