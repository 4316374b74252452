"""Lambda handler that answers: a command, a pressed button, an opened Home tab, and a collected snapshot with a digest.

Every event is asynchronous. What raises here is tried again by Lambda and ends at the failure destination.
"""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.observability import lambda_handler, logger
from balance_core.secrets import SecretStore, required_setting
from balance_slack.aggregator import Aggregator
from balance_slack.announcement import is_announcement, read_announcement
from balance_slack.claims import Claims
from balance_slack.conversation import Conversation
from balance_slack.digest_post import DigestPost
from balance_slack.job import Job, JobKind, read_job
from balance_slack.notices import wait_text, wait_to_share_text
from balance_slack.pauses import wait_seconds
from balance_slack.tab import Tab
from balance_slack.web_api import WebApi
from balance_slack.window import Window

_SLACK_API_URL = "https://slack.com/api/"


class Reporter:
    """Keeps clients and the bot token across warm invocations. `now` gives aware UTC."""

    def __init__(
        self,
        claims: Claims | None = None,
        aggregator: Aggregator | None = None,
        secrets: SecretStore | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._claims = claims or Claims()
        self._secrets = secrets or SecretStore()
        self._now = now
        aggregator = aggregator or Aggregator()
        self._conversation = Conversation(aggregator, now)
        self._window = Window(aggregator, self._conversation, self._web_api)
        self._tab = Tab(aggregator, self._web_api)
        self._digest = DigestPost(self._claims, aggregator, self._web_api, now)
        self._work: Mapping[JobKind, Callable[[Job], None]] = {
            JobKind.ANSWER: self._conversation.answer,
            JobKind.REFRESH: self._conversation.refresh,
            JobKind.SHARE: self._conversation.share,
            JobKind.DETAILS: self._window.show_details,
            JobKind.HELP: self._window.show_help,
            JobKind.HOME: self._tab.show,
            JobKind.HOME_REFRESH: self._tab.show,
            JobKind.NOTICE: self._deliver_notice,
        }

    def report(self, event: object, request_id: str) -> None:
        """Do a job or post the digest of an announcement, once; `request_id` is Lambda's, the same in its retries.

        Raises WireError for any other event, ClaimError, DeliveryError, for a digest also AggregatorError, and
        ProviderError for a missing setting or secret.
        """
        if is_announcement(event):
            announcement = read_announcement(event)
            logger.set_correlation_id(announcement.correlation_id)
            self._digest.post(announcement, request_id)
        else:
            self._do(read_job(event), request_id)

    def _do(self, job: Job, request_id: str) -> None:
        logger.set_correlation_id(job.correlation_id)
        if self._claims.claim(job.request_key, request_id, self._now()) is None:
            logger.warning("not answered: another invocation has answered this request already")
            return
        seconds = wait_seconds(job, self._claims, request_id, self._now())
        if seconds:
            self._ask_to_wait(job, seconds)
        else:
            self._work[job.kind](job)
        logger.info("job done", kind=job.kind.value, paused=bool(seconds))

    def _ask_to_wait(self, job: Job, seconds: int) -> None:
        # Who merely opened the Home tab has not asked for anything, and sees what was published last.
        if job.kind is JobKind.REFRESH:
            self._conversation.tell(job, wait_text(seconds))
        elif job.kind is JobKind.SHARE:
            self._conversation.tell(job, wait_to_share_text(seconds))
        elif job.kind is JobKind.HOME_REFRESH:
            self._window.show_notice(job, wait_text(seconds))

    def _deliver_notice(self, job: Job) -> None:
        text = job.notice or ""
        if job.response_url:
            self._conversation.tell(job, text)
        else:
            self._tab.notify(job, text)

    def _web_api(self) -> WebApi:
        secret = self._secrets.get(required_setting("BOT_TOKEN_SECRET_NAME"))
        return WebApi(secret, os.environ.get("SLACK_API_URL", _SLACK_API_URL))


_reporter = Reporter()


@lambda_handler
def handler(event: Any, context: LambdaContext) -> None:
    """Lambda's entry point."""
    _reporter.report(event, context.aws_request_id)
