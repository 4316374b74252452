"""The modals that a button opens: an answer's details, the help, and a notice for a person on the Home tab.

A press can open a modal for three seconds only, so the modal is opened first and filled afterwards. If it does not
open, a retry a minute later cannot help: the person is asked to press again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient

from balance_core.errors import ProviderError
from balance_core.history.items import HistoryError
from balance_core.observability import logger, report_unavailable
from balance_slack.job import Job
from balance_slack.reporter.answers import Answers
from balance_slack.reporter.asking import Asker
from balance_slack.reporter.slack import BlocksRefusedError, DeliveryError, delivery_errors
from balance_slack.settings import ReporterSettings
from balance_slack.view.blocks import View
from balance_slack.view.details import details_view
from balance_slack.view.modals import text_modal
from balance_slack.view.texts import (
    ASKING,
    NOT_KEPT,
    OPENING,
    help_text,
    no_answer_text,
    not_opened_text,
    not_shown_text,
    press_again_text,
)

_CLOSED = "not_found"


@dataclass(frozen=True, slots=True)
class Modals:
    """`web_client` reads the bot token; `answers` reaches the person where no modal opens.

    Every method raises DeliveryError if not even that works.
    """

    settings: ReporterSettings
    asker: Asker
    answers: Answers
    web_client: Callable[[], WebClient]

    def show_details(self, job: Job) -> None:
        """Open the modal, and show every account of the answer above the button; ask again if it was not kept.

        DeliveryError also means that the modal stays unfilled.
        """
        loading = text_modal("Details", OPENING if job.reference else ASKING)
        self.open_and_fill(
            job, loading, lambda: self._details(job), not_shown_text(job.correlation_id, self.settings.contact)
        )

    def open_and_fill(self, job: Job, loading: View, make: Callable[[], View], not_shown: str) -> None:
        """Open `loading`, and show what `make` returns; `not_shown` (mrkdwn) if Slack refuses that.

        DeliveryError also means that the modal stays unfilled.
        """
        view_id = self.open(job, loading)
        if view_id is None:
            self.tell(job, press_again_text(job.correlation_id, self.settings.contact))
            return
        try:
            self.fill(view_id, make())
        except BlocksRefusedError as exc:
            logger.error(f"shown as a notice: {exc}")
            self.fill(view_id, text_modal("Balance Bot", not_shown))

    def _details(self, job: Job) -> View:
        if job.reference is None:
            answer = self.asker.ask(job)
            problem = no_answer_text(job.correlation_id, self.settings.contact)
            return details_view(answer) if answer else text_modal("Balance Bot", problem)
        try:
            kept = self.asker.kept.open(job.reference, [job.user_id, *([job.channel_id] if job.channel_id else [])])
        except HistoryError as exc:
            report_unavailable(f"no details: {exc}")
            return text_modal("Balance Bot", not_opened_text(job.correlation_id, self.settings.contact))
        return details_view(self.asker.seen(kept)) if kept else text_modal("Balance Bot", NOT_KEPT)

    def show_help(self, job: Job) -> None:
        """Open the help."""
        text = help_text(self.settings.names, self.settings.contact)
        if self.open(job, text_modal("Balance Bot: help", text)) is None:
            self.tell(job, text)

    def show_notice(self, job: Job, text: str) -> None:
        """Show `text` (mrkdwn) on the Home tab, where there is no conversation."""
        self.open(job, text_modal("Balance Bot", text))

    def open(self, job: Job, view: View) -> str | None:
        """The id of the open view; None if it did not open."""
        try:
            client = self.web_client()
            with delivery_errors():
                return str(client.views_open(trigger_id=job.trigger_id, view=view)["view"]["id"])
        except (DeliveryError, ProviderError) as exc:
            report_unavailable(f"no modal was opened: {exc}")
            return None

    def fill(self, view_id: str, view: View) -> None:
        """Replace the open view. A modal that was closed meanwhile needs nothing."""
        client = self.web_client()
        try:
            with delivery_errors():
                client.views_update(view_id=view_id, view=view)
        except DeliveryError as exc:
            if exc.code != _CLOSED:
                raise
            logger.info("the modal was closed before the answer came")

    def tell(self, job: Job, text: str) -> None:
        """Tell the person in the conversation, if there is one."""
        if job.response_url:
            self.answers.tell(job, text)
