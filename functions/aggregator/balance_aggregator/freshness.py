"""Answers that are seconds old, shared so that two people who ask the same do not make a provider answer twice.

They are kept in this process only, and a process answers one question at a time: questions that arrive at the same
moment run in two processes and share nothing. Figures keep their as-of time, so they never look newer than they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from balance_core.models import ProviderAnswer
from balance_core.question import Question, accounts_at

_Key = tuple[str, tuple[str, ...] | None, tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: ProviderAnswer
    asked_at: datetime


class FreshAnswers:
    """Providers' answers, each for as long as the caller's window. Times are aware UTC.

    The wall clock decides: the monotonic clock stops while Lambda freezes the process.
    """

    def __init__(self) -> None:
        self._kept: dict[_Key, _Kept] = {}

    def find(self, question: Question, window: timedelta, now: datetime) -> dict[str, ProviderAnswer]:
        """The answers to the same question that are younger than `window`, by provider; none for a refresh or snapshot.

        Their failures carry the correlation id of this question.
        """
        if question.refresh or question.snapshot:
            return {}
        found = {provider: self._kept.get(_key(provider, question)) for provider in question.providers or ()}
        return {
            provider: _with_correlation_id(kept.answer, question.correlation_id)
            for provider, kept in found.items()
            if kept and _is_fresh(kept, window, now)
        }

    def keep(
        self, question: Question, answers: Iterable[ProviderAnswer], window: timedelta, asked_at: datetime
    ) -> None:
        """Keep `answers` and drop what is no longer fresh. An answer with an outage is not kept: ask again at once."""
        self._kept = {key: kept for key, kept in self._kept.items() if _is_fresh(kept, window, asked_at)}
        for answer in answers:
            self._kept.pop(_key(answer.provider, question), None)
            if not any(failure.is_outage for failure in answer.failures):
                self._kept[_key(answer.provider, question)] = _Kept(answer, asked_at)


def _key(provider: str, question: Question) -> _Key:
    # Not `include_zero`: providers are always asked for their zeros.
    return provider, question.currencies, accounts_at(question, provider)


def _is_fresh(kept: _Kept, window: timedelta, now: datetime) -> bool:
    return timedelta(0) <= now - kept.asked_at < window


def _with_correlation_id(answer: ProviderAnswer, correlation_id: str) -> ProviderAnswer:
    failures = tuple(replace(failure, correlation_id=correlation_id) for failure in answer.failures)
    return replace(answer, failures=failures)
