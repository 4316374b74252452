"""One request from the event to the answer: read it, ask every provider, sum up, and announce a snapshot."""

import os
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from balance_aggregator.fan_out import Leg, ask_all
from balance_aggregator.freshness import FreshAnswers
from balance_aggregator.invoker import Invoke, LambdaInvoker, new_lambda_client
from balance_aggregator.request import AggregatorRequest, read_request, request_correlation_id
from balance_aggregator.settings import Settings, read_settings
from balance_aggregator.snapshot import SnapshotError, collected_detail, new_events_client, publish
from balance_aggregator.summary import summarise
from balance_core.aws import KeptLambdaClient
from balance_core.contract import VERSION, summary_to_wire
from balance_core.errors import ProviderError
from balance_core.models import BalanceSummary, Failure, ProviderAnswer
from balance_core.observability import logger, record_latency, report_failure
from balance_core.question import QuestionError, new_correlation_id
from balance_core.secrets import required_setting

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

# What is left of the function's own time after the last answer: enough to sum up, and to announce a snapshot.
_RETURN_MARGIN_SECONDS = 1.0


class Aggregator:
    """The aggregator's function: keeps its connections across warm invocations, and makes them at first use."""

    def __init__(
        self,
        invoke: Invoke | None = None,
        events: "EventBridgeClient | None" = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._invoke = invoke
        self._client: KeptLambdaClient | None = None
        self._events = events
        self._now = now
        self._fresh: FreshAnswers | None = None

    def answer(self, event: object, remaining_ms: int) -> dict[str, object]:
        """Answer a request or a schedule's event (events/schema/aggregator-answer.v1.json) within `remaining_ms`.

        Whatever goes wrong on the way is a failure in the answer. Only a snapshot that cannot be announced raises
        (SnapshotError, or ProviderError when EVENT_BUS_NAME is missing): whoever invoked it does not wait for the
        answer, and Lambda's second try, failure destination and alarm are what is left to notice it.
        """
        correlation_id = request_correlation_id(event, new_correlation_id)
        logger.set_correlation_id(correlation_id)
        try:
            settings = read_settings(os.environ)
            request = read_request(event, settings.functions, correlation_id)
        except QuestionError as exc:
            return self._refusal(exc.failure(correlation_id))
        except ProviderError as exc:
            return self._refusal(Failure(exc.kind, exc.message, correlation_id))
        summary = self._collect(request, settings, remaining_ms / 1000 - _RETURN_MARGIN_SECONDS)
        if request.snapshot:
            self._announce(request, summary)
        return summary_to_wire(summary, request.to_wire())

    def _refusal(self, failure: Failure) -> dict[str, object]:
        """The answer when nobody was asked; of the request, only the correlation id is repeated."""
        report_failure(failure)
        request: dict[str, object] = {"version": VERSION, "correlation_id": failure.correlation_id}
        return summary_to_wire(BalanceSummary(self._now(), failures=(failure,)), request)

    def _collect(self, request: AggregatorRequest, settings: Settings, remaining_seconds: float) -> BalanceSummary:
        correlation_id = request.question.correlation_id
        answers = self._shared(request, settings)
        shared = sorted(answers)
        asked_at = self._now()
        for answer in self._ask(request, settings, remaining_seconds, answers):
            answers[answer.provider] = answer
            self._fresh_answers(settings).keep(request.question, answer, asked_at)
        summary = summarise(
            [answers[provider] for provider in request.providers],
            correlation_id,
            self._now(),
            include_zero=request.question.include_zero,
        )
        for failure in summary.failures:
            if failure.provider is None:  # what a provider reports, its own function has logged and counted
                report_failure(failure)
        logger.info(
            "collected",
            providers=request.providers,
            shared=shared,
            is_partial=summary.is_partial,
            snapshot=request.snapshot,
        )
        return summary

    def _shared(self, request: AggregatorRequest, settings: Settings) -> dict[str, ProviderAnswer]:
        """What was answered moments ago, by provider."""
        if not request.may_be_shared:
            return {}
        fresh, now = self._fresh_answers(settings), self._now()
        found = {provider: fresh.find(provider, request.question, now) for provider in request.providers}
        return {provider: answer for provider, answer in found.items() if answer}

    def _fresh_answers(self, settings: Settings) -> FreshAnswers:
        self._fresh = self._fresh or FreshAnswers(timedelta(seconds=settings.freshness_seconds))
        return self._fresh

    def _ask(
        self,
        request: AggregatorRequest,
        settings: Settings,
        remaining_seconds: float,
        answered: Collection[str],
    ) -> list[ProviderAnswer]:
        """The answers of all providers that are not among those that `answered`."""
        functions = {name: settings.functions[name] for name in request.providers if name not in answered}
        if not functions:
            return []
        invoke = self._invoke or LambdaInvoker(self._lambda(settings).get())
        timeout_seconds = min(settings.deadline_seconds, remaining_seconds)
        # Zeros are left out after the sums: a sum of known zeros is zero, and not unknown.
        question = replace(request.question, include_zero=True)
        legs = ask_all(functions, question, timeout_seconds, invoke)
        return [self._answer_of(leg, request.question.correlation_id) for leg in legs]

    def _lambda(self, settings: Settings) -> KeptLambdaClient:
        if self._client is None:
            self._client = new_lambda_client(settings.deadline_seconds, len(settings.functions), self._now)
        return self._client

    def _answer_of(self, leg: Leg, correlation_id: str) -> ProviderAnswer:
        record_latency("ProviderLegLatency", leg.latency_ms, provider=leg.provider)
        if isinstance(leg.outcome, ProviderAnswer):
            return leg.outcome
        failure = Failure.of(leg.outcome, correlation_id=correlation_id, provider=leg.provider)
        report_failure(failure)
        return ProviderAnswer(leg.provider, self._now(), failures=(failure,))

    def _announce(self, request: AggregatorRequest, summary: BalanceSummary) -> None:
        self._events = self._events or new_events_client()
        try:
            publish(self._events, required_setting("EVENT_BUS_NAME"), collected_detail(request, summary))
        except (SnapshotError, ProviderError):
            logger.exception("the snapshot was not announced")
            raise
