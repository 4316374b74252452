"""Asks the real provider functions about odd answers, and compares what they say with what can be read."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx

from balance_core.models import NoticeKind
from balance_core.provider.function import ProviderFunction
from balance_core.provider.protocol import Provider
from pagsmile_balance.client import PROVIDER as PAGSMILE
from payby_balance.client import PROVIDER as PAYBY
from payermax_balance.client import PROVIDER as PAYERMAX
from tests.clock import NOW
from tests.faults.verdict import objections_to_notice
from tests.integration.printed import captured_log
from tests.money.world import NAMES
from tests.money.written import units_of
from tests.odd.rows import Row, pagsmile_rows, payby_rows, payermax_rows, with_repeated
from tests.odd.values import CODES
from tests.odd.wire import Sent, pagsmile_answer, payby_answer, payermax_answer
from tests.provider_fixtures import MERCHANT, PROVIDER, OneSecret
from tests.schemas import as_json, problems

# The last code of CODES is in no table, so nobody can ask about it.
_ASKABLE = CODES[:-1]
_KEYS = {"private_key": MERCHANT.private_pem}
_ACCOUNTS: Mapping[str, Mapping[str, object]] = {
    "pagsmile": {
        "base_url": "https://pagsmile.example",
        "app_id": "10000000000000001",
        "partner_id": "10000000000000002",
        "provider_public_key": PROVIDER.public_pem,
        **_KEYS,
    },
    "payby": {
        "environment": "sandbox",
        "partner_id": "200000018128",
        "provider_public_keys": [PROVIDER.public_pem],
        "currencies": list(_ASKABLE),
        **_KEYS,
    },
    "payermax": {
        "environment": "sandbox",
        "app_id": "a" * 32,
        "merchant_no": "SP000001",
        "provider_public_keys": [PROVIDER.public_pem],
        **_KEYS,
    },
}
# A second entry for the same merchant, in other words.
_SAME_MERCHANT: Mapping[str, Mapping[str, object]] = {
    "pagsmile": {"base_url": "https://PAGSMILE.example/", "app_id": "10000000000000003"},
    "payby": {"environment": None, "base_url": "https://uat.test2pay.com/"},
    "payermax": {"app_id": "b" * 32},
}
# These hide no money, and follow from rows that are not asked about.
_NOT_COMPARED = {
    NoticeKind.NO_BALANCES,
    NoticeKind.NOT_ISO_4217,
    NoticeKind.OTHER_ACCOUNTS,
    NoticeKind.RELATED_CURRENCY,
}


@dataclass(frozen=True)
class Result:
    """One case: what was odd in it, how many rows could be read, and what the answer got wrong."""

    kinds: frozenset[str]
    readable: int
    wrong: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


class OddProviders:
    """The three provider functions, in front of a network that answers as a case says."""

    def __init__(self) -> None:
        self._secrets = {provider.name: OneSecret() for provider in (PAGSMILE, PAYBY, PAYERMAX)}
        self._functions = {provider.name: self._function(provider) for provider in (PAGSMILE, PAYBY, PAYERMAX)}
        self._answers: Mapping[str | None, Sent] = {}

    def close(self) -> None:
        """Close the functions' event loops."""
        for function in self._functions.values():
            function.close()

    def _function(self, provider: Provider) -> ProviderFunction:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._respond))
        return ProviderFunction(provider, self._secrets[provider.name].store, now=lambda: NOW, client=client)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        """PayBy is asked about each currency by itself. Pagsmile here ignores which account number was asked about."""
        asked = json.loads(request.content).get("bizContent", {}).get("currencyCode")
        return self._answers[asked].response

    def try_one(self, random: Random) -> Result:
        """Make one random case, ask, and compare."""
        name = random.choice(list(self._functions))
        question = random.choice((None, random.sample(_ASKABLE, random.randint(1, 2))))
        secret = random.choice(("one entry",) * 4 + ("same merchant twice", "overlapping entries"))
        if secret == "overlapping entries":
            name = "pagsmile"
        self._answers, rows = _make(random, name, question, only_readable=secret == "overlapping entries")
        self._secrets[name].keep(json.dumps({"accounts": _entries(name, secret)}))
        event = {"currencies": question, "include_zero": True}
        environment = {"SECRET_NAME": "balance-bot/odd", "DEADLINE_SECONDS": "60"}
        answer = as_json(self._functions[name].answer(event, environment, 60_000))
        sent = list(self._answers.values())
        right = _right_notices(rows, sent, secret == "overlapping entries")
        odd = {secret, *(odd for row in rows for odd in row.odd), *(odd for each in sent for odd in each.odd)}
        kinds = frozenset(f"{name}: {each}" for each in odd)
        return _compare(answer, rows, right, int(secret == "same merchant twice"), kinds)


