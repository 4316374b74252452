"""Targets: the three providers' `read`. An input is two digits and the rest, such as `10{"head":{}}`.

The first digit says how the provider proves the rest (`Proof`), the second picks the HTTP status from `_STATUSES`.
Whatever comes, only ProviderError is raised, and no balance is read from an answer that is not proven.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from balance_core.contract import provider_answer_to_wire, read_provider_answer
from balance_core.errors import ProviderError
from balance_core.exchange import Exchange, Plan
from balance_core.http import HttpReply
from balance_core.models import Balance, BalanceReport, ProviderAnswer
from balance_core.question import Question
from balance_core.wire import dumps, loads
from pagsmile_balance.client import plan as plan_pagsmile
from payby_balance.client import plan as plan_payby
from payermax_balance.client import plan as plan_payermax
from tests.fuzz.finding import require
from tests.local.simulators.envelope import new_key, seal, wrap_key
from tests.local.simulators.keys import KeyPair
from tests.provider_fixtures import MERCHANT, PROVIDER, credentials_of

_STATUSES = (200, 201, 302, 400, 401, 403, 429, 500, 503, 504)
RECEIVED_AT = datetime(2023, 3, 30, 6, 15, 22, 400_000, tzinfo=UTC)  # a moment after PayerMax's documented answer
_KEYS = {"private_key": MERCHANT.private_pem, "provider_public_keys": [PROVIDER.public_pem]}
_APP_ID = "00000000000000000"


class Proof(IntEnum):
    """What speaks for an answer; only GOOD makes it trustworthy."""

    NONE = 0
    GOOD = 1
    OTHER_KEY = 2
    OTHER_BYTES = 3


@dataclass(frozen=True)
class _Input:
    proof: Proof
    status: int
    rest: bytes


def _read_input(data: bytes) -> _Input:
    first, second = (data[:2] + b"00")[:2]
    return _Input(Proof(first % len(Proof)), _STATUSES[second % len(_STATUSES)], data[2:])


def _exchange(plan: Plan, fields: Mapping[str, object], *currencies: str) -> Exchange:
    (exchange,) = plan(credentials_of("balance-bot/fuzzed", fields), Question("9f2c4e1ab07d3c55", currencies))
    return exchange


PAYBY = _exchange(
    plan_payby, {**_KEYS, "environment": "production", "partner_id": "200000018128", "currencies": ["AED"]}, "AED"
)
_PAYERMAX_FIELDS = {
    **_KEYS,
    "environment": "production",
    "app_id": "127d5de5b5124d11",
    "merchant_no": "010113864671194",
}
_PAYERMAX = tuple(_exchange(plan_payermax, _PAYERMAX_FIELDS, *asked) for asked in ((), ("USD",), ("USD", "AED")))
_PAGSMILE_FIELDS = {
    "base_url": "https://pagsmile.invalid",
    "app_id": _APP_ID,
    "partner_id": _APP_ID,
    "private_key": MERCHANT.private_pem,
    "provider_public_key": PROVIDER.public_pem,
}
_PAGSMILE = tuple(_exchange(plan_pagsmile, _PAGSMILE_FIELDS, *asked) for asked in ((), ("USD",)))


def payby(data: bytes) -> None:
    """PayBy's Get Balance."""
    given = _read_input(data)
    check([PAYBY], HttpReply(given.status, _signature(given), given.rest), is_proven=given.proof is Proof.GOOD)


def payermax(data: bytes) -> None:
    """PayerMax's currentBalanceQuery."""
    given = _read_input(data)
    check(_PAYERMAX, HttpReply(given.status, _signature(given), given.rest), is_proven=given.proof is Proof.GOOD)


def pagsmile(data: bytes) -> None:
    """Pagsmile's Query Partner Balance; GOOD, OTHER_KEY and OTHER_BYTES seal the rest as the answer's `data`.

    Nothing tells who sealed it, so "proven" means here: sealed to our key. The bare answer may hold such a text, too.
    """
    given = _read_input(data)
    body = given.rest if given.proof is Proof.NONE else _sealed_answer(given)
    check(_PAGSMILE, HttpReply(given.status, {}, body), is_proven=given.proof in (Proof.GOOD, Proof.NONE))


def _signature(given: _Input) -> dict[str, str]:
    signers: dict[Proof, Callable[[], str]] = {
        Proof.GOOD: lambda: PROVIDER.sign(given.rest),
        Proof.OTHER_KEY: lambda: MERCHANT.sign(given.rest),
        Proof.OTHER_BYTES: lambda: PROVIDER.sign(given.rest + b" "),
    }
    return {"sign": signers[given.proof]()} if given.proof in signers else {}


def _sealed_answer(given: _Input) -> bytes:
    receiver: KeyPair = PROVIDER if given.proof is Proof.OTHER_KEY else MERCHANT
    key = new_key(16)
    text = seal(given.rest.decode("utf-8", "replace"), key)
    if given.proof is Proof.OTHER_BYTES:  # of all blocks the last, so that the padding is wrong, or cut in the middle
        text = text[: -(4 + len(given.rest) % 40)]
    random_key = wrap_key(key, receiver.private_key.public_key())
    return json.dumps({"code": "10000", "app_id": _APP_ID, "random_key": random_key, "data": text}).encode()


def check(exchanges: Sequence[Exchange], reply: HttpReply, *, is_proven: bool) -> None:
    """Raise FindingError when what `exchanges` make of `reply` breaks a promise; `is_proven` is what must be so."""
    for exchange in exchanges:
        try:
            balances = exchange.read(reply, RECEIVED_AT)
        except ProviderError as error:
            # Whatever the provider wrote, the failure is one line that people can be shown.
            require(error.message.isprintable())
            require((error.provider_code or "-").isprintable())
            continue
        require(is_proven, "no balance is read from an answer that nothing proves")
        _carry(balances)


def _carry(balances: Sequence[Balance]) -> None:
    """What was accepted must reach the aggregator as it is."""
    report = BalanceReport("fuzzed", "main", tuple(balances))
    answer = ProviderAnswer("fuzzed", RECEIVED_AT, ("main",), (report,))
    sent = provider_answer_to_wire(answer)
    received = read_provider_answer(loads(dumps(sent)))
    require(provider_answer_to_wire(received) == sent)
    for before, after in zip(balances, received.reports[0].balances, strict=True):
        require([money.amount for money in before.known] == [money.amount for money in after.known])
        require(all(money.display() for money in after.known))
