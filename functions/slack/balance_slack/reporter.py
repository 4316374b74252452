"""Lambda handler that answers: a command through its response_url, a collected snapshot with a digest in a channel.

Every event is asynchronous. What raises here is tried again by Lambda and ends at the failure destination.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.errors import ErrorKind, ProviderError
from balance_core.observability import count_failure, lambda_handler, logger
from balance_core.secrets import SecretStore, required_setting
from balance_slack.aggregator import Aggregator, AggregatorError
from balance_slack.announcement import Announcement, is_announcement, read_announcement
from balance_slack.blocks import Message, render
from balance_slack.channel import Channel
from balance_slack.claims import Claims
from balance_slack.commands import Ask
from balance_slack.delivery import deliver
from balance_slack.job import Job, read_job
from balance_slack.names import read_names
from balance_slack.replies import no_answer_text
from balance_slack.response_url import ResponseUrl

_SLACK_API_URL = "https://slack.com/api/"
_RESPONSE_URL_ORIGIN = "https://hooks.slack.com"
_DIGEST_HEADING = "Balances at all providers"


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
        self._aggregator = aggregator or Aggregator()
        self._secrets = secrets or SecretStore()
        self._now = now

    def report(self, event: object, request_id: str) -> None:
        """Answer a job or an announcement, once; `request_id` is Lambda's, the same in each of its retries.

        Raises WireError for any other event, ClaimError, DeliveryError, for a digest also AggregatorError, and
        ProviderError for a missing setting or secret.
        """
        if is_announcement(event):
            self._post_digest(read_announcement(event), request_id)
        else:
            self._answer_command(read_job(event), request_id)

    def _answer_command(self, job: Job, request_id: str) -> None:
        logger.set_correlation_id(job.correlation_id)
        origin = os.environ.get("SLACK_RESPONSE_URL_ORIGIN", _RESPONSE_URL_ORIGIN)
        response_url = ResponseUrl(job.response_url, origin)
        if self._is_mine(job.request_key, request_id):
            deliver(self._message(job), response_url.post)
            logger.info("command answered")

    def _message(self, job: Job) -> Message:
        try:
            summary = self._aggregator.ask(job.request)
        except (AggregatorError, ProviderError) as exc:
            # Somebody waits, so this is answered and not tried again in a minute.
            logger.error(f"no answer for a command: {exc}")
            count_failure(logger.service, ErrorKind.UNAVAILABLE.value)
            return Message(no_answer_text(job.correlation_id))
        return render(summary, read_names(required_setting("PROVIDERS")), job.correlation_id)

    def _post_digest(self, announcement: Announcement, request_id: str) -> None:
        logger.set_correlation_id(announcement.correlation_id)
        channel_id = os.environ.get("DIGEST_CHANNEL_ID", "")
        if not channel_id:
            logger.info("no digest: DIGEST_CHANNEL_ID is empty")
            return
        if self._is_mine(announcement.event_id, request_id):
            summary = self._aggregator.ask(Ask().to_wire(announcement.correlation_id))
            names = read_names(required_setting("PROVIDERS"))
            message = render(summary, names, announcement.correlation_id, heading=_DIGEST_HEADING)
            deliver(message, self._channel(channel_id).post)
            logger.info("digest posted")

    def _is_mine(self, request_key: str, request_id: str) -> bool:
        is_mine = self._claims.claim(request_key, request_id, self._now())
        if not is_mine:
            logger.warning("not answered: another invocation has answered this request already")
        return is_mine

    def _channel(self, channel_id: str) -> Channel:
        token = self._secrets.get(required_setting("BOT_TOKEN_SECRET_NAME")).text("bot_token").strip()
        return Channel(channel_id, token, os.environ.get("SLACK_API_URL", _SLACK_API_URL))


_reporter = Reporter()


@lambda_handler
def handler(event: Any, context: LambdaContext) -> None:
    """Lambda's entry point."""
    _reporter.report(event, context.aws_request_id)
