"""The digest after a scheduled snapshot: one message in each channel.

Each channel gets one digest for each firing of the schedule (`IdempotencyTable.once`), so a retry posts only what is
missing. A post can come twice only if its confirmation or its mark was lost.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import Struct
from slack_sdk import WebClient

from balance_core.contract import BalancesCollected
from balance_core.currencies import RELATED, may_be_asked
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Balance, BalanceSummary, Notice, NoticeKind
from balance_core.observability import logger
from balance_core.question import Question
from balance_slack.reporter.answers import Aggregator
from balance_slack.reporter.idempotency import IdempotencyError, IdempotencyTable
from balance_slack.reporter.slack import DeliveryError, deliver, delivery_errors
from balance_slack.settings import ReporterSettings
from balance_slack.view.answer import Answer
from balance_slack.view.message import Message, render_digest

_ENTRY = re.compile(r"\s*([CG][A-Z0-9]{1,20})(?::([A-Z0-9]{3,10}(?:\+[A-Z0-9]{3,10})*))?\s*")
_MAX_QUOTED_CHARACTERS = 60
# Slack must not add links, mentions or previews, even if only the text is posted.
_QUIET: Mapping[str, Any] = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}


class SnapshotEvent(Struct, frozen=True):
    """EventBridge's envelope of BalancesCollected. Its `id` is not read: the same snapshot may come under several."""

    source: Literal["balance-bot"]
    detail: BalancesCollected
    detail_type: Literal["BalancesCollected"] = msgspec.field(name="detail-type")


@dataclass(frozen=True, slots=True)
class DigestChannel:
    """A channel and the currencies of its digest, in alphabetical order; none means all."""

    channel_id: str
    currencies: tuple[str, ...] = ()


def read_digest_channels(setting: str) -> tuple[DigestChannel, ...]:
    """The channels in DIGEST_CHANNELS, such as `C0123ABCD:USD+AED,C0456EFGH`, in their order.

    The template checks the form, but knows no currencies. Raises ProviderError (configuration) that names the parameter
    and the entry, for a malformed entry, an unknown code, and a channel that is listed twice.
    """
    if not setting.strip():
        return ()
    channels: dict[str, DigestChannel] = {}
    for entry in setting.split(","):
        channel = _read_entry(entry)
        if channel.channel_id in channels:
            raise _error(entry, "names a channel a second time: write its currencies in one entry")
        channels[channel.channel_id] = channel
    return tuple(channels.values())


def question_for(channels: Sequence[DigestChannel], correlation_id: str) -> Question:
    """One question for all channels. Zeros are needed if a channel names currencies."""
    named = tuple(sorted({currency for channel in channels for currency in channel.currencies}))
    return Question(
        currencies=named if named and all(channel.currencies for channel in channels) else None,
        include_zero=bool(named),
        correlation_id=correlation_id,
    )


def narrow(summary: BalanceSummary, currencies: Collection[str]) -> BalanceSummary:
    """What the answer, which includes zeros, says about these currencies; without any, everything that is not zero.

    A named currency in which everything is zero is shown as zero, so that readers know it was read. Other zeros are
    left out. A failure or notice without a currency concerns all of them. A provider that says nothing about the named
    currencies is left out: the question was about other currencies too, so it may not have been asked about these.
    """
    held = {each.currency for report in summary.reports for each in report.balances if not each.is_zero}
    wanted = set(currencies) or held

    def is_shown(balance: Balance) -> bool:
        return balance.currency in wanted and not (balance.is_zero and balance.currency in held)

    reports = (replace(report, balances=tuple(filter(is_shown, report.balances))) for report in summary.reports)
    failures = (each for each in summary.failures if each.currency in (None, *currencies))
    return replace(
        summary,
        totals=tuple(total for total in summary.totals if total.currency in wanted),
        reports=tuple(report for report in reports if report.balances or not currencies),
        failures=tuple(failures) if currencies else summary.failures,
        notices=tuple(each for each in summary.notices if _is_about(each, wanted, has_names=bool(currencies))),
    )


