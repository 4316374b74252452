"""Answers that are hard to show: nothing, thousands of accounts, every currency, hostile words in every place."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product

from balance_core.currencies import DECIMALS, WELL_KNOWN
from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, Failure, Notice, NoticeKind
from tests.clock import NOW
from tests.unit.slack_cases import money, total

NAMES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax"}
CORRELATION_ID = "9f2c4e1ab07d3c55"
# A table takes 99 accounts, a message names 30 providers.
SIZES = (0, 1, 2, 3, 10, 39, 40, 41, 60, 61, 98, 99, 100)
SPREADS = (1, 2, 3, 29, 30, 31, 60)
CODES = sorted(DECIMALS.keys() | WELL_KNOWN)
# A provider's words that contain it may be shown in code style only, and never in plain text.
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
    *("`", "`" * 100, "\u202e", " ", "\n", ""),
)
_AMOUNTS = ("0", "0.01", "776.34", "-1234.5", "1" * 30, "-" + "9" * 30 + "." + "9" * 18, None)


def answers(chance: random.Random, mixed: int, step: int = 1) -> Iterator[tuple[str, BalanceSummary]]:
    """Every answer with its name: the systematic ones, then `mixed` random ones.

    `step` keeps every step-th combination of size and spread; each size and each spread is still among them.
    """
    for size, spread in (*[*product(SIZES, SPREADS)][::step], *product((500, 5000), (1, 3, 60))):
        yield f"{size} balances at {spread} providers", many_balances(size, spread)
    for size in (2, 98, 400, 5000):
        yield f"{size} merchant accounts", many_accounts(size)
    for index, words in enumerate(HOSTILE):
        yield f"hostile words {index}", hostile(words)
    for index, words in [*enumerate(HOSTILE)][::step]:
        yield f"hostile words {index}, 100 accounts", many_balances(100, 3, words)
    for count in (1, 60, len(CODES)):
        yield f"{count} currencies", every_currency(count)
    for count in (1, 7, 100, 2000):
        yield f"{count} failures", many_failures(count)
        yield f"{count} notices about nothing", BalanceSummary(NOW, notices=many_notices(count))
        yield f"{count} notices about 5,000 balances", replace(many_balances(5000, 3), notices=many_notices(count))
    for index in range(mixed):
        yield f"mixed {index}", mixture(chance)


def many_balances(size: int, spread: int, words: str = "DISBURSEMENT") -> BalanceSummary:
    """`size` accounts in dollars, dealt to `spread` providers in turn."""
    balances = [_balance(words, "USD", (str(number), "0", None)) for number in range(size)]
    reports = [BalanceReport(f"p{place}", "main", tuple(balances[place::spread])) for place in range(spread)]
    return BalanceSummary(NOW, (total("1", None, "0"),), tuple(reports))


def many_accounts(size: int) -> BalanceSummary:
    """`size` merchant accounts at three providers, each with a balance in dollars."""
    reports = (
        BalanceReport(f"p{number % 3}", f"m{number}", (_balance("DISBURSEMENT", "USD", (str(number), "5", "0")),))
        for number in range(size)
    )
    return BalanceSummary(NOW, (total("1", "1", "0"),), tuple(reports))


def hostile(words: str) -> BalanceSummary:
    """Providers that say `words` wherever they say anything, and accounts that we named like that."""
    name = _ours(words)
    vault = Balance(Account(words, words, words, name), "USD", NOW, total=money("1", "USD"))
    later = _balance(words, "AED", ("1", "2", "3"), later=True)
    reports = (
        BalanceReport("payby", name, (vault, _balance(words, "USD"))),
        BalanceReport("payby", f"{name}2", ()),
        BalanceReport("pagsmile", name, (later, _balance(words, "AED"))),
    )
    failures = tuple(
        Failure(kind, "did not answer", CORRELATION_ID, provider, name, "USD", None, words, words)
        for kind in ErrorKind
        for provider in ("payermax", "payby", None)
        if provider or kind.is_outage
    )
    notices = tuple(
        Notice(kind, f"says {name}", provider, name, "USD", words)
        for kind in NoticeKind
        for provider in ("payermax", "payby", None)
    )
    totals = (total("2", "2", "3", currency="AED"), total("1", "0", None))
    return BalanceSummary(NOW, totals, reports, failures, notices)


def every_currency(count: int) -> BalanceSummary:
    """The longest possible totals in `count` currencies, and an account in each."""
    codes = CODES[:count]
    totals = tuple(total("1" * 30, "-" + "1" * 30, "0", currency=code) for code in codes)
    return BalanceSummary(NOW, totals, (BalanceReport("payby", "main", tuple(_balance("basic", c) for c in codes)),))


def many_failures(count: int) -> BalanceSummary:
    """`count` failures, each of another provider and for another reason, and no balance."""
    kinds = list(ErrorKind)
    failures = tuple(
        Failure(kinds[number % len(kinds)], f"refused {number}", CORRELATION_ID, f"p{number}", "main", "USD")
        for number in range(count)
    )
    return BalanceSummary(NOW, failures=failures)


def many_notices(count: int) -> tuple[Notice, ...]:
    """`count` long notices of every kind, each about another account."""
    kinds = list(NoticeKind)
    return tuple(
        Notice(kinds[number % len(kinds)], f"notice {number} {'清算 ' * 100}", "p0", f"a{number}", "USD", "$.data[7]")
        for number in range(count)
    )


def mixture(chance: random.Random) -> BalanceSummary:
    """Everything that an answer may contain, at random."""
    words = [*HOSTILE, "main", "DISBURSEMENT", None]
    owned = [word and _ours(word) for word in words]
    codes = chance.sample(CODES, chance.choice((0, 1, 3, 60)))
    providers = [f"p{number}" for number in range(chance.choice((1, 3, 40)))] + list(NAMES)
    reports = []
    for _ in range(chance.choice((0, 1, 5, 80))):
        held = [_random_balance(chance, words) for _ in range(chance.choice((0, 1, 3, 30, 100)))]
        reports.append(BalanceReport(chance.choice(providers), chance.choice(owned) or "main", tuple(held)))
    failures = [_random_failure(chance, words, providers) for _ in range(chance.choice((0, 0, 1, 10, 300)))]
    totals = [total(*chance.choices(_AMOUNTS, k=3), currency=code) for code in codes]
    notices = many_notices(chance.choice((0, 1, 10, 300)))
    return BalanceSummary(NOW, tuple(totals), tuple(reports), tuple(failures), notices)


def _random_balance(chance: random.Random, words: list[str | None]) -> Balance:
    code, later = chance.choice(CODES), chance.random() < 0.5
    amounts = (money(amount, code) for amount in chance.choices(_AMOUNTS, k=4))
    label = chance.choice(words)
    account = Account(chance.choice(words) or "", chance.choice(words), chance.choice(words), label and _ours(label))
    return Balance(account, code, NOW + timedelta(hours=later), *amounts)


def _random_failure(chance: random.Random, words: list[str | None], providers: list[str]) -> Failure:
    account = chance.choice(words)
    place = (chance.choice(providers), account and _ours(account), chance.choice([*CODES, None]))
    proof = (None, chance.choice(words), chance.choice(words))
    return Failure(chance.choice(list(ErrorKind)), "did not answer in time", CORRELATION_ID, *place, *proof)


def _balance(
    words: str, code: str, amounts: Sequence[str | None] = ("1", "0", None), *, later: bool = False
) -> Balance:
    account, as_of = Account(words, name=words, label=_ours(words)), NOW + timedelta(hours=later)
    return Balance(account, code, as_of, *(money(amount, code) for amount in amounts))


def _ours(words: str) -> str:
    """The same words as our own: account names come from the secret, labels from the provider's package."""
    return words.replace(MARK, "main")
