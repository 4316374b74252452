"""What can be used, what is on its way and what is held back, in house style: `USD 1,234.50`."""

from typing import Protocol

from balance_core.money import Money

# What a provider does not report. It must never look like zero.
UNKNOWN = "—"


class Amounts(Protocol):
    """A balance or a total; None is what is not known."""

    @property
    def available(self) -> Money | None: ...

    @property
    def pending(self) -> Money | None: ...

    @property
    def frozen(self) -> Money | None: ...


def amounts_line(amounts: Amounts) -> str:
    """`available USD 776.34 · pending — · frozen USD 0.00`."""
    shown = (("available", amounts.available), ("pending", amounts.pending), ("frozen", amounts.frozen))
    return " · ".join(f"{word} {money.display() if money else UNKNOWN}" for word, money in shown)


def has_unknown(amounts: Amounts) -> bool:
    """Whether one of the three is not known."""
    return None in (amounts.available, amounts.pending, amounts.frozen)
