"""The digest after a scheduled snapshot: one message in each channel.

Each channel gets one digest for each firing of the schedule (`IdempotencyTable.once`), so a retry posts only what is
missing. A post can come twice only if its confirmation or its mark was lost.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Literal

import msgspec
from msgspec import Struct
from slack_sdk import WebClient

from balance_core.contract import BalancesCollected, ContractError, read_summary
from balance_core.currencies import RELATED, may_be_asked
from balance_core.errors import ErrorKind, ProviderError
from balance_core.history.items import HistoryError
from balance_core.history.table import BalancesTable
from balance_core.models import Balance, BalanceSummary, Notice, NoticeKind
from balance_core.observability import logger
from balance_core.question import Question, SnapshotKind
from balance_slack.reporter.asking import Asker
from balance_slack.reporter.idempotency import IdempotencyError, IdempotencyTable
from balance_slack.reporter.slack import DeliveryError, deliver, delivery_errors
from balance_slack.reporter.watched import WatchedRules
from balance_slack.settings import ReporterSettings
from balance_slack.view.answer import Answer
from balance_slack.view.message import Message, missing_digest, render_digest
from balance_slack.view.watched import Watched

_ENTRY = re.compile(r"\s*([CG][A-Z0-9]{1,20})(?::([A-Z0-9]{3,10}(?:\+[A-Z0-9]{3,10})*))?\s*")
_MAX_QUOTED_CHARACTERS = 60
# For the state of the rules, which nobody waits for.
_PATIENCE_SECONDS = 5.0
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
    asker: Asker
    watched: WatchedRules
    balances: BalancesTable
    web_client: Callable[[], WebClient]

    def post(self, event: SnapshotEvent) -> None:
        """Post what is still missing of the snapshot's digest. Nobody is asked: the figures are in the table.

        Raises HistoryError, ProviderError for a wrong setting or secret, and DeliveryError with the channels that
        failed, after all were tried.
        """
        if event.detail.kind is not SnapshotKind.DIGEST:
            logger.info("no digest: the snapshot was taken for the history")
            return
        channels = read_digest_channels(self.settings.digest_channels)
        if not channels:
            logger.info("no digest: DIGEST_CHANNELS is empty")
            return
        client = self.web_client()
        # Read only when something is missing.
        summary = cache(lambda: self._stored_answer(event.detail))
        rules = cache(lambda: self.watched.in_time(self.watched.begin(), _PATIENCE_SECONDS))
        failed: dict[str, DeliveryError | IdempotencyError] = {}
        for channel in channels:
            try:
                make = partial(self._message, channel, event.detail, summary, rules)
                self._post(channel, event.detail.repeat_key, make, client)
            except (DeliveryError, IdempotencyError) as exc:
                logger.error(f"digest for {channel.channel_id}: {exc}")
                failed[channel.channel_id] = exc
        if failed:
            raise _incomplete(failed)
        logger.info("digest posted", channels=len(channels))

    def _stored_answer(self, detail: BalancesCollected) -> BalanceSummary | None:
        """The snapshot's answer with its zeros; None if it could not be stored: an older one is never shown instead."""
        if not detail.stored:
            return None
        header = self.balances.header(detail.day, detail.repeat_key)
        if header is None:
            raise HistoryError("the snapshot of the digest is not in the table, although it was stored")
        try:
            return read_summary(self.balances.answer(detail.day, header))
        except ContractError as exc:
            raise HistoryError(f"the snapshot of the digest cannot be read: {exc}") from exc

    def _post(self, channel: DigestChannel, key: str, make: Callable[[], Message], client: WebClient) -> None:
        def post(fields: Mapping[str, Any]) -> str:
            with delivery_errors():
                answer = client.chat_postMessage(channel=channel.channel_id, **_QUIET, **fields)
            return str(answer["ts"])

        self.idempotency.once("digest", f"{key} {channel.channel_id}", lambda: deliver(make().forms(), post))

    def _message(
        self,
        channel: DigestChannel,
        detail: BalancesCollected,
        stored: Callable[[], BalanceSummary | None],
        read_rules: Callable[[], Sequence[Watched] | None],
    ) -> Message:
        question = Question(currencies=channel.currencies or None, correlation_id=detail.correlation_id)
        summary, rules = stored(), read_rules()
        if rules is not None:
            rules = [each for each in rules if each.concerns(channel.currencies)]
        if summary is None:
            return missing_digest(question, rules)
        change = self.asker.compare(summary, question, self.asker.yesterday.begin(question, summary.generated_at))
        answer = Answer(narrow(summary, channel.currencies), question, self.settings.names, change=change)
        # Where nobody may ask, every press of the button would be refused.
        has_details = self.settings.policy.may_ask(channel.channel_id)
        return render_digest(self.asker.keep(answer, channel.channel_id), has_details=has_details, rules=rules)


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
