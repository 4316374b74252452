"""Which channels get a digest, and about which currencies: the setting DIGEST_CHANNELS, `C0123ABCD:USD+AED,C0456EFGH`.

The template checks the form, but knows no currencies.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Balance, BalanceSummary
from balance_slack.commands import Ask
from balance_slack.names import listed

_ENTRY = re.compile(r"\s*([CG][A-Z0-9]{1,20})(?::([A-Z]{3}(?:\+[A-Z]{3})*))?\s*")
_MOST_QUOTED_CHARACTERS = 60
# What fits the title of a message on a phone.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class DigestChannel:
    """A channel and the currencies that its digest is about, in alphabetical order; none means all."""

    channel_id: str
    currencies: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """What its digest is about: without that, "no balance" in one currency reads as none at all."""
        if not self.currencies:
            return "Balances at all providers"
        many = f"{len(self.currencies)} currencies"
        return f"Balances in {many if len(self.currencies) > _MOST_NAMED else listed(self.currencies)} at all providers"


def read_digest_channels(setting: str) -> tuple[DigestChannel, ...]:
    """The channels in the setting's order; none for an empty setting.

    Raises ProviderError (configuration), which names the template's parameter and the entry, for anything that is not
    in the form above, a currency that ISO 4217 does not have, and a channel that stands there twice.
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


def ask_for(channels: Sequence[DigestChannel]) -> Ask:
    """The one question whose answer serves all the channels; zeros are needed where a channel names currencies."""
    named = tuple(sorted({currency for channel in channels for currency in channel.currencies}))
    return Ask(named if all(channel.currencies for channel in channels) else (), include_zero=bool(named))


def narrow(summary: BalanceSummary, currencies: Collection[str]) -> BalanceSummary:
    """What the answer, which has the zeros, says about these currencies; all that is not zero for none.

    A currency that the channel named and in which all is zero is shown as zero: silence would leave open whether it is
    known. Elsewhere accounts of zero are left out. A failure that is about no single currency concerns all of them. Who
    says nothing about the named currencies is left out: the question was about others too, and it may be that nobody
    asked there about these.
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
    )


def _read_entry(entry: str) -> DigestChannel:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise _error(entry, "is neither a channel such as C0123ABCD nor one with currencies such as C0123ABCD:USD+AED")
    currencies = tuple(sorted(set(match[2].split("+")))) if match[2] else ()
    if unknown := [code for code in currencies if code not in DECIMALS]:
        raise _error(entry, f"names what is no currency of ISO 4217: {', '.join(unknown)}")
    return DigestChannel(match[1], currencies)


def _error(entry: str, problem: str) -> ProviderError:
    shown = entry.strip()[:_MOST_QUOTED_CHARACTERS]
    return ProviderError(
        ErrorKind.CONFIGURATION, f"template parameter DigestChannels, entry '{shown}' {problem}. No digest was posted"
    )
