"""PayerMax as its tests need it: a configured account, the documented answer and variants of it."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from balance_core.errors import ProviderError
from balance_core.http import HttpReply
from balance_core.models import Balance
from balance_core.question import Question
from payermax_balance.client import BalanceQuery, plan
from tests.provider_fixtures import FIXTURES, credentials_of, key_text

PAYERMAX = FIXTURES / "payermax"
DOCUMENTED = PAYERMAX / "documented-answer.json"
RECEIVED_AT = datetime(2023, 3, 30, 6, 15, 22, 400_000, tzinfo=UTC)  # a moment after the documented answer's time
SECRET: Mapping[str, object] = {
    "environment": "production",
    "app_id": "127d5de5b5124d11b9132c6ec9cc61d3",
    "merchant_no": "010113864671194",
    "private_key": key_text("merchant_private"),
    "provider_public_keys": [key_text("provider_public")],
}


def query(currencies: tuple[str, ...] = (), public_keys: tuple[str, ...] = ("provider_public",)) -> BalanceQuery:
    fields = {**SECRET, "provider_public_keys": [key_text(name) for name in public_keys]}
    return plan(credentials_of("balance-bot/payermax", fields), Question("c", currencies=currencies))[0]


def balances(reply: HttpReply, *currencies: str) -> list[Balance]:
    return list(query(currencies).read(reply, RECEIVED_AT))


def refusal(reply: HttpReply, *currencies: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        query(currencies).read(reply, RECEIVED_AT)
    return caught.value


def documented(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The documented answer after `change`; its floats survive because Python prints what it read."""
    answer = json.loads(DOCUMENTED.read_bytes())
    change(answer)
    return json.dumps(answer).encode()


def with_rows(*rows: object) -> bytes:
    return documented(lambda answer: answer["data"].update(accountRealTimeTypes=rows))


def row(account_type: str = "DISBURSEMENT", currency: str = "USD", balance: object = 1) -> dict[str, object]:
    return {"balance": balance, "accountType": account_type, "currency": currency}


def of_code(code: str) -> bytes:
    return json.dumps({"msg": "", "code": code}).encode()
