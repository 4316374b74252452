"""The app's Home tab, which stays as it was published until it is published again."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient

from balance_core.observability import logger
from balance_slack.job import Job
from balance_slack.reporter.asking import Asker
from balance_slack.reporter.slack import BlocksRefusedError, delivery_errors
from balance_slack.reporter.watched import WatchedRules
from balance_slack.settings import ReporterSettings
from balance_slack.view.blocks import View
from balance_slack.view.home import home_view, notice_view, retry_view
from balance_slack.view.texts import ASKING, no_answer_text, not_shown_text

# The watch has usually answered long before the providers.
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class HomeTab:
    """`web_client` reads the bot token.

    Every method raises DeliveryError, also for a person who left and while the Home tab is switched off: Lambda's retry
    can still fill the tab, and the operator sees what it cannot fill. A view has no `hash`, so the last one wins.
    """

    settings: ReporterSettings
    asker: Asker
    watched: WatchedRules
    web_client: Callable[[], WebClient]

    def show(self, job: Job) -> None:
        """Show that the providers are being asked, then their answer, or that there is none; and the rules' states."""
        self._publish(job, notice_view(ASKING))
        try:
            self._publish(job, self._view(job))
        except BlocksRefusedError as exc:
            logger.error(f"shown as a notice: {exc}")
            self._publish(job, retry_view(not_shown_text(job.correlation_id, self.settings.contact)))

    def show_notice(self, job: Job, text: str) -> None:
        """Replace the whole tab with `text` (mrkdwn)."""
        self._publish(job, notice_view(text))

    def _publish(self, job: Job, view: View) -> None:
        client = self.web_client()
        with delivery_errors():
            client.views_publish(user_id=job.user_id, view=view)

    def _view(self, job: Job) -> View:
        begun = self.watched.begin()
        answer = self.asker.ask(job)
        rules = self.watched.in_time(begun, _PATIENCE_SECONDS)
        if answer is None:
            return retry_view(no_answer_text(job.correlation_id, self.settings.contact), rules)
        return home_view(self.asker.keep(answer, job.user_id), self.settings.policy, rules)
