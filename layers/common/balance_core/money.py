"""Exact amounts of money.

An amount is never rounded and never a `float`. It is stored, summed, sent and shown exactly as the provider wrote it.
In a currency of ISO 4217 zeros are added up to its number of decimals; in any other code the digits stay as they are.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import reduce
from typing import Self

from balance_core.currencies import DECIMALS, normalised

# 10^24 is more than any ledger holds. Six more digits leave room for the sum of a million such amounts.
_MAX_WHOLE_DIGITS = 30
_MAX_DECIMALS = 18
_PLAIN = re.compile(rf"-?[0-9]{{1,{_MAX_WHOLE_DIGITS}}}(?:\.[0-9]{{1,{_MAX_DECIMALS}}})?")

# The default context silently rounds above 28 digits. This one is wide enough, and raises if it ever is not.
_EXACT = Context(prec=_MAX_WHOLE_DIGITS + _MAX_DECIMALS + 12, traps=[Inexact, InvalidOperation, Overflow])


class MoneyError(ValueError):
    """The value is not an amount of money, or the code is not a currency. The message holds no amount."""


def require_currency(code: str) -> str:
    """Return `code` unchanged when it is 3 to 10 capitals and digits, not all digits; raise MoneyError otherwise.

    Codes outside ISO 4217, such as CNH or USDT, are money in that code: never converted, never equated with another.
    """
    if normalised(code) != code:
        raise MoneyError("not a currency code (3 to 10 capital letters and digits, such as USD)")
    return code


@dataclass(frozen=True, slots=True)
class Money:
    """A finite amount in major units of one currency. Minus zero becomes zero."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        require_currency(self.currency)
        amount: object = self.amount
        if not isinstance(amount, Decimal):
            raise MoneyError(f"an amount must be a Decimal, not {type(amount).__name__}")
        if not amount.is_finite():
            raise MoneyError("an amount must be a finite number")
        if amount.is_zero():
            amount = _plain_zero(amount)
            object.__setattr__(self, "amount", amount)
        exponent = amount.as_tuple().exponent
        # Check both ends before anything expands the number: 1e999999 would print as a megabyte of zeros.
        if amount.adjusted() >= _MAX_WHOLE_DIGITS or (isinstance(exponent, int) and exponent < -_MAX_DECIMALS):
            raise MoneyError(f"an amount has at most {_MAX_WHOLE_DIGITS} digits and {_MAX_DECIMALS} decimals")

    @classmethod
    def parse(cls, value: object, currency: str) -> Self:
        """Read an amount in major units: a plain decimal string, or an int or Decimal that `strict_json.loads` made.

        Raises MoneyError for anything else: floats, booleans, thousands separators, exponents in strings, full-width
        digits, white space.
        """
        if isinstance(value, str):
            if not _PLAIN.fullmatch(value):
                raise MoneyError("an amount must be digits with at most one decimal point")
            return cls(Decimal(value), currency)
        if isinstance(value, int) and not isinstance(value, bool):
            return cls(Decimal(value), currency)
        if isinstance(value, Decimal):
            return cls(value, currency)
        raise MoneyError(f"an amount must be a number or a string, not {type(value).__name__}")

    def __add__(self, other: Self) -> Self:
        """The exact sum. Raises MoneyError when the currencies differ: they are never converted."""
        if other.currency != self.currency:
            raise MoneyError(f"{self.currency} and {other.currency} cannot be added")
        return type(self)(_EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: Self) -> Self:
        """The exact difference. Raises MoneyError when the currencies differ."""
        return self + type(self)(-other.amount, other.currency)

    @property
    def is_zero(self) -> bool:
        return self.amount.is_zero()

    def to_wire(self) -> str:
        """The plain decimal string: `1234.50`, with at least the decimals of an ISO 4217 currency; `2.5000` in USDT."""
        whole, _, decimals = f"{self.amount:f}".partition(".")
        if self.currency in DECIMALS:
            decimals = decimals.rstrip("0").ljust(DECIMALS[self.currency], "0")
        return f"{whole}.{decimals}" if decimals else whole

    def display(self) -> str:
        """House style for people: `USD -1,234.50`: code first, no symbol, comma for thousands."""
        return f"{self.currency} {self.figure()}"

    def figure(self) -> str:
        """The same without the code, for a place that names the currency: `-1,234.50`."""
        whole, _, decimals = self.to_wire().partition(".")
        grouped = f"{Decimal(whole):,}"
        return f"{grouped}.{decimals}" if decimals else grouped


def sum_known(amounts: Iterable[Money | None]) -> Money | None:
    """The exact sum of the known amounts; None, not 0, when there are none.

    Raises MoneyError when the currencies differ, or when the sum is too large.
    """
    known = [money for money in amounts if money is not None]
    if not known:
        return None
    currency = known[0].currency
    if any(money.currency != currency for money in known):
        raise MoneyError("amounts in different currencies cannot be added")
    return Money(reduce(_EXACT.add, (money.amount for money in known)), currency)


def _plain_zero(zero: Decimal) -> Decimal:
    """Zero without a sign, with as many decimals as it was written with, at most 18."""
    exponent = zero.as_tuple().exponent
    decimals = min(max(-exponent, 0), _MAX_DECIMALS) if isinstance(exponent, int) else 0
    return Decimal((0, (0,), -decimals))
