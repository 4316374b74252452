"""Odd JSON values, sorted by hand into those that can be read and those that cannot."""

import json
from collections.abc import Mapping
from random import Random

from tests.money.written import DECIMALS, written_as_json

# The last one is in no table, so nobody can ask about it by name.
CODES = (*DECIMALS, "CNH", "USDT", "USDC", "BGN", "HRK", "1INCH")
_BAD_TEXTS = (
    "NaN",
    "1,234.50",
    "1234,50",
    "1'234.50",
    "1 234",
    "USD 5.00",
    "$5",
    "five",
    "5e",
    "1e25",
    "1.2.3",
    "0x1F",
)
_OTHER_DIGITS = ("\uff15\uff10", "\u0665\u0660", "\u22125")
_BAD_NUMBERS = ("true", "[1]", '{"value":1}', "NaN", "-Infinity", "1e999", "9" * 100)
UNREADABLE_AMOUNTS = (*map(json.dumps, (*_BAD_TEXTS, *_OTHER_DIGITS)), *_BAD_NUMBERS)
# Unknown where the amount is optional; where it is required, its row cannot be read. None leaves the member out.
ABSENT = ("null", '""', '"  "', None)
_BAD_CODES = ("840", "$", "US$", "\u20ac", "US", "ABCDEFGHIJK", "\u0420\u0423\u0411")
UNREADABLE_CODES = (*map(json.dumps, _BAD_CODES), "840", "true", '["USD"]', *ABSENT)
UNREADABLE_TYPES = ("7", "true", "[]", *ABSENT)
NOT_A_ROW = ("null", '"none"', "5", "[]", "true")


def written_code(random: Random, code: str) -> str:
    """The JSON of a readable currency code."""
    return json.dumps(random.choice((code, code.lower(), code.capitalize(), f" {code}\t")))


def written_amount(random: Random) -> tuple[str, int]:
    """The JSON of a readable amount, and what it is worth in 10^-18 of the major unit."""
    written = written_as_json(random, is_zero=random.randrange(6) == 0)
    return written.text, written.units


def as_object(members: Mapping[str, str | None]) -> str:
    """The JSON object with these members, whose values are JSON already; None leaves one out."""
    return "{" + ",".join(f'"{name}":{text}' for name, text in members.items() if text is not None) + "}"
