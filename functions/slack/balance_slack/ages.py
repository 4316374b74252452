"""When the figures held, in the reader's own time zone, and how old those are that are not fresh."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from balance_core.models import Balance, BalanceSummary
from balance_slack.mrkdwn import date, escape

_FRESH = timedelta(minutes=15)
_A_DAY_HOURS = 24


def age(as_of: datetime, now: datetime) -> str:
    """`20 min old`; empty for a figure of the last quarter of an hour.

    An old one may be a provider's trouble, or an answer that somebody replays.
    """
    passed = now - as_of
    if passed <= _FRESH:
        return ""
    hours, minutes = divmod(passed // timedelta(minutes=1), 60)
    if hours >= 2 * _A_DAY_HOURS:
        return f"{hours // _A_DAY_HOURS:,} days old"
    return f"{hours} h old" if hours else f"{minutes} min old"


def as_of_words(as_of: datetime, now: datetime, addition: str = "") -> str:
    """`as of <date>`, and `:warning: 20 min old` where that is so, in mrkdwn; `addition` follows the date."""
    old = age(as_of, now)
    return f"as of {date(as_of)}{addition}" + (f" · :warning: {old}" if old else "")


def is_one_minute(balances: Sequence[Balance]) -> bool:
    """Whether Slack, which shows minutes, would show the same time for all of them."""
    times = [balance.as_of for balance in balances]
    return bool(times) and _minute(min(times)) == _minute(max(times))


def as_of_lines(summary: BalanceSummary, names: Mapping[str, str]) -> list[str]:
    """How fresh the figures are, in mrkdwn: one line for each provider, or a single one that holds for all."""
    held: dict[str, list[Balance]] = {}
    for report in summary.reports:
        if report.balances:
            held.setdefault(report.provider, []).extend(report.balances)
    everything = [balance for balances in held.values() for balance in balances]
    if is_one_minute(everything):
        return [_line("All figures", everything, summary.generated_at)]
    return [_line(names.get(provider, provider), balances, summary.generated_at) for provider, balances in held.items()]


def _minute(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


def _line(name: str, balances: Sequence[Balance], now: datetime) -> str:
    addition = "" if is_one_minute(balances) else " or later"
    return f"{escape(name, 60)} {as_of_words(min(balance.as_of for balance in balances), now, addition)}"
