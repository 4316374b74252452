"""The app's Home tab, which stays as it was published until it is published again."""

import os
from collections.abc import Callable

from balance_core.observability import logger
from balance_core.secrets import required_setting
from balance_slack.access import AccessPolicy
from balance_slack.aggregator import Aggregator
from balance_slack.block_kit import View
from balance_slack.contact import contact_from
from balance_slack.delivery import BlocksRefusedError
from balance_slack.home import asking_view, home_view, notice_view, retry_view
from balance_slack.job import Job
from balance_slack.names import read_names
from balance_slack.notices import ASKING, not_shown_text
from balance_slack.replies import no_answer_text
from balance_slack.web_api import WebApi


class Tab:
    """`web_api` reads the bot token.

    Everything raises DeliveryError and ProviderError, also for a person who is gone and while the Home tab is switched
    off: a tab needs no press, so Lambda's retry can still fill it, and what it cannot fill is for the operator to see.
    """

    def __init__(self, aggregator: Aggregator, web_api: Callable[[], WebApi]) -> None:
        self._aggregator = aggregator
        self._web_api = web_api

    def show(self, job: Job) -> None:
        """Say that the providers are asked, then show what they answered, or that there is no answer."""
        web_api = self._web_api()
        web_api.publish_view(job.user_id, asking_view(ASKING))
        try:
            web_api.publish_view(job.user_id, self._answer(job))
        except BlocksRefusedError as exc:
            logger.error(f"shown as a notice: {exc}")
            web_api.publish_view(job.user_id, retry_view(not_shown_text(job.correlation_id, contact_from(os.environ))))

    def notify(self, job: Job, text: str) -> None:
        """Show a notice (mrkdwn) in the place of everything else."""
        self._web_api().publish_view(job.user_id, notice_view(text))

    def _answer(self, job: Job) -> View:
        summary = self._aggregator.ask_for_somebody(job.request)
        if summary is None:
            return retry_view(no_answer_text(job.correlation_id, contact_from(os.environ)))
        names = read_names(required_setting("PROVIDERS"))
        return home_view(
            summary, names, job.correlation_id, AccessPolicy.from_settings(os.environ), contact_from(os.environ)
        )
