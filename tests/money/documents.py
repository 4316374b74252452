"""Providers' documents with given amounts, and what we read in them. Every reader raises JsonError."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from balance_core.models import Balance
from balance_core.strict_json import loads
from pagsmile_balance import payloads as pagsmile
from payby_balance import payloads as payby
from payermax_balance import payloads as payermax

AS_OF = datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC)


def read_payermax(rows: Iterable[tuple[str, str, str]]) -> list[Balance]:
    """What we read in PayerMax's answer with these account types, currencies and JSON numbers."""
    accounts = ",".join(f'{{"balance":{text},"accountType":"{kind}","currency":"{code}"}}' for kind, code, text in rows)
    document = f'{{"inquiryTime":"2026-11-21T01:45:38.960Z","accountRealTimeTypes":[{accounts}]}}'
    return payermax.read_balances(loads(document.encode()), ())


def read_payby(currency: str, text: str) -> list[Balance]:
    """What we read in PayBy's answer about one currency, with this JSON number."""
    money = f'{{"availableBalance":{{"amount":{text},"currency":"{currency}"}}}}'
    document = f'{{"head":{{"success":true}},"body":{{"memberId":"200000018128","balanceList":[{money}]}}}}'
    return [payby.read_balance(loads(document.encode()), currency, AS_OF)]


def read_pagsmile(rows: Iterable[tuple[str, str, Mapping[str, str]]]) -> list[Balance]:
    """What we read in Pagsmile's rows: account number, currency, and JSON strings by field."""
    accounts = ",".join(
        f'{{"account_num":"{number}","currency":"{currency}",'
        + ",".join(f'"{field}":{text}' for field, text in amounts.items())
        + "}"
        for number, currency, amounts in rows
    )
    return list(pagsmile.read_balances(loads(f"[{accounts}]".encode()), (), AS_OF))
