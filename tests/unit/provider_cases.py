"""The three providers as their tests need them: configured accounts, documented replies and variants of them."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from balance_core.provider.http import HttpReply
from balance_core.provider.protocol import Inquiry, Provider
from balance_core.question import Question
from pagsmile_balance import client as pagsmile
from pagsmile_balance.envelope import Envelope
from payby_balance import client as payby
from payermax_balance import client as payermax
from tests.openssl import KEYS, aes_cbc_encrypt, rsa_encrypt
from tests.provider_fixtures import FIXTURES, credentials_of, key_text

_RSA_PAIR = {"private_key": key_text("merchant_private"), "provider_public_keys": [key_text("provider_public")]}


@dataclass(frozen=True)
class Case:
    """A provider with a complete account, and the question and time of its golden request."""

    provider: Provider
    account: Mapping[str, object]
    question: Question
    asked_at: datetime

    @property
    def fixtures(self) -> Path:
        """Its folder of documented and recorded messages."""
        return FIXTURES / self.provider.name

    def inquiries(self, question: Question, /, **changes: object) -> list[Inquiry]:
        """What is planned for the account with these fields changed; None removes a field."""
        fields = {name: value for name, value in {**self.account, **changes}.items() if value is not None}
        return list(self.provider.plan(credentials_of(f"balance-bot/{self.provider.name}", fields), question))

    def inquiry(self, question: Question | None = None, /, **changes: object) -> Inquiry:
        """The only conversation about a question, which is the golden request's unless another is given."""
        (only,) = self.inquiries(question or self.question, **changes)
        return only

    def documented(self, change: Callable[[dict[str, Any]], object] = lambda _: None) -> bytes:
        """The documented answer after `change`, with its numbers as they were written, in other bytes."""
        answer = json.loads((self.fixtures / "documented-answer.json").read_bytes())
        change(answer)
        return json.dumps(answer).encode()


PAYBY = Case(
    payby.PROVIDER,
    {"environment": "production", "partner_id": "200000018128", "currencies": ["AED", "USD"], **_RSA_PAIR},
    Question(currencies=("AED",)),
    datetime(2024, 2, 21, 3, 15, 34, 645_000, UTC),
)
PAYERMAX = Case(
    payermax.PROVIDER,
    {
        "environment": "production",
        "app_id": "127d5de5b5124d11b9132c6ec9cc61d3",
        "merchant_no": "010113864671194",
        **_RSA_PAIR,
    },
    Question(currencies=("USD",), include_zero=True),
    datetime(2023, 3, 30, 6, 15, 22, 96_000, UTC),
)
PAGSMILE = Case(
    pagsmile.PROVIDER,
    {
        "base_url": "https://card-api-sandbox.pagsmile.com",
        "app_id": "00000000000000000",
        "partner_id": "00000000000000000",
        "private_key": key_text("merchant_private"),
        "provider_public_key": key_text("provider_public"),
    },
    Question(),
    datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC),
)
CASES = (PAGSMILE, PAYBY, PAYERMAX)


def name_of(value: object) -> str:
    """The test id of a case, or of another parameter beside it."""
    return value.provider.name if isinstance(value, Case) else str(value)


def sealed_by_openssl(plain: bytes, key: bytes = b"Kq7vX2mB9sT4wZ8c", iv: bytes = b"0123456789ABCDEF") -> Envelope:
    """`plain` as Pagsmile encrypts it to us."""
    text = iv.decode() + b64encode(aes_cbc_encrypt(plain, key, iv)).decode()
    return Envelope(rsa_encrypt(key, KEYS / "merchant_public.pem"), text)


def pagsmile_reply(rows: object, status: int = 200, /, **changes: object) -> HttpReply:
    """A successful reply from Pagsmile with these rows; a change to None removes the field."""
    envelope = sealed_by_openssl(rows if isinstance(rows, bytes) else json.dumps(rows).encode())
    fields = {
        "code": "10000",
        "msg": "Success",
        "total": 15,
        "random_key": envelope.random_key,
        "sign_type": "RSA",
        "app_id": PAGSMILE.account["app_id"],
        "data": envelope.text,
        **changes,
    }
    body = json.dumps({name: value for name, value in fields.items() if value is not None}).encode()
    return HttpReply(status, {"content-type": "application/json;charset=UTF-8"}, body)


def pagsmile_row(**changes: object) -> dict[str, object]:
    """One of Pagsmile's rows, in which no two amounts are equal."""
    return {
        "account_num": "10419000000401",
        "account_name": "Test A",
        "currency": "USD",
        "balance": "100.50",
        "available_balance": "90.25",
        "block_amount": "10.25",
        **changes,
    }