def _entries(name: str, secret: str) -> dict[str, Mapping[str, object]]:
    """The accounts in the secret; what is None is left out."""
    main = _ACCOUNTS[name]
    if secret == "one entry":
        return {"main": main}
    changes = _SAME_MERCHANT[name] if secret == "same merchant twice" else {"account_num": "17"}
    second = {field: value for field, value in {**main, **changes}.items() if value is not None}
    return {"main": main, "second": second}


@contextmanager
def odd_providers() -> Iterator[OddProviders]:
    """The functions, until the block ends. What they print is kept from the terminal."""
    with redirect_stdout(io.StringIO()), captured_log(), closing(OddProviders()) as providers:
        yield providers


def _make(
    random: Random, name: str, question: list[str] | None, *, only_readable: bool
) -> tuple[dict[str | None, Sent], list[Row]]:
    """The answers by asked currency (None for all), and the rows that the question is about."""
    if name == "payby":
        member = random.choice(("200000018128", None))
        sent: dict[str | None, Sent] = {}
        ours: list[Row] = []
        for currency in question or _ASKABLE:
            rows = with_repeated(random, payby_rows(random, currency, member))
            sent[currency] = payby_answer(random, rows, member)
            ours += _asked(rows, [currency])
        return sent, ours
    rows = with_repeated(random, payermax_rows(random) if name == "payermax" else pagsmile_rows(random))
    if only_readable:
        rows = [row for row in rows if row.account and row.units is not None and not row.unknown]
    ours = _asked(rows, question)
    if name == "pagsmile":
        return {None: pagsmile_answer(random, rows)}, ours
    return {None: payermax_answer(random, rows, any_shown=any(row.units is not None for row in ours))}, ours


def _asked(rows: list[Row], currencies: list[str] | None) -> list[Row]:
    return [row for row in rows if row.currency is None or not currencies or row.currency in currencies]


def _compare(answer: Any, rows: list[Row], right: set[NoticeKind], failures: int, kinds: frozenset[str]) -> Result:
    wanted = {(row.account, row.currency): dict(row.units) for row in rows if row.units is not None}
    found: dict[tuple[str | None, str], dict[str, int]] = {}
    wrong = []
    for balance in (each for report in answer["reports"] for each in report["balances"]):
        is_typed = balance["account_type"] not in ("partner account", "member")
        key = (balance["account_type"] if is_typed else balance["account_number"], balance["currency"])
        units = {name: units_of(balance[name], key[1]) for name in NAMES if balance[name] is not None}
        if key in found or (key in wanted and units != wanted[key]) or key not in wanted:
            wrong.append(f"{key}: {units}, right is {wanted.get(key)}")
        found[key] = units
    lost = [f"{key} was not reported" for key in wanted if key not in found]
    notices = answer["notices"]
    seen = {NoticeKind(each["kind"]) for each in notices} - _NOT_COMPARED
    other = [] if seen == right else [f"notices {sorted(seen)}, right are {sorted(right)}"]
    # Only the entry that names the same merchant again.
    failed = [(each["account"], each["kind"], each["hides_money"]) for each in answer["failures"]]
    if failed != [("second", "configuration", False)] * failures:
        other.append(f"failures {answer['failures']}")
    other += [each for notice in notices for each in objections_to_notice(notice["message"])]
    other += problems("provider-answer", answer)
    unread = sum(row.units is None for row in rows)
    said = sum(int(each["message"].split()[0].replace(",", "")) for each in notices if each["kind"] == "unread_rows")
    other += [] if said == unread else [f"{said} rows are said to be unread, right is {unread}"]
    return Result(kinds, len(wanted), tuple(wrong), tuple(lost), tuple(other))


def _right_notices(rows: list[Row], sent: Iterable[Sent], overlaps: bool) -> set[NoticeKind]:
    right = {kind for each in sent for kind in each.notices}
    if overlaps and any(row.account == "17" for row in rows):
        right.add(NoticeKind.COUNTED_ONCE)
    if any(row.units is None for row in rows):
        right.add(NoticeKind.UNREAD_ROWS)
    if any(row.unknown for row in rows):
        right.add(NoticeKind.UNREAD_AMOUNT)
    held = (row.units for row in rows if row.units is not None)
    if any({"available", "frozen", "total"} <= set(units) and _differs(units) for units in held):
        right.add(NoticeKind.TOTAL_DIFFERS)
    return right


def _differs(units: Mapping[str, int]) -> bool:
    return bool(units["available"] + units["frozen"] != units["total"])
