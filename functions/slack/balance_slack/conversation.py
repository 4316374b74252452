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
from balance_slack.mrkdwn import code, date, escape, mention
from balance_slack.names import read_names
from balance_slack.notices import ASKING_AGAIN, NOTHING_SHARED, SHARING
from balance_slack.replies import no_answer_text
from balance_slack.response_url import ResponseUrl

_RESPONSE_URL_ORIGIN = "https://hooks.slack.com"
# Sixty currencies fit; more end in `…`.
_MOST_ASKED_CHARACTERS = 300


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
        actions = details_only(_words(job))
        deliver(render(summary, names, job.correlation_id, actions=actions, note=self._shared_note(job)), url.share)

    def tell(self, job: Job, text: str) -> None:
        """Say something (mrkdwn) to the person only, in a message of its own."""
        deliver(Message(text), _url(job).answer)

    def _shared_note(self, job: Job) -> str:
        """Who shows it, when, and about what: without that, one provider's money reads as all there is."""
        asked = code(f"/balance {_words(job)}".strip(), _MOST_ASKED_CHARACTERS)
        return f"Shared by {mention(job.user_id) or escape(job.user_id, 60)} {date(self._now())} · asked: {asked}"

    def _answer(self, job: Job) -> Message:
        summary = self._aggregator.ask_for_somebody(job.request)
        if summary is None:
            text = no_answer_text(job.correlation_id, contact_from(os.environ))
            return Message(text, (*sections([text]), refresh_only(_words(job))))
        names = read_names(required_setting("PROVIDERS"))
        can_share = AccessPolicy.from_settings(os.environ).may_share(job.channel_id or "")
        return render(summary, names, job.correlation_id, actions=answer_actions(_words(job), can_share))


def _url(job: Job) -> ResponseUrl:
    return ResponseUrl(job.response_url or "", os.environ.get("SLACK_RESPONSE_URL_ORIGIN", _RESPONSE_URL_ORIGIN))


def _words(job: Job) -> str:
    """The question as a button carries it."""
    currencies, providers = (_texts(job.request.get(name)) for name in ("currencies", "providers"))
    return Ask(currencies, providers, include_zero=job.request.get("include_zero") is True).words()


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
