"""The totals of an answer, one line for each currency."""

from collections.abc import Sequence
from functools import partial

from balance_core.models import BalanceSummary, BalanceTotal
from balance_slack.accounts import has_total_only, unread_places, zero_words
from balance_slack.amounts import amounts_line, marked_line
from balance_slack.block_kit import Block, sections
from balance_slack.limits import Lines, counted, cut, fitting
from balance_slack.names import listed

# Sixty currencies fit.
_ROOM = 5000
_MOST_NAMED = 8


def total_sections(summary: BalanceSummary, currencies: Sequence[str]) -> list[Block]:
    """The totals in bold; the marks for pending and frozen money give way where they would cost a currency.

    `currencies` are those that the question named: those without a total are named as well, and never passed over. Nor
    is money that is in no total because nobody here knows whether it can be used.
    """
    lines = fitting(Lines(marked_line, summary.totals), _ROOM)
    if len(lines) < len(summary.totals):
        lines = _cut(Lines(partial(marked_line, marks=False), summary.totals))
    return sections([*lines, *_remarks(summary, currencies)] or [_nothing(summary)])


def total_texts(summary: BalanceSummary, currencies: Sequence[str]) -> list[str]:
    """The same for a notification, which shows no formatting."""
    lines = _cut(Lines(_total_text, summary.totals))
    return [*lines, *_remarks(summary, currencies)] or [_nothing(summary)]


def _total_text(total: BalanceTotal) -> str:
    return f"Total {total.currency}: {amounts_line(total)}"


def _nothing(summary: BalanceSummary) -> str:
    if not summary.reports:
        return "No balance could be read." if summary.is_partial else "There is no balance to show."
    return f"{zero_words(bool(unread_places(summary))).capitalize()}."


def _remarks(summary: BalanceSummary, currencies: Sequence[str]) -> list[str]:
    return [*_without_total(summary, currencies), *_without_sum(summary)]


def _without_sum(summary: BalanceSummary) -> list[str]:
    balances = [balance for report in summary.reports for balance in report.balances]
    number = sum(has_total_only(balance) and not balance.is_zero for balance in balances)
    accounts = counted(number, "account of an unknown type", "accounts of unknown types")
    return [f"{accounts} {'is' if number == 1 else 'are'} in no total."] if number else []


def _without_total(summary: BalanceSummary, currencies: Sequence[str]) -> list[str]:
    """A sentence that claims no more than is known: who failed, or was not asked, may hold what is not read."""
    held = {total.currency for total in summary.totals}
    missing = [code for code in currencies if held and code not in held]
    unread = {failure.currency for failure in summary.failures if failure.kind.is_outage or failure.is_unasked}
    partly = [code for code in missing if unread & {None, code}]
    wholly = [code for code in missing if code not in partly]
    return [
        f"No balance other than zero was reported in {_named(codes)}{end}"
        for codes, end in ((wholly, "."), (partly, ", but not everything was read."))
        if codes
    ]


def _named(codes: Sequence[str]) -> str:
    left = len(codes) - _MOST_NAMED
    return listed([*codes[:_MOST_NAMED], *([f"{left} more"] if left > 0 else [])], "or")


def _cut(lines: Lines[BalanceTotal]) -> list[str]:
    return cut(lines, _ROOM, lambda left: f"… and {counted(left, 'more currency', 'more currencies')}: ask for one.")
