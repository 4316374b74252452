"""The dialogs that a button opens: an answer's details, help, and a word to somebody on the Home tab.

A press opens a dialog for three seconds only. So it is opened first and filled afterwards, and when that fails nobody
tries it again a minute later: the person is told to press once more.
"""

import os
from collections.abc import Callable

from balance_core.errors import ErrorKind, ProviderError
from balance_core.observability import count_failure, logger
from balance_core.secrets import required_setting
from balance_slack.aggregator import Aggregator
from balance_slack.block_kit import View
from balance_slack.commands import Ask
from balance_slack.contact import contact_from
from balance_slack.conversation import Conversation
from balance_slack.delivery import BlocksRefusedError, DeliveryError
from balance_slack.details import details_view, help_view, loading_view, notice_view
from balance_slack.job import Job
from balance_slack.names import read_names
from balance_slack.notices import ASKING, not_shown_text, press_again_text
from balance_slack.replies import help_text, no_answer_text
from balance_slack.web_api import WebApi

_CLOSED = "not_found"


class Window:
    """`web_api` reads the bot token; `conversation` reaches the person where no dialog opens.

    Everything raises DeliveryError when that cannot be told either, and ProviderError for a missing setting.
    """

    def __init__(self, aggregator: Aggregator, conversation: Conversation, web_api: Callable[[], WebApi]) -> None:
        self._aggregator = aggregator
        self._conversation = conversation
        self._web_api = web_api

    def show_details(self, job: Job) -> None:
        """Open the dialog, ask, and show every account of the answer; DeliveryError also when it cannot be filled."""
        view_id = self._open(job, loading_view(ASKING))
        if view_id is None:
            self._tell(job, press_again_text(job.correlation_id, contact_from(os.environ)))
            return
        summary = self._aggregator.ask_for_somebody(job.request)
        if summary is None:
            self._fill(view_id, notice_view(no_answer_text(job.correlation_id, contact_from(os.environ))))
            return
        names = read_names(required_setting("PROVIDERS"))
        try:
            self._fill(view_id, details_view(summary, names, job.correlation_id, Ask.from_wire(job.request)))
        except BlocksRefusedError as exc:
            logger.error(f"shown as a notice: {exc}")
            self._fill(view_id, notice_view(not_shown_text(job.correlation_id, contact_from(os.environ))))

    def show_help(self, job: Job) -> None:
        """Open the help."""
        text = help_text(read_names(required_setting("PROVIDERS")), contact_from(os.environ))
        if self._open(job, help_view(text)) is None:
            self._tell(job, text)

    def show_notice(self, job: Job, text: str) -> None:
        """Say something where there is no conversation: on the Home tab."""
        self._open(job, notice_view(text))

    def _open(self, job: Job, view: View) -> str | None:
        """The id of the open view; None when it did not open, which Lambda's retry could not mend."""
        try:
            return self._web_api().open_view(job.trigger_id or "", view)
        except (DeliveryError, ProviderError) as exc:
            logger.error(f"no dialog was opened: {exc}")
            count_failure(logger.service, ErrorKind.UNAVAILABLE.value)
            return None

    def _fill(self, view_id: str, view: View) -> None:
        try:
            self._web_api().update_view(view_id, view)
        except DeliveryError as exc:
            if exc.word != _CLOSED:
                raise
            logger.info("the dialog was closed before the answer came")

    def _tell(self, job: Job, text: str) -> None:
        if job.response_url:
            self._conversation.tell(job, text)
