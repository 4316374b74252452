"""Asking the aggregator, and the answers in a conversation: to a command, refreshed, or shared with the channel."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for_any
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

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
from balance_slack.view.blocks import retry_button, sections
from balance_slack.view.message import Message, render, render_shared
from balance_slack.view.mrkdwn import escape, mention
from balance_slack.view.texts import (
    ASKING_AGAIN,
    NOTHING_SHARED,
    STILL_WAITING,
    maybe_shared_text,
    no_answer_text,
)

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


# A person who has read nothing for so long believes that the question was lost.
_PATIENCE_SECONDS = 4.0


class Wait(Protocol):
    """Waits until the future is done, at most that long, and says whether it is."""

    def __call__(self, future: Future[Any], timeout_seconds: float) -> bool: ...


def wait_until_done(future: Future[Any], timeout_seconds: float) -> bool:
    """The real `Wait`."""
    return bool(wait_for_any([future], timeout_seconds).done)


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
    """Answers through the job's response_url, which takes five messages; an answer uses at most four.

    Every method raises DeliveryError. If the aggregator gives no answer, the person is told.
    """

    settings: ReporterSettings
    aggregator: Aggregator
    wait: Wait

    def answer(self, job: Job) -> None:
        """Answer a command, for the person who asked only; if that takes long, say first that it does."""
        url = self._url(job)
        deliver(self._message(job, self._ask_patiently(job)).forms(), url.answer)

    def refresh(self, job: Job) -> None:
        """Replace the old answer with "asking again", then with the new answer."""
        url = self._url(job)
        deliver(Message(ASKING_AGAIN).forms(), url.replace)
        deliver(self._message(job, self.aggregator.ask_now(job.request)).forms(), url.replace)

    def share(self, job: Job) -> None:
        """Show a new answer to the whole channel, with who shared it.

        If Slack does not confirm the post, it may be there all the same. A retry could show it twice, so the person is
        asked to look.
        """
        url = self._url(job)
        summary = self._ask_patiently(job)
        if summary is None:
            self.tell(job, f"{NOTHING_SHARED} {no_answer_text(job.correlation_id, self.settings.contact)}")
            return
        person = mention(job.user_id) or escape(job.user_id)
        forms = render_shared(Answer(summary, job.request, self.settings.names), person).forms()
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

    def _ask_patiently(self, job: Job) -> BalanceSummary | None:
        """Ask, and tell the person once if there is no answer after four seconds.

        Both messages are sent from this thread, one after the other, so "still waiting" cannot follow the answer.
        """
        with ThreadPoolExecutor(max_workers=1) as executor:
            asked = executor.submit(self.aggregator.ask_now, job.request)
            if not self.wait(asked, _PATIENCE_SECONDS):
                # The answer may still get through.
                self._tell_if_possible(job, STILL_WAITING)
            return asked.result()

    def _message(self, job: Job, summary: BalanceSummary | None) -> Message:
        if summary is None:
            text = no_answer_text(job.correlation_id, self.settings.contact)
            return Message(text, (*sections(text.split("\n")), retry_button(words_of(job.request))))
        answer = Answer(summary, job.request, self.settings.names, self.settings.contact, job.ignored)
        return render(answer, can_share=self.settings.policy.may_share(job.channel_id or ""))

    def _url(self, job: Job) -> ResponseUrl:
        return ResponseUrl(job.response_url or "", self.settings.slack.response_url_origin)
