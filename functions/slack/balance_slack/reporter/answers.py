"""The answers in a conversation: to a command, refreshed, or shared with the channel."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from balance_core.history.items import HistoryError
from balance_core.observability import logger, report_unavailable
from balance_slack.commands import words_of
from balance_slack.job import Job
from balance_slack.reporter.asking import Asker
from balance_slack.reporter.background import Wait
from balance_slack.reporter.kept_answers import KeptAnswer
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
    shared_again_text,
    shared_text,
)

# A person who has read nothing for so long believes that the question was lost.
_PATIENCE_SECONDS = 4.0
# An older answer is asked again before a channel reads it.
_SHARED_AS_SEEN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers through the job's response_url, which takes five messages; an answer uses at most four.

    Every method raises DeliveryError. If the aggregator gives no answer, the person is told. `now` gives aware UTC.
    """

    settings: ReporterSettings
    asker: Asker
    wait: Wait
    now: Callable[[], datetime]

    def answer(self, job: Job) -> None:
        """Answer a command, for the person who asked only; if that takes long, say first that it does."""
        url = self._url(job)
        deliver(self._message(job, self._ask_patiently(job)).forms(), url.answer)

    def refresh(self, job: Job) -> None:
        """Replace the old answer with "asking again", then with the new answer."""
        url = self._url(job)
        deliver(Message(ASKING_AGAIN).forms(), url.replace)
        deliver(self._message(job, self.asker.ask(job)).forms(), url.replace)

    def share(self, job: Job) -> None:
        """Show the answer that the person saw to the whole channel, with who shared it; ask again if it is old.

        If Slack does not confirm the post, it may be there all the same. A retry could show it twice, so the person is
        asked to look.
        """
        url = self._url(job)
        message = self._message_to_share(job)
        if message is None:
            self.tell(job, f"{NOTHING_SHARED} {no_answer_text(job.correlation_id, self.settings.contact)}")
            return
        try:
            deliver(message.forms(), url.share)
        except DeliveryError as exc:
            if exc.is_refusal:
                raise
            report_unavailable(f"nobody knows whether the answer was shared: {exc}")
            self._tell_if_possible(job, maybe_shared_text(job.correlation_id, self.settings.contact))

    def tell(self, job: Job, text: str) -> None:
        """Send the person a message of its own with `text` (mrkdwn)."""
        self.show(job, Message(text))

    def show(self, job: Job, message: Message) -> None:
        """Send the person a message of its own."""
        deliver(message.forms(), self._url(job).answer)

    def replace(self, job: Job, message: Message) -> None:
        """Replace the message whose button was pressed."""
        deliver(message.forms(), self._url(job).replace)

    def _message_to_share(self, job: Job) -> Message | None:
        person, channel_id = mention(job.user_id) or escape(job.user_id), job.channel_id or ""
        if kept := self._kept(job):
            is_open = self.asker.kept.open_for(job.reference or "", job.user_id, channel_id)
            return render_shared(self.asker.seen(kept, is_kept=is_open, is_public=True), shared_text(person))
        answer = self._ask_patiently(job)
        if answer is None:
            return None
        note = shared_again_text(person) if job.reference else shared_text(person)
        return render_shared(self.asker.keep(answer.public(), channel_id), note)

    def _kept(self, job: Job) -> KeptAnswer | None:
        """The answer above the button, if it is not older than five minutes."""
        if job.reference is None:
            return None
        try:
            kept = self.asker.kept.open(job.reference, [job.user_id])
        except HistoryError as exc:
            report_unavailable(f"asked again: {exc}")
            return None
        return kept if kept and self.now() - kept.saved_at <= _SHARED_AS_SEEN else None

    def _tell_if_possible(self, job: Job, text: str) -> None:
        try:
            self.tell(job, text)
        except DeliveryError as exc:
            logger.error(f"the person could not be told: {exc}")

    def _ask_patiently(self, job: Job) -> Answer | None:
        """Ask, and tell the person once if there is no answer after four seconds.

        Both messages are sent from this thread, one after the other, so "still waiting" cannot follow the answer.
        """
        with ThreadPoolExecutor(max_workers=1) as executor:
            asked = executor.submit(self.asker.ask, job)
            if not self.wait(asked, _PATIENCE_SECONDS):
                # The answer may still get through.
                self._tell_if_possible(job, STILL_WAITING)
            return asked.result()

    def _message(self, job: Job, answer: Answer | None) -> Message:
        """The answer, which is kept first: its buttons say under which reference."""
        if answer is None:
            text = no_answer_text(job.correlation_id, self.settings.contact)
            return Message(text, (*sections(text.split("\n")), retry_button(words_of(job.request))))
        can_share = self.settings.policy.may_share(job.channel_id or "")
        return render(self.asker.keep(answer, job.user_id), can_share=can_share)

    def _url(self, job: Job) -> ResponseUrl:
        return ResponseUrl(job.response_url or "", self.settings.slack.response_url_origin)
