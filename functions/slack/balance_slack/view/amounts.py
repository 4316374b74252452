"""Amounts and totals in house style (`USD 1,234.50`), and how old the figures are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from balance_core.currencies import RELATED
from balance_core.models import Balance, BalanceSummary, BalanceTotal, NoticeKind
from balance_core.money import Money
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import Block, Lines, cut, fitting, sections
from balance_slack.view.mrkdwn import date
from balance_slack.view.texts import counted, listed, shortened

# What a provider does not report. It must never look like zero.
UNKNOWN = "—"
_PENDING_MARK = ":hourglass_flowing_sand: "
_FROZEN_MARK = ":lock: "
# A phone may break a line at an ordinary space, also between a code and its amount.
_NO_BREAK = "\N{NO-BREAK SPACE}"

# An older figure may mean that the provider has trouble, or that an old answer was replayed.
_FRESH = timedelta(minutes=15)
_CLOCK_TOLERANCE = timedelta(minutes=5)

# In bytes; the first holds sixty currencies.
_TOTALS_ROOM = 5000
_AS_OF_ROOM = 800
_MAX_NAMED_CURRENCIES = 8

# After these, an account without balances is not known to be at zero. The notice itself says why.
_LEAVES_ZERO_OPEN = frozenset(NoticeKind) - {
    NoticeKind.TOTAL_DIFFERS,
    NoticeKind.IMPOSSIBLE_TIME,
    NoticeKind.UNKNOWN_TIME,
    NoticeKind.NOT_ISO_4217,
}
# The provider sent no rows in a currency, or only rows in another name of it.
_NOTHING_IN_THAT_CURRENCY = frozenset({NoticeKind.NO_BALANCES, NoticeKind.RELATED_CURRENCY})

Amounts = Balance | BalanceTotal
_Place = tuple[str | None, str | None]


def shown(money: Money | None) -> str:
    """`USD 776.34`, or the dash."""
    return money.display() if money else UNKNOWN


def amounts_line(amounts: Amounts) -> str:
    """`available USD 776.34 · pending — · frozen USD 0.00`, for places without bold text."""
    each = (("available", amounts.available), ("pending", amounts.pending), ("frozen", amounts.frozen))
    return " · ".join(f"{word} {shown(money)}" for word, money in each)


def marked_line(amounts: Amounts, *, marks: bool = True) -> str:
    """`*USD 776.34* available · :hourglass_flowing_sand: USD 5.00 pending · — frozen`, in mrkdwn.

    No line breaks inside an amount. An emoji marks money that cannot be used now; zero and unknown amounts get none,
    and without `marks` no amount does.
    """
    # With the currency even if the amount is unknown: otherwise a line of dashes would name none.
    available = amounts.available.display() if amounts.available else f"{amounts.currency} {UNKNOWN}"
    pending = _marked(amounts.pending, "pending", _PENDING_MARK if marks else "")
    frozen = _marked(amounts.frozen, "frozen", _FROZEN_MARK if marks else "")
    return f"*{unbroken(available)}* available{_NO_BREAK}· {pending}{_NO_BREAK}· {frozen}"


def unbroken(text: str) -> str:
    """`text` on one line, however narrow the screen is."""
    return text.replace(" ", _NO_BREAK)


def has_unknown(amounts: Amounts) -> bool:
    """Whether one of the three amounts is not reported."""
    return None in (amounts.available, amounts.pending, amounts.frozen)


def lone_total(balance: Balance) -> Money | None:
    """The total if nothing else is known, as for an account type that we do not know; it is in no sum."""
    parts = (balance.available, balance.pending, balance.frozen)
    return balance.total if parts == (None, None, None) else None


def total_sections(answer: Answer) -> list[Block]:
    """The totals in bold; if they would not fit otherwise, without the marks for pending and frozen money.

    Also named are currencies of the question without a total, and money that is in no total because nobody here knows
    whether it can be used.
    """
    totals = answer.summary.totals
    lines = fitting(Lines(marked_line, totals), _TOTALS_ROOM)
    if len(lines) < len(totals):
        lines = _cut(Lines(partial(marked_line, marks=False), totals))
    return sections([*lines, *_remarks(answer)] or [_no_balance(answer.summary)])


def total_texts(answer: Answer) -> list[str]:
    """The same for a notification, which shows no formatting."""
    lines = _cut(Lines(_total_text, answer.summary.totals))
    return [*lines, *_remarks(answer)] or [_no_balance(answer.summary)]


def unread_places(summary: BalanceSummary) -> set[_Place]:
    """Provider and account of everything that failed or was not asked, so that unread money may be there."""
    return {(each.provider, each.account) for each in summary.failures if each.is_outage or each.is_unasked}


def open_places(summary: BalanceSummary) -> set[_Place]:
    """Provider and account of every notice that explains why no balance is shown there. Nobody may call it zero."""
    return {(each.provider, each.account) for each in summary.notices if each.kind in _LEAVES_ZERO_OPEN}


def zero_text(*, is_partial: bool) -> str:
    """Said where only zero was found; with `is_partial`, money may be in what was not read, so it claims no zero."""
    return "no balance was found in what was read" if is_partial else "no balance other than zero"


def age(as_of: datetime, now: datetime) -> str:
    """`20 min old`; empty for a fresh figure. A time in the future is as wrong as an old one."""
    passed = now - as_of
    if passed < -_CLOCK_TOLERANCE:
        return "dated in the future"
    if passed <= _FRESH:
        return ""
    hours, minutes = divmod(passed // timedelta(minutes=1), 60)
    if hours >= 48:
        return f"{hours // 24:,} days old"
    return f"{hours} h old" if hours else f"{minutes} min old"


def as_of_text(as_of: datetime, now: datetime, suffix: str = "") -> str:
    """`as of <date>`, with `:warning: 20 min old` behind an old one, in mrkdwn; `suffix` follows the date."""
    old = age(as_of, now)
    return f"as of {date(as_of)}{suffix}" + (f" · :warning: {old}" if old else "")


def is_same_minute(balances: Sequence[Balance]) -> bool:
    """Whether Slack, which shows minutes, would show the same time for all of them."""
    return len({int(balance.as_of.timestamp()) // 60 for balance in balances}) == 1


def as_of_lines(answer: Answer) -> list[str]:
    """How fresh the figures are, in mrkdwn: a line for each provider, or a single one for all."""
    if is_same_minute(answer.balances):
        return [_as_of_line("All figures", answer.balances, answer.now)]
    lines = [
        _as_of_line(answer.name(provider), [balance for report in reports for balance in report.balances], answer.now)
        for provider, reports in answer.reports_by_provider.items()
    ]
    return cut(lines, _AS_OF_ROOM, "more provider", "more providers")


def _marked(money: Money | None, word: str, mark: str) -> str:
    if money and not money.is_zero:
        # An ordinary space before the word: kept together, the three would wrap and leave the mark alone more often.
        return f"{mark}{unbroken(money.display())} {word}"
    return unbroken(f"{shown(money)} {word}")


def _total_text(total: BalanceTotal) -> str:
    return f"Total {total.currency}: {amounts_line(total)}"


def _no_balance(summary: BalanceSummary) -> str:
    if not summary.reports:
        return "No balance could be read." if summary.is_partial else "There is no balance to show."
    unread, unclear = unread_places(summary), open_places(summary)
    silent = {(each.provider, each.account) for each in summary.notices if each.kind is NoticeKind.NO_BALANCES}
    if (
        not unread
        and unclear == silent
        and silent.issuperset((each.provider, each.account) for each in summary.reports)
    ):
        return "No balances were reported."
    return f"{zero_text(is_partial=bool(unread | unclear)).capitalize()}."


def _remarks(answer: Answer) -> list[str]:
    number = sum(lone_total(balance) is not None and not balance.is_zero for balance in answer.balances)
    accounts = counted(number, "account of an unknown type is", "accounts of unknown types are")
    return [*_without_total(answer), *([f"{accounts} in no total."] if number else [])]


def _without_total(answer: Answer) -> list[str]:
    """The question's currencies without a total. A provider that failed or was not asked may hold some of them."""
    held = {total.currency for total in answer.summary.totals}
    missing = [code for code in answer.question.currencies or () if held and code not in held]
    summary = answer.summary
    unread = {each.currency for each in summary.failures if each.is_outage or each.is_unasked}
    unread |= {each.currency for each in summary.notices if each.kind.hides_money}
    silent = {each.currency for each in summary.notices if each.kind in _NOTHING_IN_THAT_CURRENCY}
    partly = [code for code in missing if unread & {None, code}]
    unreported = [code for code in missing if code not in partly and silent & {None, code, *RELATED.get(code, ())}]
    zero = [code for code in missing if code not in (*partly, *unreported)]
    claims = (
        (zero, "other than zero was reported", "."),
        (unreported, "was found", "."),
        (partly, "was found", ", but not everything was read."),
    )
    return [
        f"No balance {claim} in {listed(shortened(codes, _MAX_NAMED_CURRENCIES), 'or')}{end}"
        for codes, claim, end in claims
        if codes
    ]


def _cut(lines: Lines[BalanceTotal]) -> list[str]:
    return cut(lines, _TOTALS_ROOM, "more currency", "more currencies", ": ask for one")


def _as_of_line(name: str, balances: Sequence[Balance], now: datetime) -> str:
    suffix = "" if is_same_minute(balances) else " or later"
    return f"{name} {as_of_text(min(balance.as_of for balance in balances), now, suffix)}"
