"""The totals of an answer, one line for each currency."""

from balance_core.models import BalanceSummary
from balance_slack.amounts import amounts_line, marked_line
from balance_slack.block_kit import Block, sections
from balance_slack.limits import counted, cut, fits

# Sixty currencies fit.
_ROOM = 5000


def total_sections(summary: BalanceSummary) -> list[Block]:
    """The totals in bold; the marks for pending and frozen money give way where they would cost a currency."""
    lines = [marked_line(total) for total in summary.totals]
    if not fits(lines, _ROOM):
        lines = [marked_line(total, marks=False) for total in summary.totals]
    return sections(_cut(lines) or [_nothing(summary)])


def total_texts(summary: BalanceSummary) -> list[str]:
    """The same for a notification, which shows no formatting."""
    lines = [f"Total {total.currency}: {amounts_line(total)}" for total in summary.totals]
    return _cut(lines) or [_nothing(summary)]


def _nothing(summary: BalanceSummary) -> str:
    return "No balance could be read." if summary.is_partial else "No balance other than zero."


def _cut(lines: list[str]) -> list[str]:
    return cut(lines, _ROOM, lambda left: f"… and {counted(left, 'more currency', 'more currencies')}: ask for one.")
