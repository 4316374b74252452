"""Answers that are hard to show: nothing, thousands of accounts, every currency, hostile words in every place."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, BalanceTotal, Failure
from balance_core.money import Money

NAMES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax"}
CORRELATION_ID = "9f2c4e1ab07d3c55"
AS_OF = datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC)
# A table takes 99 accounts, a message names 30 providers.
SIZES = (0, 1, 2, 3, 10, 39, 40, 41, 60, 61, 98, 99, 100)
SPREADS = (1, 2, 3, 29, 30, 31, 60)
MANY_SIZES, MANY_SPREADS = (500, 5000), (1, 3, 60)
CODES = sorted(DECIMALS)
# Wherever this is in what a provider says, it may be found in code style only, and in no plain text.
MARK = "evil"
HOSTILE = (
    f"<!channel> {MARK}",
    f"<!here|{MARK}>",
    f"<@U0123456789> {MARK}",
    f"<#C0123456789|{MARK}>",
    f"<!subteam^S0123456789> {MARK}",
    f"<https://{MARK}.example|Your bank>",
    f"<mailto:a@{MARK}.example|mail>",
    f"<!date^1^{{date}}^https://{MARK}.example|x>",
    f"https://{MARK}.example @channel @here #general",
    f"&lt;!here&gt; & {MARK} &amp;lt;",
    f"`*{MARK}*` _it_ ~no~ ```block``` > quote",
    f"`<!channel>` {MARK}",
    f"line\nbreak\r\x85\u2028\u2029tab\t\v\f{MARK}",
    f"\x00\x07\x1b[31m\x9b\x7f{MARK}",
    f"\u202eDSU 1\u202c \u2066x\u2069 \u200f\u200e\u061c\u200b\u200d\u2060\ufeff{MARK}",
    f"\ud800{MARK}\udfff\ue000\U000e0041",
    f"{MARK}" * 2500,
    "<" * 10_000 + MARK,
    "&" * 59 + MARK,
    '"\\' * 100 + MARK,
    "\U0001f4b0" * 100 + MARK,
    "e\u0301\u0489" * 50 + MARK,
    f"حساب التسوية {MARK}",
    f"清算账户{MARK}" * 20,
    f":warning: :{MARK}:",
    "• … available USD 1.00",
    "`",
    "`" * 100,
    "\u202e",
    " ",
    "\n",
    "",
)
_AMOUNTS = ("0", "0.01", "776.34", "-1234.5", "1" * 30, "-" + "9" * 30 + "." + "9" * 18, None)


def answers(chance: random.Random, mixed: int, step: int = 1) -> Iterator[tuple[str, BalanceSummary]]:
    """Every answer with its name: the systematic ones, then `mixed` that put everything together at random.

    Of the answers that differ in their size only, those that are `step` apart: every size and spread is among them
    still, though not every pair.
    """
    for size, spread in (*[*product(SIZES, SPREADS)][::step], *product(MANY_SIZES, MANY_SPREADS)):
        yield f"{size} balances at {spread} providers", many_balances(size, spread)
    for index, words in enumerate(HOSTILE):
        yield f"hostile words {index}", hostile(words)
    for index, words in [*enumerate(HOSTILE)][::step]:
        yield f"hostile words {index}, 100 accounts", many_balances(100, 3, words)
    for count in (1, 60, len(CODES)):
        yield f"{count} currencies", every_currency(count)
    for count in (1, 7, 100, 2000):
        yield f"{count} failures", many_failures(count)
    for index in range(mixed):
        yield f"mixed {index}", mixture(chance)


def many_balances(size: int, spread: int, words: str = "DISBURSEMENT") -> BalanceSummary:
    """`size` accounts in dollars, dealt to `spread` providers in turn."""
    balances = [_balance(words, "USD", (str(number), "0", None)) for number in range(size)]
    reports = [_report(f"p{place}", "main", *balances[place::spread]) for place in range(spread)]
    return BalanceSummary(AS_OF, (_total("USD", ("1", None, "0")),), tuple(reports))


def hostile(words: str) -> BalanceSummary:
    """Providers that say `words` wherever they say anything, and accounts that were given names like that."""
    name = _ours(words)
    account = Account(words, words, words, name)
    reports = (
        _report("payby", name, Balance(account, "USD", AS_OF, total=_money("1", "USD")), _balance(words, "USD")),
        _report("payby", f"{name}2"),
        _report("pagsmile", name, _balance(words, "AED", ("1", "2", "3"), later=True), _balance(words, "AED")),
    )
    failures = tuple(
        Failure(kind, "did not answer", CORRELATION_ID, provider, name, "USD", None, words, words)
        for kind in ErrorKind
        for provider in ("payermax", "payby", None)
        if provider or kind.is_outage
    )
    return BalanceSummary(AS_OF, (_total("USD", ("1", None, None)),), reports, failures)


def every_currency(count: int) -> BalanceSummary:
    """The longest totals that there can be, in `count` currencies, and an account in each."""
    codes = CODES[:count]
    totals = tuple(_total(code, ("1" * 30, "-" + "1" * 30, "0")) for code in codes)
    return BalanceSummary(AS_OF, totals, (_report("payby", "main", *(_balance("basic", code) for code in codes)),))


def many_failures(count: int) -> BalanceSummary:
    """`count` failures, no two of the same provider and reason, and no balance."""
    kinds = list(ErrorKind)
    failures = tuple(
        Failure(kinds[number % len(kinds)], f"refused {number}", CORRELATION_ID, f"p{number}", "main", "USD")
        for number in range(count)
    )
    return BalanceSummary(AS_OF, failures=failures)


def mixture(chance: random.Random) -> BalanceSummary:
    """Anything that can stand in an answer, together."""
    words = [*HOSTILE, "main", "DISBURSEMENT", None]
    owned = [word and _ours(word) for word in words]
    codes = chance.sample(CODES, chance.choice((0, 1, 3, 60)))
    providers = [f"p{number}" for number in range(chance.choice((1, 3, 40)))] + list(NAMES)
    reports = []
    for _ in range(chance.choice((0, 1, 5, 80))):
        held = [_random_balance(chance, words) for _ in range(chance.choice((0, 1, 3, 30, 100)))]
        reports.append(_report(chance.choice(providers), chance.choice(owned) or "main", *held))
    failures = [
        Failure(
            kind=chance.choice(list(ErrorKind)),
            message="did not answer in time: try again",
            correlation_id=CORRELATION_ID,
            provider=chance.choice(providers),
            account=chance.choice(owned),
            currency=chance.choice([*CODES, None]),
            provider_code=chance.choice(words),
            trace_id=chance.choice(words),
        )
        for _ in range(chance.choice((0, 0, 1, 10, 300)))
    ]
    totals = [_total(code, chance.choices(_AMOUNTS, k=3)) for code in codes]
    return BalanceSummary(AS_OF, tuple(totals), tuple(reports), tuple(failures))


def _random_balance(chance: random.Random, words: list[str | None]) -> Balance:
    code, later = chance.choice(CODES), chance.random() < 0.5
    available, pending, frozen, total = (_money(amount, code) for amount in chance.choices(_AMOUNTS, k=4))
    label = chance.choice(words)
    account = Account(chance.choice(words) or "", chance.choice(words), chance.choice(words), label and _ours(label))
    return Balance(account, code, AS_OF + timedelta(hours=later), available, pending, frozen, total)


def _balance(
    words: str, code: str, amounts: tuple[str | None, ...] = ("1", "0", None), *, later: bool = False
) -> Balance:
    available, pending, frozen = (_money(amount, code) for amount in amounts)
    account, as_of = Account(words, name=words, label=_ours(words)), AS_OF + timedelta(hours=later)
    return Balance(account, code, as_of, available, pending, frozen)


def _ours(words: str) -> str:
    """The same as our own words: account names come from the secret, labels from the provider's package."""
    return words.replace(MARK, "main")


def _report(provider: str, account: str, *balances: Balance) -> BalanceReport:
    return BalanceReport(provider, account, balances)


def _total(code: str, amounts: "tuple[str | None, ...] | list[str | None]") -> BalanceTotal:
    return BalanceTotal(code, *(_money(amount, code) for amount in amounts))


def _money(amount: str | None, code: str) -> Money | None:
    return None if amount is None else Money(Decimal(amount), code)
