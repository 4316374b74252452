"""A question from the job to the view model: ask the aggregator, and keep what is shown."""

from dataclasses import dataclass, replace

from balance_slack.job import Job
from balance_slack.reporter.aggregator import Aggregator
from balance_slack.reporter.kept_answers import KeptAnswer, KeptAnswers
from balance_slack.settings import ReporterSettings
from balance_slack.view.answer import Answer


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes the answers that people see."""

    settings: ReporterSettings
    aggregator: Aggregator
    kept: KeptAnswers

    def ask(self, job: Job) -> Answer | None:
        """The answer to the job's question; None, logged and counted, if there is none."""
        summary = self.aggregator.ask_now(job.request)
        if summary is None:
            return None
        return Answer(summary, job.request, self.settings.names, self.settings.contact, job.ignored)

    def keep(self, answer: Answer, owner: str) -> Answer:
        """The same answer, kept for a person or a channel (their Slack id). Where that fails, it is shown all the same.

        Its buttons then ask again.
        """
        return replace(answer, is_kept=self.kept.keep(answer.question, answer.summary, owner))

    def seen(self, kept: KeptAnswer, *, is_kept: bool = True, is_public: bool = False) -> Answer:
        """The view model of a kept answer."""
        answer = Answer(kept.summary, kept.question, self.settings.names, self.settings.contact, is_kept=is_kept)
        return answer.public() if is_public else answer
