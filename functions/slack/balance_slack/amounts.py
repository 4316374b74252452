"""What can be used, what is on its way and what is held back, in house style: `USD 1,234.50`."""

from typing import Protocol

from balance_core.money import Money

# What a provider does not report. It must never look like zero.
UNKNOWN = "—"
_PENDING_MARK = ":hourglass_flowing_sand: "
_FROZEN_MARK = ":lock: "
# A phone breaks a line at every space but this one. Beside Slack's own signs (`*`, `:lock:`) the usual one stays.
_NO_BREAK = "\N{NO-BREAK SPACE}"


class Amounts(Protocol):
    """A balance or a total; None is what is not known."""

    @property
    def currency(self) -> str: ...

    @property
    def available(self) -> Money | None: ...

    @property
    def pending(self) -> Money | None: ...

    @property
    def frozen(self) -> Money | None: ...


def shown(money: Money | None) -> str:
    """`USD 776.34`, or the dash."""
    return money.display() if money else UNKNOWN


def amounts_line(amounts: Amounts) -> str:
    """`available USD 776.34 · pending — · frozen USD 0.00`, for where nothing can be bold."""
    each = (("available", amounts.available), ("pending", amounts.pending), ("frozen", amounts.frozen))
    return " · ".join(f"{word} {shown(money)}" for word, money in each)


def marked_line(amounts: Amounts, *, marks: bool = True) -> str:
    """`*USD 776.34* available · :hourglass_flowing_sand: USD 5.00 pending · — frozen`, in mrkdwn.

    No line ends inside an amount. A mark says that there is something to know: zero and unknown have none, and nothing
    has without `marks`.
    """
    # Without the code a line of nothing but dashes would be about no currency.
    available = amounts.available.display() if amounts.available else f"{amounts.currency} {UNKNOWN}"
    pending = _marked(amounts.pending, "pending", _PENDING_MARK if marks else "")
    frozen = _marked(amounts.frozen, "frozen", _FROZEN_MARK if marks else "")
    return f"*{unbroken(available)}* available{_NO_BREAK}· {pending}{_NO_BREAK}· {frozen}"


def unbroken(text: str) -> str:
    """`text` in one line, however narrow the screen is."""
    return text.replace(" ", _NO_BREAK)


def has_unknown(amounts: Amounts) -> bool:
    """Whether one of the three is not known."""
    return None in (amounts.available, amounts.pending, amounts.frozen)


def _marked(money: Money | None, word: str, mark: str) -> str:
    if money and not money.is_zero:
        # With its word the amount would leave the mark alone at a line's end more often.
        return f"{mark}{unbroken(money.display())} {word}"
    return unbroken(f"{shown(money)} {word}")
