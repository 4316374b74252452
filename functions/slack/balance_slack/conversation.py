"""The answers in a conversation: to a command, refreshed by its reader, or shared with the channel."""

import os
from collections.abc import Callable
from datetime import datetime

from balance_core.secrets import required_setting
from balance_slack.access import AccessPolicy
from balance_slack.aggregator import Aggregator
from balance_slack.block_kit import sections
from balance_slack.blocks import Message, render
from balance_slack.buttons import answer_actions, details_only, refresh_only
from balance_slack.commands import Ask
from balance_slack.contact import contact_from
from balance_slack.delivery import deliver
from balance_slack.job import Job
from balance_slack.mrkdwn import date, escape, mention
from balance_slack.names import read_names
from balance_slack.notes import asked_note
from balance_slack.notices import ASKING_AGAIN, NOTHING_SHARED, SHARING
from balance_slack.replies import no_answer_text
from balance_slack.response_url import ResponseUrl

_RESPONSE_URL_ORIGIN = "https://hooks.slack.com"


class Conversation:
    """Speaks through the job's response_url. `now` gives aware UTC.

    Everything raises DeliveryError, and ProviderError (configuration) for a missing setting. No answer of the
    aggregator is told to the person and raises nothing.
    """

    def __init__(self, aggregator: Aggregator, now: Callable[[], datetime]) -> None:
        self._aggregator = aggregator
        self._now = now

    def answer(self, job: Job) -> None:
        """Answer a command, for the person who asked only."""
        url = _url(job)
        deliver(self._answer(job), url.answer)

    def refresh(self, job: Job) -> None:
        """Put a new answer in the place of the old one, and meanwhile say that it is coming."""
        url = _url(job)
        deliver(Message(ASKING_AGAIN), url.replace)
        deliver(self._answer(job), url.replace)

    def share(self, job: Job) -> None:
        """Show a new answer to everybody in the channel, with who shared it, when, and what the question was.

        Meanwhile the person is told that it is coming: nothing else shows that the press arrived.
        """
        url = _url(job)
        self.tell(job, SHARING)
        summary = self._aggregator.ask_for_somebody(job.request)
        if summary is None:
            self.tell(job, f"{NOTHING_SHARED} {no_answer_text(job.correlation_id, contact_from(os.environ))}")
            return
        names = read_names(required_setting("PROVIDERS"))
        ask = Ask.from_wire(job.request)
        actions, note = details_only(ask.words()), self._shared_note(job, ask)
        message = render(summary, names, job.correlation_id, actions=actions, note=note, currencies=ask.currencies)
        deliver(message, url.share)

    def tell(self, job: Job, text: str) -> None:
        """Say something (mrkdwn) to the person only, in a message of its own."""
        deliver(Message(text), _url(job).answer)

    def _shared_note(self, job: Job, ask: Ask) -> str:
        """Who shows it, when, and about what."""
        who = mention(job.user_id) or escape(job.user_id, 60)
        return f"Shared by {who} {date(self._now())} · asked: {asked_note(ask)}"

    def _answer(self, job: Job) -> Message:
        ask = Ask.from_wire(job.request)
        contact = contact_from(os.environ)
        summary = self._aggregator.ask_for_somebody(job.request)
        if summary is None:
            text = no_answer_text(job.correlation_id, contact)
            return Message(text, (*sections([text]), refresh_only(ask.words())))
        names = read_names(required_setting("PROVIDERS"))
        can_share = AccessPolicy.from_settings(os.environ).may_share(job.channel_id or "")
        actions = answer_actions(ask.words(), can_share)
        return render(summary, names, job.correlation_id, actions=actions, currencies=ask.currencies, contact=contact)


def _url(job: Job) -> ResponseUrl:
    return ResponseUrl(job.response_url or "", os.environ.get("SLACK_RESPONSE_URL_ORIGIN", _RESPONSE_URL_ORIGIN))
