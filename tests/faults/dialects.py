"""How each provider writes its answers, so that one fault is written once and applied to each of them.

An honest answer is the simulator's own. Its text is the JSON with the amounts: the body, or what Pagsmile encrypts.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, cast

from balance_core.provider.protocol import Provider
from pagsmile_balance.client import PROVIDER as PAGSMILE
from payby_balance.client import PROVIDER as PAYBY
from payermax_balance.client import PROVIDER as PAYERMAX
from tests.local.http_server import Response
from tests.local.simulators import pagsmile, payby, payermax
from tests.local.simulators.answers import json_answer
from tests.local.simulators.exact_json import parse_object, to_json
from tests.local.simulators.keys import KeyPair
from tests.local.simulators.pagsmile_encryption import new_key, seal, unseal, unwrap_key, wrap_key
from tests.local.simulators.server import LocalProvider
from tests.provider_fixtures import MERCHANT, PROVIDER

# What every merchant holds, and so what every honest answer says.
HOLDING = "USD 100.25"


class Dialect(ABC):
    """One provider's way to write; this base class signs its bodies.

    `amount` is the amount's JSON text in an honest answer, `field` its name, and `money_at` the path to the object that
    holds it, through the first account.
    """

    provider: ClassVar[Provider]
    amount: ClassVar[str] = "100.25"
    field: ClassVar[str]
    money_at: ClassVar[tuple[str | int, ...]]

    def __init__(self, keys: Path) -> None:
        # The fixtures' keys, because making others takes a second.
        for name, pair in {"merchant": MERCHANT, self.provider.name: PROVIDER}.items():
            (keys / f"{name}.pem").write_text(pair.private_pem)
        self.local = self.set_up(keys)

    @abstractmethod
    def set_up(self, keys: Path) -> LocalProvider:
        """The simulator and its only merchant."""

    @abstractmethod
    def refusal(self, code: str, word: str) -> Response:
        """The provider's answer when it refuses, in its own words."""

    def money(self, document: Any) -> dict[str, Any]:
        """The object that holds amount and currency, inside the parsed text."""
        return cast(dict[str, Any], _at(document, self.money_at))

    def rows(self, document: Any) -> list[Any]:
        """The list of accounts, inside the parsed text."""
        return cast(list[Any], _at(document, self.money_at[: self.money_at.index(0)]))

    def text(self, answer: Response) -> str:
        """The JSON text with the amounts."""
        return answer.body.decode()

    def with_text(self, answer: Response, text: str) -> Response:
        """The same answer with another text, signed or encrypted as the provider itself would."""
        return self.with_body(answer, text.encode())

    def with_amount(self, answer: Response, json_text: str) -> Response:
        """The same answer with other JSON text instead of the amount."""
        member = f'"{self.field}":'
        assert member + self.amount in self.text(answer)
        return self.with_text(answer, self.text(answer).replace(member + self.amount, member + json_text, 1))

    def with_body(self, answer: Response, body: bytes) -> Response:
        """The same answer with any other body, signed if the provider signs."""
        return _signed_by(PROVIDER, replace(answer, body=body))

    def by_another(self, answer: Response) -> Response:
        """The same answer, made with the wrong key."""
        return _signed_by(MERCHANT, answer)


class PayBy(Dialect):
    provider = PAYBY
    field = "amount"
    money_at = ("body", "balanceList", 0, "availableBalance")

    def set_up(self, keys: Path) -> LocalProvider:
        return payby.set_up(keys, {"USD": Decimal("100.25")})

    def refusal(self, code: str, word: str) -> Response:
        head = {"head": {"applyStatus": "FAIL", "code": code, "msg": word, "traceCode": "375099"}}
        return _signed_by(PROVIDER, json_answer(json.dumps(head).encode()))


class PayerMax(Dialect):
    provider = PAYERMAX
    field = "balance"
    money_at = ("data", "accountRealTimeTypes", 0)

    def set_up(self, keys: Path) -> LocalProvider:
        return payermax.set_up(keys, (payermax.PayerMaxBalance(Decimal("100.25"), "DISBURSEMENT", "USD"),))

    def refusal(self, code: str, word: str) -> Response:
        return json_answer(json.dumps({"code": code, "msg": word}).encode())


class Pagsmile(Dialect):
    """Encrypts its text and signs nothing."""

    provider = PAGSMILE
    amount = '"100.25"'
    field = "available_balance"
    money_at = (0,)

    def set_up(self, keys: Path) -> LocalProvider:
        balance = pagsmile.PagsmileBalance("10419000000401", "Test A", "USD", "100.25", "100.25", "0.00")
        return pagsmile.set_up(keys, (balance,))

    def text(self, answer: Response) -> str:
        document = parse_object(answer.body)
        return unseal(document["data"], unwrap_key(document["random_key"], MERCHANT.private_key))

    def with_text(self, answer: Response, text: str) -> Response:
        return _encrypted_to(MERCHANT, answer, text)

    def with_body(self, answer: Response, body: bytes) -> Response:
        return replace(answer, body=body)

    def by_another(self, answer: Response) -> Response:
        return _encrypted_to(PROVIDER, answer, self.text(answer))

    def refusal(self, code: str, word: str) -> Response:
        return json_answer(json.dumps({"code": code, "msg": word, "sub_code": word}).encode(), status=400)


def _at(document: Any, path: Sequence[str | int]) -> Any:
    return document if not path else _at(document[path[0]], path[1:])


def _signed_by(keys: KeyPair, answer: Response) -> Response:
    return replace(answer, headers={**answer.headers, "sign": keys.sign(answer.body)})


def _encrypted_to(keys: KeyPair, answer: Response, text: str) -> Response:
    key = new_key(16)
    envelope = {"random_key": wrap_key(key, keys.private_key.public_key()), "data": seal(text, key)}
    return replace(answer, body=to_json({**parse_object(answer.body), **envelope}).encode())
