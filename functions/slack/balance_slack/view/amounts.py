"""Amounts in house style (`USD 1,234.50`), and when the figures were true."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from balance_core.models import Balance, BalanceTotal
from balance_core.money import Money
from balance_slack.view.holdings import known_amounts
from balance_slack.view.mrkdwn import code

# What a provider does not report. It must never look like zero.
UNKNOWN = "—"
NOTHING_REPORTED = "no amount is reported"
# A phone may break a line at an ordinary space, also between a code and its amount.
NO_BREAK = "\N{NO-BREAK SPACE}"
_BETWEEN = f"{NO_BREAK}· "

# An older figure may mean that the provider has trouble, or that an old answer was replayed.
_FRESH = timedelta(minutes=15)

Amounts = BalanceTotal | Balance


def unbroken(text: str) -> str:
    """`text` on one line, however narrow the screen is."""
    return text.replace(" ", NO_BREAK)


def is_negative(money: Money) -> bool:
    """Whether the amount must stand out."""
    return money.amount < 0


def figure(money: Money, *, is_sum: bool = False) -> str:
    """`1,234.50` in mrkdwn: bold for the sum of what is below it; in code style, which has a colour, if negative."""
    text = money.figure()
    if is_negative(money):
        return code(text)
    return f"*{text}*" if is_sum else text


def figures(amounts: Amounts, *, is_sum: bool = False) -> str:
    """`776.34 · 9,248.93 pending · 11.41 frozen`, what is reported: an amount without a word is what is available."""
    words = {"available": ""}
    parts = [
        f"{figure(money, is_sum=is_sum)}{NO_BREAK}{words.get(word, word)}".rstrip(NO_BREAK)
        for word, money in known_amounts(amounts)
    ]
    return _BETWEEN.join(parts) or NOTHING_REPORTED


def worded(amounts: Amounts, *, skip: str = "", skip_zero: bool = False) -> str:
    """`1,784.63 available · 9,248.93 pending`, without the one named `skip`, and perhaps without zeros."""
    parts = [
        f"{figure(money)}{NO_BREAK}{word}"
        for word, money in known_amounts(amounts)
        if word != skip and not (skip_zero and money.is_zero)
    ]
    return _BETWEEN.join(parts)


def spoken(amounts: BalanceTotal) -> str:
    """`USD 1,784.63 available, 9,248.93 pending, 11.41 frozen`, for a notification, which shows no formatting."""
    parts = [f"{money.figure()} {word}" for word, money in known_amounts(amounts)]
    return f"{amounts.currency} {', '.join(parts)}" if parts else f"{amounts.currency}: {NOTHING_REPORTED}"


def moved(change: Money | None) -> str:
    """`▼ 311.81`; empty where nothing changed, or where that is not known."""
    if change is None or change.is_zero:
        return ""
    return f"{'▲' if change.amount > 0 else '▼'}{NO_BREAK}{Money(abs(change.amount), change.currency).figure()}"


def unreported(amounts: Amounts) -> Iterator[str]:
    """The words of the three amounts that are not reported."""
    known = {word for word, _ in known_amounts(amounts)}
    return (word for word in ("available", "pending", "frozen") if word not in known)


def lone_total(balance: Balance) -> Money | None:
    """The total if nothing else is known, as for an account type that we do not know; it is in no sum."""
    return balance.total if next(known_amounts(balance), None) is None else None


def age(as_of: datetime, now: datetime) -> str:
    """`20 min old`; empty for a fresh figure."""
    passed = now - as_of
    if passed <= _FRESH:
        return ""
    hours, minutes = divmod(passed // timedelta(minutes=1), 60)
    if hours >= 48:
        return f"{hours // 24:,} days old"
    return f"{hours} h old" if hours else f"{minutes} min old"
