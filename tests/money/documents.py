"""Providers' documents with given amounts, and what we read in them. A reader raises JsonError for an unread amount."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from balance_core.models import Balance, Reading
from balance_core.strict_json import JsonError, loads
from pagsmile_balance import payloads as pagsmile
from payby_balance import payloads as payby
from payermax_balance import payloads as payermax

AS_OF = datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC)


def read_payermax(rows: Iterable[tuple[str, str, str]]) -> list[Balance]:
    """What we read in PayerMax's answer with these account types, currencies and JSON of amounts."""
    accounts = ",".join(f'{{"balance":{text},"accountType":"{kind}","currency":"{code}"}}' for kind, code, text in rows)
    document = f'{{"inquiryTime":"2026-11-21T01:45:38.960Z","accountRealTimeTypes":[{accounts}]}}'
    return _complete(payermax.read_balances(loads(document.encode()), (), AS_OF))


def read_payby(currency: str, text: str) -> list[Balance]:
    """What we read in PayBy's answer about one currency, with this JSON of an amount."""
    money = f'{{"availableBalance":{{"amount":{text},"currency":"{currency}"}}}}'
    document = f'{{"head":{{"success":true}},"body":{{"memberId":"200000018128","balanceList":[{money}]}}}}'
    return _complete(payby.read_balances(loads(document.encode()), currency, AS_OF))


def read_pagsmile(rows: Iterable[tuple[str, str, Mapping[str, str]]]) -> list[Balance]:
    """What we read in Pagsmile's rows: account number, currency, and JSON of amounts by field."""
    accounts = ",".join(
        f'{{"account_num":"{number}","currency":"{currency}",'
        + ",".join(f'"{field}":{text}' for field, text in amounts.items())
        + "}"
        for number, currency, amounts in rows
    )
    return _complete(pagsmile.read_balances(loads(f"[{accounts}]".encode()), loads(b"{}"), None, (), AS_OF))


def _complete(reading: Reading) -> list[Balance]:
    for notice in reading.notices:
        if notice.kind.hides_money:
            raise JsonError(notice.place or "$", notice.message)
    return list(reading.balances)
