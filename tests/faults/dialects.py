"""How each provider writes its answers, so that one fault can be written once and told in every dialect.

An honest answer is the simulator's own. Its `text` is the JSON with the amounts: the body, or what Pagsmile seals.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from tests.contract.provider_worlds import PROVIDERS, Provider
from tests.local.simulators.documents import parse_object, to_json
from tests.local.simulators.envelope import new_key, seal, unseal, unwrap_key, wrap_key
from tests.local.simulators.exchange import Answer, ReceivedRequest, json_answer
from tests.local.simulators.keys import KeyPair
from tests.local.simulators.server import SimulatorServer
from tests.provider_fixtures import MERCHANT, PROVIDER

# What every account holds, and so what every honest answer says.
HOLDING = "USD 100.25"


@dataclass(frozen=True)
class Dialect(ABC):
    """One provider's way to write. `amount` is the amount's JSON text in an honest answer, `field` its name."""

    provider: Provider
    simulator: SimulatorServer
    amount: ClassVar[str] = "100.25"
    field: ClassVar[str]
    rows_at: ClassVar[tuple[str, ...]]

    @property
    def name(self) -> str:
        return self.provider.name

    def honest(self, request: ReceivedRequest) -> Answer:
        """The right answer to `request`."""
        return self.simulator.answer(request, None)

    def row(self, document: Any) -> dict[str, Any]:
        """The row with the account's money, inside the parsed text."""
        for step in self.rows_at:
            document = document[step]
        row: dict[str, Any] = document[0]
        return row

    @abstractmethod
    def text(self, answer: Answer) -> str:
        """The JSON text with the amounts."""

    @abstractmethod
    def with_text(self, answer: Answer, text: str) -> Answer:
        """The same answer with another text, signed or sealed as the provider itself would."""

    @abstractmethod
    def with_body(self, answer: Answer, body: bytes) -> Answer:
        """The same answer with any other body, signed where the provider signs."""

    @abstractmethod
    def by_another(self, answer: Answer) -> Answer:
        """The same answer, made with a key that is somebody else's."""

    @abstractmethod
    def refusal(self, code: str, word: str) -> Answer:
        """The provider's answer when it refuses, in its own words."""


class _Signed(Dialect):
    def text(self, answer: Answer) -> str:
        return answer.body.decode()

    def with_text(self, answer: Answer, text: str) -> Answer:
        return self.with_body(answer, text.encode())

    def with_body(self, answer: Answer, body: bytes) -> Answer:
        return signed_by(PROVIDER, replace(answer, body=body))

    def by_another(self, answer: Answer) -> Answer:
        return signed_by(MERCHANT, answer)


class PayBy(_Signed):
    field = "amount"
    rows_at = ("body", "balanceList")

    def row(self, document: Any) -> dict[str, Any]:
        row: dict[str, Any] = super().row(document)["availableBalance"]
        return row

    def refusal(self, code: str, word: str) -> Answer:
        head = {"head": {"applyStatus": "FAIL", "code": code, "msg": word, "traceCode": "375099"}}
        return signed_by(PROVIDER, json_answer(json.dumps(head).encode()))


class PayerMax(_Signed):
    field = "balance"
    rows_at = ("data", "accountRealTimeTypes")

    def refusal(self, code: str, word: str) -> Answer:
        return json_answer(json.dumps({"code": code, "msg": word}).encode())


class Pagsmile(Dialect):
    amount = '"100.25"'
    field = "available_balance"
    rows_at = ()

    def text(self, answer: Answer) -> str:
        document = parse_object(answer.body)
        return unseal(document["data"], unwrap_key(document["random_key"], MERCHANT.private_key))

    def with_text(self, answer: Answer, text: str) -> Answer:
        return self._sealed(answer, text, MERCHANT)

    def with_body(self, answer: Answer, body: bytes) -> Answer:
        return replace(answer, body=body)

    def by_another(self, answer: Answer) -> Answer:
        return self._sealed(answer, self.text(answer), PROVIDER)

    def _sealed(self, answer: Answer, text: str, receiver: KeyPair) -> Answer:
        key = new_key(16)
        envelope = {"random_key": wrap_key(key, receiver.private_key.public_key()), "data": seal(text, key)}
        return replace(answer, body=to_json({**parse_object(answer.body), **envelope}).encode())

    def refusal(self, code: str, word: str) -> Answer:
        return json_answer(json.dumps({"code": code, "msg": word, "sub_code": word}).encode(), status=400)


def signed_by(keys: KeyPair, answer: Answer) -> Answer:
    """`answer` with the signature of `keys` over its body."""
    return replace(answer, headers={**answer.headers, "sign": keys.sign(answer.body)})


def received(request: bytes) -> ReceivedRequest:
    """A request's bytes as the simulators take them."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    named = (line.partition(":") for line in lines)
    return ReceivedRequest(method, path, {name.lower(): value.strip() for name, _, value in named}, body)


_DIALECTS: dict[str, Callable[[Provider, SimulatorServer], Dialect]] = {
    "payby": PayBy,
    "payermax": PayerMax,
    "pagsmile": Pagsmile,
}


def all_dialects() -> list[Dialect]:
    """Every provider's dialect; the simulators hold the merchant `main`, and whoever asks for them stops them."""
    return [_DIALECTS[each.name](each, each.simulate(["main"])) for each in PROVIDERS]
