"""A question from the job to the view model: ask the aggregator, compare with yesterday, and keep what is shown."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime

from balance_core.history.readings import Snapshot
from balance_core.models import BalanceSummary
from balance_core.money import MoneyError
from balance_core.observability import logger
from balance_core.question import Question
from balance_slack.job import Job
from balance_slack.reporter.aggregator import Aggregator
from balance_slack.reporter.background import Wait, result_in_time
from balance_slack.reporter.comparison import Yesterday, compare, with_zeros, without_zeros
from balance_slack.reporter.kept_answers import KeptAnswer, KeptAnswers
from balance_slack.settings import ReporterSettings
from balance_slack.view.answer import Answer
from balance_slack.view.change import Change

# The table is usually read long before the providers have answered.
_PATIENCE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes the answers that people see."""

    settings: ReporterSettings
    aggregator: Aggregator
    kept: KeptAnswers
    yesterday: Yesterday
    wait: Wait
    now: Callable[[], datetime]

    def ask(self, job: Job) -> Answer | None:
        """The answer to the job's question; None, logged and counted, if there is none."""
        question = job.request
        then = self.yesterday.begin(question, self.now())
        summary = self.aggregator.ask_now(with_zeros(question))
        if summary is None:
            return None
        change = self.compare(summary, question, then)
        shown = summary if question.include_zero else without_zeros(summary)
        return Answer(shown, question, self.settings.names, self.settings.contact, job.ignored, change)

    def compare(self, summary: BalanceSummary, question: Question, then: "Future[Snapshot | None]") -> Change | None:
        """What changed since yesterday; None if that cannot be read in time or computed, which costs no answer."""
        read = result_in_time(then, self.wait, _PATIENCE_SECONDS, "the comparison with yesterday")
        try:
            return compare(summary, question, read[0]) if read else None
        except MoneyError:
            logger.error("no comparison with yesterday: an account reports an impossibly large amount")
            return None

    def keep(self, answer: Answer, owner: str) -> Answer:
        """The same answer, kept for a person or a channel (their Slack id). Where that fails, it is shown all the same.

        Its buttons then ask again.
        """
        return replace(answer, is_kept=self.kept.keep(answer, owner))

    def seen(self, kept: KeptAnswer, *, is_kept: bool = True, is_public: bool = False) -> Answer:
        """The view model of a kept answer."""
        names, contact = self.settings.names, self.settings.contact
        answer = Answer(kept.summary, kept.question, names, contact, change=kept.change, is_kept=is_kept)
        return answer.public() if is_public else answer
