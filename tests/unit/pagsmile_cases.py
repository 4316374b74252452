"""Pagsmile as the tests need it: configured credentials, sealed answers, and the random bytes 0, 1, 2, ..."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from balance_core.credentials import Credentials, read_credentials
from balance_core.exchange import Exchange
from balance_core.http import HttpReply
from balance_core.question import Question
from balance_core.secrets import Secret
from balance_core.wire import loads
from pagsmile_balance.client import plan
from pagsmile_balance.envelope import Envelope
from tests.openssl import KEYS, aes_cbc_encrypt, rsa_encrypt

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pagsmile"
NOW = datetime(2026, 11, 21, 1, 45, 38, 960000, tzinfo=UTC)
APP_ID = PARTNER_ID = "00000000000000000"
CORRELATION_ID = "9f2c4e1ab07d3c55"


def counting_bytes() -> Callable[[int], bytes]:
    """A source of "random" bytes that continues 0, 1, 2, ... from call to call."""
    numbers = count()
    return lambda length: bytes(next(numbers) % 256 for _ in range(length))


def credentials(**changes: object) -> Credentials:
    """The account `main` with the throw-away keys; a change to None takes the field away."""
    fields = {
        "base_url": "https://card-api-sandbox.pagsmile.com",
        "app_id": APP_ID,
        "partner_id": PARTNER_ID,
        "private_key": (KEYS / "merchant_private.pem").read_text(),
        "provider_public_key": (KEYS / "provider_public.pem").read_text(),
        **changes,
    }
    secret = Secret("balance-bot/pagsmile", loads(json.dumps({"accounts": {"main": fields}}).encode()))
    return read_credentials(secret)[0]


def exchange_for(*currencies: str, **changes: object) -> Exchange:
    """The one exchange of a question about `currencies`, for the account with these fields changed."""
    (exchange,) = plan(credentials(**changes), Question(CORRELATION_ID, currencies))
    return exchange


def sealed_by_openssl(plain: bytes, key: bytes = b"Kq7vX2mB9sT4wZ8c", iv: bytes = b"0123456789ABCDEF") -> Envelope:
    """`plain` as Pagsmile would encrypt it to the merchant."""
    text = iv.decode() + b64encode(aes_cbc_encrypt(plain, key, iv)).decode()
    return Envelope(rsa_encrypt(key, KEYS / "merchant_public.pem"), text)


def answer(rows: object, status: int = 200, /, **changes: object) -> HttpReply:
    """A successful answer with these rows inside; a change to None takes the field away."""
    envelope = sealed_by_openssl(json.dumps(rows).encode())
    fields = {
        "code": "10000",
        "msg": "Success",
        "total": 15,
        "random_key": envelope.random_key,
        "sign_type": "RSA",
        "app_id": APP_ID,
        "data": envelope.text,
        **changes,
    }
    return reply({name: value for name, value in fields.items() if value is not None}, status)


def reply(body: object, status: int = 200) -> HttpReply:
    """`body` as JSON, or as it is when it is bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpReply(status, {"content-type": "application/json;charset=UTF-8"}, raw)


def row(**changes: object) -> dict[str, object]:
    """One row in which no two amounts are equal."""
    return {
        "account_num": "10419000000401",
        "account_name": "Test A",
        "currency": "USD",
        "balance": "100.50",
        "available_balance": "90.25",
        "block_amount": "10.25",
        **changes,
    }
