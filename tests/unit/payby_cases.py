"""PayBy as its tests need it: a configured account, the documented answer and variants of it."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from balance_core.errors import ProviderError
from balance_core.http import HttpReply
from balance_core.models import Balance
from balance_core.question import Question
from payby_balance.client import BalanceQuery, plan
from tests.provider_fixtures import FIXTURES, credentials_of, key_text

PAYBY = FIXTURES / "payby"
DOCUMENTED = PAYBY / "documented-answer.json"
RECEIVED_AT = datetime(2026, 11, 21, 1, 45, 38, 960_000, tzinfo=UTC)
SECRET: Mapping[str, object] = {
    "environment": "production",
    "partner_id": "200000018128",
    "private_key": key_text("merchant_private"),
    "provider_public_keys": [key_text("provider_public")],
    "currencies": ["AED", "USD"],
}


def query(currency: str = "AED", public_keys: tuple[str, ...] = ("provider_public",)) -> BalanceQuery:
    changes = {"currencies": [currency], "provider_public_keys": [key_text(name) for name in public_keys]}
    return plan(credentials_of("balance-bot/payby", {**SECRET, **changes}), Question("c"))[0]


def balance(reply: HttpReply, currency: str = "AED") -> Balance:
    (only,) = query(currency).read(reply, RECEIVED_AT)
    return only


def refusal(reply: HttpReply, currency: str = "AED") -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        query(currency).read(reply, RECEIVED_AT)
    return caught.value


def documented(change: Callable[[dict[str, Any]], object] = lambda _: None) -> bytes:
    """The documented answer after `change`, with its numbers as they were written."""
    answer = json.loads(DOCUMENTED.read_bytes())
    change(answer)
    return json.dumps(answer).encode()


def of_code(code: str, msg: str = "SOME_MESSAGE", apply_status: str = "FAIL") -> bytes:
    return json.dumps({"head": {"applyStatus": apply_status, "code": code, "msg": msg, "traceCode": "7"}}).encode()


def with_amount(text: str) -> bytes:
    return DOCUMENTED.read_bytes().replace(b"897993.88", text.encode())
