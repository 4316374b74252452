"""Answers that are seconds old, so that two people who ask the same do not make a provider answer twice.

They are kept in this process only, which answers one request at a time: questions at the very same moment run in two
processes and share nothing. Every figure keeps the as-of time that it came with, so it never looks newer than it is.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from balance_core.models import ProviderAnswer
from balance_core.question import Question

_Key = tuple[str, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: ProviderAnswer
    asked_at: datetime


class FreshAnswers:
    """Providers' answers for as long as `window`. Times are aware UTC; a monotonic clock might stop meanwhile."""

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self._kept: dict[_Key, _Kept] = {}

    def find(self, provider: str, question: Question, now: datetime) -> ProviderAnswer | None:
        """What `provider` answered to the same question less than the window before `now`, under this question's id."""
        kept = self._kept.get(_key(provider, question))
        if not kept or not self._is_fresh(kept, now):
            return None
        failures = (replace(failure, correlation_id=question.correlation_id) for failure in kept.answer.failures)
        return replace(kept.answer, failures=tuple(failures))

    def keep(self, question: Question, answer: ProviderAnswer, asked_at: datetime) -> None:
        """Keep `answer`, and forget what is no longer fresh. What went wrong is not kept: it is asked again at once."""
        asked = _key(answer.provider, question)
        self._kept = {key: old for key, old in self._kept.items() if key != asked and self._is_fresh(old, asked_at)}
        if not any(failure.kind.is_outage for failure in answer.failures):
            self._kept[asked] = _Kept(answer, asked_at)

    def _is_fresh(self, kept: _Kept, now: datetime) -> bool:
        return timedelta(0) <= now - kept.asked_at < self._window


def _key(provider: str, question: Question) -> _Key:
    # Without `include_zero`: every provider is asked for its zeros, whoever wants to see them.
    return provider, question.currencies, question.accounts
