"""The digest in its channels: the totals, and the accounts in their thread.

What Slack has confirmed is noted in the event's claim, with the message's `ts`: Lambda's retry posts only what is
missing, and into the right thread. Only a post whose confirmation, or whose note, was lost on its way can come twice.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from balance_core.observability import logger
from balance_core.secrets import required_setting
from balance_slack.access import AccessPolicy
from balance_slack.aggregator import Aggregator
from balance_slack.announcement import Announcement
from balance_slack.blocks import Message
from balance_slack.claims import ClaimError, Claims
from balance_slack.commands import Ask
from balance_slack.delivery import DeliveryError, deliver
from balance_slack.digest import render_digest
from balance_slack.digest_channels import DigestChannel, ask_for, narrow, read_digest_channels
from balance_slack.names import read_names
from balance_slack.web_api import WebApi

# The totals, and the accounts if there are any.
_Digest = tuple[Message, Message | None]


class DigestPost:
    """`web_api` reads the bot token; `now` gives aware UTC."""

    def __init__(
        self, claims: Claims, aggregator: Aggregator, web_api: Callable[[], WebApi], now: Callable[[], datetime]
    ) -> None:
        self._claims = claims
        self._aggregator = aggregator
        self._web_api = web_api
        self._now = now

    def post(self, announcement: Announcement, request_id: str) -> None:
        """Post to every channel in DIGEST_CHANNELS that misses something of this event's digest, asking once for all.

        Raises ClaimError, AggregatorError, ProviderError for a missing or wrong setting or secret, and, when all
        channels were tried, DeliveryError that names those that still miss something.
        """
        channels = read_digest_channels(os.environ.get("DIGEST_CHANNELS", ""))
        if not channels:
            logger.info("no digest: DIGEST_CHANNELS is empty")
            return
        noted = self._claims.claim(announcement.event_id, request_id, self._now())
        if noted is None:
            logger.warning("no digest: another invocation has posted it")
            return
        posted = _Posted(self._claims, announcement.event_id, request_id, noted)
        missing = [channel for channel in channels if not posted.has_all(channel)]
        if missing:
            # The token first: while it is missing, nobody needs to be asked.
            web_api = self._web_api()
            digests = self._digests(missing, announcement.correlation_id)
            self._post_all(digests, web_api, posted)
        logger.info("digest posted", channels=len(missing))

    def _digests(self, channels: Sequence[DigestChannel], correlation_id: str) -> dict[DigestChannel, _Digest]:
        names = read_names(required_setting("PROVIDERS"))
        access = AccessPolicy.from_settings(os.environ)
        summary = self._aggregator.ask(ask_for(channels).to_wire(correlation_id))
        return {
            channel: render_digest(
                narrow(summary, channel.currencies),
                names,
                correlation_id,
                channel.heading,
                # Where nobody may ask, every press of the button would be refused.
                Ask(channel.currencies).words() if access.may_ask(channel.channel_id) else None,
                currencies=channel.currencies,
            )
            for channel in channels
        }

    def _post_all(self, digests: Mapping[DigestChannel, _Digest], web_api: WebApi, posted: "_Posted") -> None:
        failed: dict[str, DeliveryError] = {}
        for channel, digest in digests.items():
            try:
                self._post_to(channel, digest, web_api, posted)
            except DeliveryError as exc:
                logger.error(f"digest for {channel.channel_id}: {exc}")
                failed[channel.channel_id] = exc
        if failed:
            reasons = "; ".join(f"{channel_id}: {exc}" for channel_id, exc in failed.items())
            raise DeliveryError(f"the digest did not reach everybody: {reasons}") from next(iter(failed.values()))

    def _post_to(self, channel: DigestChannel, digest: _Digest, web_api: WebApi, posted: "_Posted") -> None:
        totals, accounts = digest
        ts = posted.ts(channel)
        if not ts:
            ts = deliver(totals, lambda fields: web_api.post_message(channel.channel_id, fields))
            posted.keep(channel, ts, self._now())
        if accounts:
            deliver(accounts, lambda fields: web_api.post_message(channel.channel_id, fields, thread_ts=ts))
        posted.complete(channel, self._now())


class _Posted:
    """What the channels got, kept in the claim `key` of `claimed_by`: the totals' `ts`, and whether that was all."""

    def __init__(self, claims: Claims, key: str, claimed_by: str, noted: Mapping[str, str]) -> None:
        self._claims, self._key, self._claimed_by = claims, key, claimed_by
        self._noted = dict(noted)

    def ts(self, channel: DigestChannel) -> str | None:
        return self._noted.get(channel.channel_id)

    def has_all(self, channel: DigestChannel) -> bool:
        return _whole(channel) in self._noted

    def keep(self, channel: DigestChannel, ts: str, now: datetime) -> None:
        self._note(channel.channel_id, ts, now)

    def complete(self, channel: DigestChannel, now: datetime) -> None:
        self._note(_whole(channel), "posted", now)

    def _note(self, name: str, value: str, now: datetime) -> None:
        self._noted[name] = value
        try:
            self._claims.note(self._key, self._claimed_by, self._noted, now)
        except ClaimError as exc:
            # The post is there; raised, this alone would make Lambda post it again.
            logger.error(f"a retry would post the digest again: {exc}")


def _whole(channel: DigestChannel) -> str:
    return f"{channel.channel_id}/accounts"
