"""Random rows of each provider, and what each is worth."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from tests.odd.values import (
    ABSENT,
    CODES,
    NOT_A_ROW,
    UNREADABLE_AMOUNTS,
    UNREADABLE_CODES,
    UNREADABLE_TYPES,
    as_object,
    written_amount,
    written_code,
)

_TYPES = {
    "ACQUIRING": "available",
    "DISBURSEMENT": "available",
    "SETTLE": "pending",
    "FREEZE": "frozen",
    "reverse": "frozen",
    "VAULT": "total",
}
_PAGSMILE_OPTIONAL = {"block_amount": "frozen", "balance": "total"}
_PAYBY_OPTIONAL = {"frozenBalance": "frozen", "totalBalance": "total"}


@dataclass(frozen=True)
class Row:
    """One row: its JSON, its currency (None if nobody can tell) and what is odd about it.

    `units` are its amounts in 10^-18 of the major unit; None when the row cannot be read. `unknown` counts the optional
    amounts that cannot be read.
    """

    json: str
    account: str | None
    currency: str | None
    units: Mapping[str, int] | None
    odd: tuple[str, ...] = ()
    unknown: int = 0


def payermax_rows(random: Random) -> list[Row]:
    """Up to six rows of PayerMax."""
    places = [(kind, code) for kind in _TYPES for code in random.sample(CODES, 3)]
    return [_payermax_row(random, kind, code) for kind, code in random.sample(places, random.randint(0, 6))]


def pagsmile_rows(random: Random) -> list[Row]:
    """Up to six rows of Pagsmile, some of them without an account number."""
    places = [(number, code) for number in ("17", "18", "19", None) for code in random.sample(CODES, 3)]
    return [_pagsmile_row(random, number, code) for number, code in random.sample(places, random.randint(0, 6))]


def payby_rows(random: Random, asked: str, member: str | None) -> list[Row]:
    """PayBy's list about one currency, with others beside it."""
    others = random.sample([code for code in CODES if code != asked], random.randint(0, 2))
    codes = [*random.choice(([asked], [asked], [])), *others]
    return [_payby_row(random, member, code) for code in random.sample(codes, len(codes))]


def with_repeated(random: Random, rows: list[Row]) -> list[Row]:
    """The rows, of which perhaps one readable row comes a second time: then neither counts."""
    readable = [place for place, row in enumerate(rows) if row.units is not None]
    if not readable or random.randrange(8):
        return rows
    place = random.choice(readable)
    repeated = replace(rows[place], units=None, unknown=0, odd=("account twice",))
    return [*rows[:place], repeated, *rows[place + 1 :], repeated]


def _spoil(random: Random, members: dict[str, str | None], amount: str, code: str) -> tuple[str | None, str]:
    """Make a required member unreadable; the currency if it can still be told, and what is odd."""
    name, values = random.choice((("currency", UNREADABLE_CODES), (amount, (*UNREADABLE_AMOUNTS, *ABSENT))))
    members[name] = random.choice(values)
    return None if name == "currency" else code, f"required {name} {members[name]}"


def _payermax_row(random: Random, kind: str, code: str) -> Row:
    text, units = written_amount(random)
    members: dict[str, str | None] = {
        "accountType": json.dumps(kind),
        "currency": written_code(random, code),
        "balance": text,
    }
    chance = random.randrange(10)
    if chance == 0:
        return _no_row(random)
    if chance == 1:
        members["accountType"] = random.choice(UNREADABLE_TYPES)
        return Row(as_object(members), None, code, None, (f"type {members['accountType']}",))
    if chance in (2, 3):
        known, odd = _spoil(random, members, "balance", code)
        return Row(as_object(members), None, known, None, (odd,))
    return Row(as_object(members), kind, code, {_TYPES[kind]: units})


def _pagsmile_row(random: Random, number: str | None, code: str) -> Row:
    text, units = written_amount(random)
    numbers = ("null", '""', None) if number is None else (number, json.dumps(number), json.dumps(f" {number}"))
    members: dict[str, str | None] = {
        "account_num": random.choice(numbers),
        "account_name": random.choice(('"Test A"', "5", "[]", *ABSENT)),
        "currency": written_code(random, code),
        "available_balance": text,
    }
    chance = random.randrange(10)
    if chance == 0:
        return _no_row(random)
    if chance in (1, 2):
        known, odd = _spoil(random, members, "available_balance", code)
        return Row(as_object(members), None, known, None, (odd,))
    optional = {name: _optional(random) for name in _PAGSMILE_OPTIONAL}
    members |= {name: each[0] for name, each in optional.items()}
    return _with_optional(Row(as_object(members), number, code, {"available": units}), optional, _PAGSMILE_OPTIONAL)


def _payby_row(random: Random, member: str | None, code: str) -> Row:
    text, units = written_amount(random)
    money: dict[str, str | None] = {"amount": text, "currency": written_code(random, code)}
    if random.randrange(5) == 0:
        known, odd = _spoil(random, money, "amount", code)
        return Row(as_object({"availableBalance": as_object(money)}), None, known, None, (odd,))
    optional = {name: _optional(random) for name in _PAYBY_OPTIONAL if random.choice((True, False))}
    others = {name: as_object({**money, "amount": each[0]}) for name, each in optional.items()}
    row = Row(as_object({"availableBalance": as_object(money), **others}), member, code, {"available": units})
    return _with_optional(row, optional, _PAYBY_OPTIONAL)


def _no_row(random: Random) -> Row:
    text = random.choice(NOT_A_ROW)
    return Row(text, None, None, None, (f"row {text}",))


def _optional(random: Random) -> tuple[str | None, int | None, bool]:
    """JSON, units, and whether it is there but cannot be read."""
    chance = random.randrange(8)
    if chance == 0:
        return random.choice(ABSENT), None, False
    if chance == 1:
        return random.choice(UNREADABLE_AMOUNTS), None, True
    return *written_amount(random), False


def _with_optional(
    row: Row, optional: Mapping[str, tuple[str | None, int | None, bool]], names: Mapping[str, str]
) -> Row:
    units = {names[name]: worth for name, (_, worth, _) in optional.items() if worth is not None}
    odd = tuple(f"{name} {text}" for name, (text, worth, _) in optional.items() if worth is None)
    unknown = sum(is_unreadable for _, _, is_unreadable in optional.values())
    return replace(row, units={**(row.units or {}), **units}, odd=odd, unknown=unknown)