@dataclass(frozen=True, slots=True)
class Digest:
    """`web_client` reads the bot token."""

    settings: ReporterSettings
    idempotency: IdempotencyTable
    aggregator: Aggregator
    web_client: Callable[[], WebClient]

    def post(self, event: SnapshotEvent) -> None:
        """Post what is still missing of the snapshot's digest, with one question for all channels.

        Raises AggregatorError, ProviderError for a wrong setting or secret, and DeliveryError with the channels
        that failed, after all were tried.
        """
        channels = read_digest_channels(self.settings.digest_channels)
        if not channels:
            logger.info("no digest: DIGEST_CHANNELS is empty")
            return
        # The token first: without it, there is no need to ask anybody.
        client = self.web_client()
        # Asked only when something is missing.
        posts = cache(lambda: self._render(channels, event.detail.correlation_id))
        failed: dict[str, DeliveryError | IdempotencyError] = {}
        for channel in channels:
            try:
                self._post(channel, f"{event.detail.repeat_key} {channel.channel_id}", posts, client)
            except (DeliveryError, IdempotencyError) as exc:
                logger.error(f"digest for {channel.channel_id}: {exc}")
                failed[channel.channel_id] = exc
        if failed:
            raise _incomplete(failed)
        logger.info("digest posted", channels=len(channels))

    def _render(self, channels: Sequence[DigestChannel], correlation_id: str) -> Mapping[DigestChannel, Message]:
        summary = self.aggregator.ask(question_for(channels, correlation_id))
        posts = {}
        for channel in channels:
            question = Question(currencies=channel.currencies or None, correlation_id=correlation_id)
            answer = Answer(narrow(summary, channel.currencies), question, self.settings.names)
            # Where nobody may ask, every press of the button would be refused.
            has_details = self.settings.policy.may_ask(channel.channel_id)
            posts[channel] = render_digest(answer, has_details=has_details)
        return posts

    def _post(
        self,
        channel: DigestChannel,
        key: str,
        posts: Callable[[], Mapping[DigestChannel, Message]],
        client: WebClient,
    ) -> None:
        def post(fields: Mapping[str, Any]) -> str:
            with delivery_errors():
                answer = client.chat_postMessage(channel=channel.channel_id, **_QUIET, **fields)
            return str(answer["ts"])

        self.idempotency.once("digest", key, lambda: deliver(posts()[channel].forms(), post))


def _incomplete(failed: Mapping[str, DeliveryError | IdempotencyError]) -> DeliveryError:
    reasons = "; ".join(f"{channel_id}: {exc}" for channel_id, exc in failed.items())
    # A refused token fails every channel.
    code = next((exc.code for exc in failed.values() if isinstance(exc, DeliveryError)), "")
    return DeliveryError(f"the digest is missing in some channels: {reasons}", code)


def _is_about(notice: Notice, currencies: Collection[str], *, has_names: bool) -> bool:
    """Whether a channel that shows `currencies` needs the notice; `has_names` is False where it did not name them."""
    if notice.kind is NoticeKind.NOT_ISO_4217 and notice.provider is None:
        return notice.currency in currencies
    related = RELATED.get(notice.currency or "", ()) if notice.kind is NoticeKind.RELATED_CURRENCY else ()
    return not has_names or not set(currencies).isdisjoint((notice.currency, *related)) or notice.currency is None


def _read_entry(entry: str) -> DigestChannel:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise _error(entry, "is neither a channel such as C0123ABCD nor one with currencies such as C0123ABCD:USD+AED")
    currencies = tuple(sorted(set(match[2].split("+")))) if match[2] else ()
    if unknown := [code for code in currencies if not may_be_asked(code)]:
        raise _error(entry, f"names unknown currency codes: {', '.join(unknown)}")
    return DigestChannel(match[1], currencies)


def _error(entry: str, problem: str) -> ProviderError:
    place = f"template parameter DigestChannels, entry '{entry.strip()[:_MAX_QUOTED_CHARACTERS]}'"
    return ProviderError(ErrorKind.CONFIGURATION, f"{place} {problem}. No digest was posted")
