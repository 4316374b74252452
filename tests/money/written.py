"""Amounts as providers may write them, made from the integer that they are worth, without Decimal."""

import re
from dataclasses import dataclass
from random import Random

# Every amount is known as an integer in this fraction of the major unit, finer than any currency's own.
SCALE = 18
_WHOLE_DIGITS = 24
# ISO 4217, by hand: the oracle does not use the code that it judges.
DECIMALS = {"JPY": 0, "USD": 2, "AED": 2, "KWD": 3, "CLF": 4}
_PLAIN = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Written:
    """`text` is worth `units` of 10^-18 of the major unit."""

    text: str
    units: int


def written_as_json(random: Random, *, is_zero: bool = False) -> Written:
    """As any provider may write it: a JSON number or text, perhaps with an exponent, blanks or unnecessary zeros."""
    if random.choice((True, False)):
        return _as_number(random, is_zero=is_zero)
    written = random.choice((_as_text, _as_number))(random, is_zero=is_zero)
    blank = random.choice(("", "", "", " ", "\\t"))
    return Written(f'"{blank}{written.text}{blank}"', written.units)


def _as_text(random: Random, *, is_zero: bool) -> Written:
    """A plain decimal, perhaps with unnecessary zeros at both ends."""
    sign, number, scale = _amount(random, is_zero=is_zero)
    zeros = random.choice(("", "", "", "0", "00000"))
    return Written(f"{sign}{zeros}{_plain(random, number, scale)}", _units(sign, number, scale))


def _as_number(random: Random, *, is_zero: bool) -> Written:
    """A JSON number, perhaps with an exponent or unnecessary zeros."""
    sign, number, scale = _amount(random, is_zero=is_zero)
    shift = random.choice((None, None, None, 0, 1, -1, random.randint(-10, 10)))
    if shift is None:
        return Written(sign + _plain(random, number, scale), _units(sign, number, scale))
    # number / 10^scale = (number / 10^(scale + shift)) * 10^shift, and a mantissa has no negative number of decimals.
    places = max(scale + shift, 0)
    mantissa = _plain(random, number * 10 ** (places - scale - shift), places, most=SCALE + shift)
    plus = "" if shift < 0 else random.choice(("", "+"))
    return Written(f"{sign}{mantissa}{random.choice('eE')}{plus}{shift}", _units(sign, number, scale))


def units_of(text: str, currency: str) -> int:
    """What a plain decimal string in house style is worth: at least the currency's decimals, no useless zero, no -0.

    In a code outside ISO 4217, the digits after the point are the provider's own.

    Raises ValueError for any other text.
    """
    match = _PLAIN.fullmatch(text)
    if not match:
        raise ValueError("not a plain decimal number")
    sign, whole, decimals = match[1], match[2], match[3] or ""
    least = DECIMALS.get(currency)
    units = int(whole + decimals.ljust(SCALE, "0"))
    if least is not None and (len(decimals) < least or (len(decimals) > least and decimals.endswith("0"))):
        raise ValueError("not the decimals of the currency")
    if (whole.startswith("0") and whole != "0") or (sign and units == 0):
        raise ValueError("a useless zero or sign")
    return -units if sign else units


def _amount(random: Random, *, is_zero: bool) -> tuple[str, int, int]:
    """A sign, and a number of 10^-scale of at most 10^24: zero, round, all nines or anything between."""
    scale = random.choice((0, 1, 2, 2, 2, 3, 4, random.randint(0, SCALE)))
    if is_zero:
        return random.choice(("", "-")), 0, scale
    digits = random.randint(0, _WHOLE_DIGITS + scale)
    number = random.choice((random.randrange(10**digits), random.randrange(10**digits), 10**digits - 1, 10**digits))
    return random.choice(("", "", "-")), number, scale


def _units(sign: str, number: int, scale: int) -> int:
    units: int = number * 10 ** (SCALE - scale)
    return -units if sign else units


def _plain(random: Random, number: int, scale: int, most: int = SCALE) -> str:
    """`number` of 10^-scale with a decimal point, and perhaps unnecessary zeros up to `most` decimals."""
    digits = str(number).rjust(scale + 1, "0")
    whole, decimals = digits[: len(digits) - scale], digits[len(digits) - scale :]
    decimals += "0" * random.choice((0, 0, 1, 2, random.randint(0, SCALE)))
    decimals = decimals[: max(scale, most)]
    return f"{whole}.{decimals}" if decimals else whole
