"""The totals of an answer, one line for each currency."""

from functools import partial

from balance_core.models import BalanceSummary, BalanceTotal
from balance_slack.accounts import unread_places, zero_words
from balance_slack.amounts import amounts_line, marked_line
from balance_slack.block_kit import Block, sections
from balance_slack.limits import Lines, counted, cut, fitting

# Sixty currencies fit.
_ROOM = 5000


def total_sections(summary: BalanceSummary) -> list[Block]:
    """The totals in bold; the marks for pending and frozen money give way where they would cost a currency."""
    lines = fitting(Lines(marked_line, summary.totals), _ROOM)
    if len(lines) < len(summary.totals):
        lines = _cut(Lines(partial(marked_line, marks=False), summary.totals))
    return sections(lines or [_nothing(summary)])


def total_texts(summary: BalanceSummary) -> list[str]:
    """The same for a notification, which shows no formatting."""
    return _cut(Lines(_total_text, summary.totals)) or [_nothing(summary)]


def _total_text(total: BalanceTotal) -> str:
    return f"Total {total.currency}: {amounts_line(total)}"


def _nothing(summary: BalanceSummary) -> str:
    if not summary.reports:
        return "No balance could be read." if summary.is_partial else "There is no balance to show."
    return f"{zero_words(bool(unread_places(summary))).capitalize()}."


def _cut(lines: Lines[BalanceTotal]) -> list[str]:
    return cut(lines, _ROOM, lambda left: f"… and {counted(left, 'more currency', 'more currencies')}: ask for one.")
