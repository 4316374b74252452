"""Amounts as people type them: `500000`, `500k`, `1.5m`, `1,500,000.50`, `1.500.000`. What can be two amounts is asked.

A comma or a point before exactly three digits separates thousands in some countries and decimals in others. So `1.500`
can be two amounts, and a level that is wrong by a factor of 1,000 would watch nothing.
"""

import re
from decimal import Context, Decimal, Inexact

_MULTIPLES = {
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "mio": 1_000_000,
    "million": 1_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
}
_UNIT = "|".join(sorted(_MULTIPLES, key=len, reverse=True))
# Spaces and apostrophes separate thousands only. The lengths keep it linear.
_DIGITS = (
    r"[0-9]{1,3}(?:[ \u00a0\u202f'\u2019_][0-9]{3}){1,10}(?:[.,][0-9]{1,18})?|[0-9]{1,30}(?:[.,][0-9]{1,18}){0,10}"
)
AMOUNT = rf"(?:{_DIGITS})\s?(?:(?:{_UNIT})(?![^\W_]))?"
_AMOUNT = re.compile(rf"\s*(?P<digits>{_DIGITS})\s?(?P<unit>{_UNIT})?\s*", re.IGNORECASE)
_GROUPING = re.compile(r"[ \u00a0\u202f'\u2019_]")
_MOST_DIGITS = 30
# Wide enough for all digits that `_DIGITS` takes; raises instead of rounding.
_EXACT = Context(prec=300, traps=[Inexact])


class AmbiguousAmountError(ValueError):
    """A text that can be two amounts. `choices` are both, as they can be typed without doubt."""

    def __init__(self, choices: tuple[str, str]) -> None:
        super().__init__("can be two amounts")
        self.choices = choices


def read_amount(text: str) -> str:
    """The amount in major units as plain text, exactly. Raises AmbiguousAmountError, and ValueError if it is none."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError("not an amount")
    multiple = _MULTIPLES[(match["unit"] or "").lower()] if match["unit"] else 1
    found = [_times(each, multiple) for each in _readings(match["digits"])]
    if len(found) == 2:
        # A fourth decimal says that the mark is a decimal point.
        decimals = found[1].partition(".")[2]
        raise AmbiguousAmountError((found[0], found[1] + ("0" if len(decimals) == 3 else "")))
    return found[0]


def _readings(digits: str) -> list[str]:
    """What the digits can mean, with a decimal point and no grouping. Raises ValueError if they mean nothing."""
    has_groups = bool(_GROUPING.search(digits))
    digits = _GROUPING.sub("", digits)
    marks = [character for character in digits if character in ".,"]
    if not marks:
        return [digits]
    whole, _, decimals = digits.rpartition(marks[-1])
    as_decimals = f"{re.sub('[.,]', '', whole)}.{decimals}"
    if len(set(marks)) == 2:
        # `1,500,000.50`: the last mark comes once, and the others separate thousands.
        if marks.count(marks[-1]) > 1 or not _is_grouped(whole):
            raise ValueError("not an amount")
        return [as_decimals]
    if len(marks) > 1:
        if not _is_grouped(digits):
            raise ValueError("not an amount")
        return [re.sub("[.,]", "", digits)]
    if has_groups or len(decimals) != 3 or not 0 < len(whole) <= 3 or whole[0] == "0":
        return [as_decimals]
    return [whole + decimals, as_decimals]


def _is_grouped(digits: str) -> bool:
    """`1.500.000` or `1,500`: up to three digits, then groups of three with one mark between them."""
    first, *others = re.split("[.,]", digits)
    return 0 < len(first) <= 3 and all(len(group) == 3 for group in others)


def _times(digits: str, multiple: int) -> str:
    text = f"{_EXACT.multiply(Decimal(digits), Decimal(multiple)):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if len(text) > _MOST_DIGITS:
        raise ValueError("not an amount")
    return text
