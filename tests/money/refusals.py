"""Malformed amounts, made from amounts, in every place where we read one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from balance_core.contract import ContractError, read_provider_answer
from balance_core.strict_json import JsonError
from tests.money.documents import read_pagsmile, read_payby, read_payermax
from tests.money.written import DECIMALS, SCALE

# What a plain number such as -12.5 becomes: characters that are an amount nowhere.
_SPOILT: dict[str, Callable[[str, Random], str]] = {
    "thousands separator": lambda text, random: _inside(text, ",", random),
    "apostrophe between thousands": lambda text, random: _inside(text, "'", random),
    "space between thousands": lambda text, random: _inside(text, " ", random),
    "no-break space": lambda text, random: _inside(text, "\u00a0", random),
    "underscore": lambda text, random: _inside(text, "_", random),
    "full-width digits": lambda text, _: text.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
    "one Arabic digit": lambda text, _: text[:-1] + chr(0x660 + int(text[-1])),
    "mathematical minus": lambda text, _: "\u2212" + text.removeprefix("-"),
    "two signs": lambda text, _: "--" + text.removeprefix("-"),
    "sign at the end": lambda text, _: text.removeprefix("-") + "-",
    "parentheses for negative": lambda text, _: f"({text.removeprefix('-')})",
    "two points": lambda text, _: text.partition(".")[0] + ".5.5",
    "comma for a point": lambda text, _: text.partition(".")[0] + ",5",
    "currency before": lambda text, _: f"USD {text}",
    "currency after": lambda text, _: f"{text} USD",
    "symbol": lambda text, _: f"${text}",
    "percent": lambda text, _: f"{text}%",
    "hexadecimal": lambda text, _: "0x" + text.removeprefix("-").partition(".")[0],
    "exponent without digits": lambda text, _: f"{text}e",
    "exponent of 400": lambda text, _: f"{text}1e400",
    "exponent of twenty digits": lambda text, _: f"{text}e-{'9' * 20}",
    "not a number": lambda _, random: random.choice(("NaN", "-NaN", "nan", "sNaN", "Infinity", "-Infinity", "inf")),
    "a word": lambda _, random: random.choice(("true", "None", "unknown", "-", ".", "e", "")),
    "31 digits": lambda _, random: str(random.randrange(10**30, 10**31)),
    "1,000 digits": lambda _, random: str(random.randrange(10**999, 10**1000)),
    "one decimal too many": lambda _, random: f"0.{random.randrange(10**SCALE, 10 ** (SCALE + 1)) | 1}",
}
# What is wrong in a bare JSON number, and what on our wire, although a provider may write it as text.
_BARE: dict[str, Callable[[str], str]] = {
    "leading zero": lambda text: "-0" + text[1:] if text.startswith("-") else "0" + text,
    "plus": lambda text: "+" + text.removeprefix("-"),
    "no whole digit": lambda text: "." + text.removeprefix("-").replace(".", ""),
    "no decimal": lambda text: text.partition(".")[0] + ".",
}
_ON_OUR_WIRE: dict[str, Callable[[str], str]] = {
    "plus": lambda text: json.dumps(_BARE["plus"](text)),
    "no whole digit": lambda text: json.dumps(_BARE["no whole digit"](text)),
    "no decimal": lambda text: json.dumps(_BARE["no decimal"](text)),
    "a number": lambda text: text,
    "white space before": lambda text: json.dumps(f" {text}"),
    "white space after": lambda text: json.dumps(f"{text}\t"),
    "line break after": lambda text: json.dumps(f"{text}\n"),
    "exponent": lambda text: json.dumps(f"{text}e3"),
}
_NEITHER = ("true", "false", "[1]", '{"amount":1}', "[]", "{}")
# The amounts tried at providers are required, and none may be above 10^24; our wire may say null, and carries sums.
_NOT_FROM_PROVIDERS = ("null", "1000000000000000000000001", "-1000000000000000000000000.01", "1" + "0" * 25)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an amount is read. `read` takes currency and JSON of an amount; it raises JsonError or ContractError."""

    name: str
    read: Callable[[str, str], object]
    of_provider: bool = True


def _read_our_wire(currency: str, text: str) -> object:
    unknown = ",".join(f'"{name}":null' for name in ("account_number", "account_name", "account_label"))
    amounts = f'"available":{text},"pending":null,"frozen":null,"total":null'
    balance = f'{{"account_type":"x",{unknown},"currency":"{currency}",{amounts},"as_of":"2026-11-21T01:45:38Z"}}'
    report = f'{{"provider":"payby","account":"main","is_verified":true,"balances":[{balance}]}}'
    head = '"version":1,"provider":"payby","accounts":["main"],"generated_at":"2026-11-21T01:45:38Z"'
    return read_provider_answer(f'{{{head},"reports":[{report}],"failures":[],"notices":[]}}'.encode())


def _read_pagsmile(currency: str, text: str) -> object:
    amounts = {"available_balance": text, "block_amount": '"0"', "balance": '"0"'}
    return read_pagsmile([("17", currency, amounts)])


PLACES = (
    Place("PayerMax", lambda currency, text: read_payermax([("SETTLE", currency, text)])),
    Place("PayBy", read_payby),
    Place("Pagsmile", _read_pagsmile),
    Place("our wire", _read_our_wire, of_provider=False),
)


@dataclass(frozen=True, slots=True)
class Spoilt:
    """The JSON of a malformed amount, the place where it is read, and what is wrong with it."""

    place: Place
    wrong: str
    currency: str
    text: str

    @property
    def is_accepted(self) -> bool:
        """Whether it is read as an amount, which must never happen."""
        try:
            self.place.read(self.currency, self.text)
        except (JsonError, ContractError):
            return False
        return True


def spoilt(random: Random) -> Spoilt:
    """One malformed amount, at one place."""
    place = random.choice(PLACES)
    amount = f"{random.choice(('', '-'))}{random.randrange(10 ** random.randint(1, 24))}"
    amount += random.choice(("", f".{random.randrange(100):02}"))
    others = _BARE if place.of_provider else _ON_OUR_WIRE
    values = (*_NEITHER, *(_NOT_FROM_PROVIDERS if place.of_provider else ()))
    wrong = random.choice((*_SPOILT, *others, "another value"))
    if wrong == "another value":
        text = random.choice(values)
    elif wrong in others:
        text = others[wrong](amount)
    else:
        characters = _SPOILT[wrong](amount, random)
        text = characters if place.of_provider and random.choice((True, False)) else json.dumps(characters)
    return Spoilt(place, wrong, random.choice(sorted(DECIMALS)), text)


def _inside(text: str, mark: str, random: Random) -> str:
    """The text with the mark somewhere between two of its digits."""
    text = f"{text}0"  # so that there are at least two
    position = random.randint(2 if text.startswith("-") else 1, len(text) - 1)
    return text[:position] + mark + text[position:]
