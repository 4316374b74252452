"""Random holdings at all providers: their documents as we read them, and what each amount in them is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from balance_core.models import Balance, BalanceReport, ProviderAnswer
from tests.money.documents import AS_OF, read_pagsmile, read_payby, read_payermax
from tests.money.written import DECIMALS, Written, written_as_json

NAMES = ("available", "pending", "frozen", "total")
# What each account type of PayerMax holds; VAULT is not in its documentation.
_PAYERMAX_TYPES = {
    "ACQUIRING": "available",
    "DISBURSEMENT": "available",
    "SETTLE": "pending",
    "FREEZE": "frozen",
    "REVERSE": "frozen",
    "VAULT": "total",
}
_PAGSMILE_FIELDS = {"available_balance": "available", "block_amount": "frozen", "balance": "total"}


@dataclass(frozen=True, slots=True)
class Holding:
    """One balance as it should be everywhere: what each known amount is worth, in units of 10^-18."""

    currency: str
    units: dict[str, int]

    @property
    def is_zero(self) -> bool:
        """Whether every known amount is zero; such a balance is shown only on request."""
        return not any(self.units.values())


@dataclass(frozen=True, slots=True)
class World:
    """Every provider's answer as it was read, its holdings in the same order, and whether zeros are asked for."""

    answers: tuple[ProviderAnswer, ...]
    holdings: tuple[Holding, ...]
    include_zero: bool

    @property
    def amounts(self) -> int:
        """How many amounts the providers wrote."""
        return sum(len(holding.units) for holding in self.holdings)

    @property
    def shown(self) -> list[Holding]:
        """The holdings that people see."""
        return [holding for holding in self.holdings if self.include_zero or not holding.is_zero]

    @property
    def totals(self) -> list[Holding]:
        """The sums, including zeros that are not shown, in the currencies that people see."""
        currencies = {holding.currency for holding in self.shown}
        return [total for total in sums(self.holdings) if total.currency in currencies]


def sums(holdings: Sequence[Holding]) -> list[Holding]:
    """The sums of what is known, by currency; the providers' own totals are not summed."""
    totals: dict[str, Holding] = {}
    for holding in holdings:
        of_currency = totals.setdefault(holding.currency, Holding(holding.currency, {}))
        for name, units in holding.units.items():
            if name != "total":
                of_currency.units[name] = of_currency.units.get(name, 0) + units
    return [totals[currency] for currency in sorted(totals)]


def new_world(random: Random) -> World:
    """Three providers with one or two accounts each, in one to three currencies, with many zeros."""
    currencies = random.sample(sorted(DECIMALS), random.randint(1, 3))
    answers: list[ProviderAnswer] = []
    holdings: list[Holding] = []
    for provider, hold in (("pagsmile", _pagsmile), ("payby", _payby), ("payermax", _payermax)):
        reports = []
        for account in random.choice((("main",), ("main", "uae"))):
            balances, held = hold(random, currencies)
            reports.append(BalanceReport(provider, account, tuple(balances)))
            holdings += held
        answers.append(ProviderAnswer(provider, AS_OF, ("main", "uae"), tuple(reports)))
    return World(tuple(answers), tuple(holdings), include_zero=random.choice((True, False)))


def _is_zero(random: Random) -> bool:
    """One balance in four holds nothing."""
    return random.randrange(4) == 0


def _payermax(random: Random, currencies: list[str]) -> tuple[list[Balance], list[Holding]]:
    places = [
        (kind, currency)
        for currency in currencies
        for kind in random.sample(sorted(_PAYERMAX_TYPES), random.randint(0, 3))
    ]
    rows = [(kind, currency, written_as_json(random, is_zero=_is_zero(random))) for kind, currency in places]
    balances = read_payermax((kind, currency, written.text) for kind, currency, written in rows)
    return balances, [Holding(currency, {_PAYERMAX_TYPES[kind]: written.units}) for kind, currency, written in rows]


def _payby(random: Random, currencies: list[str]) -> tuple[list[Balance], list[Holding]]:
    written = {
        code: written_as_json(random, is_zero=_is_zero(random))
        for code in random.sample(currencies, random.randint(0, len(currencies)))
    }
    balances = [balance for currency, each in written.items() for balance in read_payby(currency, each.text)]
    return balances, [Holding(currency, {"available": each.units}) for currency, each in written.items()]


def _pagsmile(random: Random, currencies: list[str]) -> tuple[list[Balance], list[Holding]]:
    rows: list[tuple[str, str, dict[str, Written]]] = [
        (number, currency, {name: written_as_json(random, is_zero=is_zero) for name in _PAGSMILE_FIELDS.values()})
        for number in random.choice(((), ("17",), ("17", "18")))
        for currency in currencies
        for is_zero in (_is_zero(random),)
    ]
    balances = read_pagsmile(
        (number, currency, {field: amounts[name].text for field, name in _PAGSMILE_FIELDS.items()})
        for number, currency, amounts in rows
    )
    return balances, [
        Holding(currency, {name: written.units for name, written in amounts.items()}) for _, currency, amounts in rows
    ]
