"""Asking the aggregator, and the answers in a conversation: to a command, refreshed, or shared with the channel."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import error_code
from balance_core.contract import ContractError, read_summary
from balance_core.errors import ErrorKind
from balance_core.models import BalanceSummary
from balance_core.observability import count_failure, logger
from balance_core.question import Question
from balance_slack.commands import words_of
from balance_slack.job import Job
from balance_slack.reporter.slack import DeliveryError, ResponseUrl, deliver
from balance_slack.settings import ReporterSettings
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import answer_buttons, details_button, retry_button, sections
from balance_slack.view.message import Message, question_text, render
from balance_slack.view.mrkdwn import date, escape, mention
from balance_slack.view.texts import ASKING_AGAIN, NOTHING_SHARED, SHARING, maybe_shared_text, no_answer_text

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class AggregatorError(Exception):
    """No answer from the aggregator. The message tells the operator why, and quotes nothing from an answer."""


class Aggregator:
    """The aggregator's function, asked once per question: a second try would ask every provider again."""

    def __init__(self, client: "LambdaClient", function: str) -> None:
        self._client = client
        self._function = function

    def ask(self, question: Question) -> BalanceSummary:
        """The answer, with the failures of single providers in it. Raises AggregatorError."""
        try:
            response = self._client.invoke(FunctionName=self._function, Payload=msgspec.json.encode(question))
            payload = response["Payload"].read()
        except ClientError as exc:
            raise AggregatorError(f"Lambda refused to invoke the aggregator ({error_code(exc)})") from exc
        except BotoCoreError as exc:
            raise AggregatorError(f"the aggregator gave no answer in time ({type(exc).__name__})") from exc
        if response.get("FunctionError"):
            raise AggregatorError("the aggregator failed: its log tells why")
        try:
            return read_summary(payload)
        except ContractError as exc:
            raise AggregatorError(f"the aggregator's answer cannot be understood: {exc}") from exc

    def ask_now(self, question: Question) -> BalanceSummary | None:
        """The same for a person who is waiting, for whom a retry would come too late: None, logged and counted."""
        try:
            return self.ask(question)
        except AggregatorError as exc:
            logger.error(f"no answer for a person who is waiting: {exc}")
            count_failure(logger.service, ErrorKind.UNAVAILABLE.value)
            return None


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers through the job's response_url. `now` gives aware UTC.

    Every method raises DeliveryError. If the aggregator gives no answer, the person is told.
    """

    settings: ReporterSettings
    aggregator: Aggregator
    now: Callable[[], datetime]

    def answer(self, job: Job) -> None:
        """Answer a command, for the person who asked only."""
        url = self._url(job)
        deliver(self._answer(job).forms(), url.answer)

    def refresh(self, job: Job) -> None:
        """Replace the old answer with "asking again", then with the new answer."""
        url = self._url(job)
        deliver(Message(ASKING_AGAIN).forms(), url.replace)
        deliver(self._answer(job).forms(), url.replace)

    def share(self, job: Job) -> None:
        """Show a new answer to the whole channel, with who shared it, when, and the question.

        First the person is told that it is coming: nothing else shows that the button worked. If Slack does not confirm
        the post, it may be there all the same. A retry could show it twice, so the person is asked to look.
        """
        url = self._url(job)
        self.tell(job, SHARING)
        summary = self.aggregator.ask_now(job.request)
        if summary is None:
            self.tell(job, f"{NOTHING_SHARED} {no_answer_text(job.correlation_id, self.settings.contact)}")
            return
        person = mention(job.user_id) or escape(job.user_id)
        note = f"Shared by {person} {date(self.now())} · asked: {question_text(job.request)}"
        answer = Answer(summary, job.request, self.settings.names)
        forms = render(answer, details_button(words_of(job.request)), note).forms()
        try:
            deliver(forms, url.share)
        except DeliveryError as exc:
            if exc.is_refusal:
                raise
            logger.error(f"nobody knows whether the answer was shared: {exc}")
            count_failure(logger.service, ErrorKind.UNAVAILABLE.value)
            self._tell_if_possible(job, maybe_shared_text(job.correlation_id, self.settings.contact))

    def tell(self, job: Job, text: str) -> None:
        """Send the person a message of its own with `text` (mrkdwn)."""
        deliver(Message(text).forms(), self._url(job).answer)

    def _tell_if_possible(self, job: Job, text: str) -> None:
        try:
            self.tell(job, text)
        except DeliveryError as exc:
            logger.error(f"the person could not be told: {exc}")

    def _answer(self, job: Job) -> Message:
        words = words_of(job.request)
        summary = self.aggregator.ask_now(job.request)
        if summary is None:
            text = no_answer_text(job.correlation_id, self.settings.contact)
            return Message(text, (*sections([text]), retry_button(words)))
        can_share = self.settings.policy.may_share(job.channel_id or "")
        answer = Answer(summary, job.request, self.settings.names, self.settings.contact)
        return render(answer, answer_buttons(words, can_share=can_share))

    def _url(self, job: Job) -> ResponseUrl:
        return ResponseUrl(job.response_url or "", self.settings.slack.response_url_origin)
