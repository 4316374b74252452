"""Targets: the three providers' conversations. An input is two digits and a body, such as `10{"head":{}}`.

The first digit says how the body is signed or sealed (`Proof`), the second picks the HTTP status from `_STATUSES`. No
conversation raises anything but ProviderError, and none returns a balance from an answer that is not authentic.
"""

import json
from collections.abc import Sequence
from enum import IntEnum

from balance_core.contract import provider_answer_json, read_provider_answer
from balance_core.errors import ProviderError
from balance_core.models import BalanceReport, ProviderAnswer
from balance_core.provider.http import HttpReply
from balance_core.provider.protocol import Inquiry
from balance_core.question import Question
from balance_core.strict_json import dumps
from tests.clock import NOW
from tests.conversation import reading_of
from tests.fuzz.finding import require
from tests.local.simulators.pagsmile_encryption import new_key, seal, wrap_key
from tests.provider_fixtures import MERCHANT, PROVIDER
from tests.unit.provider_cases import PAGSMILE, PAYBY, PAYERMAX

_STATUSES = (200, 201, 302, 400, 401, 403, 429, 500, 503, 504)
_PAYBY = [PAYBY.inquiry()]
_PAYERMAX = [PAYERMAX.inquiry(Question(currencies=asked)) for asked in (None, ("USD",), ("USD", "AED"))]
_PAGSMILE = [PAGSMILE.inquiry(Question(currencies=asked)) for asked in (None, ("USD",))]


class Proof(IntEnum):
    """How an answer is signed, or sealed for Pagsmile. Only GOOD is authentic."""

    NONE = 0
    GOOD = 1
    OTHER_KEY = 2
    OTHER_BYTES = 3


def payby(data: bytes) -> None:
    """PayBy's Get Balance."""
    proof, status, body = _read_input(data)
    check(_PAYBY, HttpReply(status, _signature(proof, body), body), is_authentic=proof is Proof.GOOD)


def payermax(data: bytes) -> None:
    """PayerMax's currentBalanceQuery."""
    proof, status, body = _read_input(data)
    check(_PAYERMAX, HttpReply(status, _signature(proof, body), body), is_authentic=proof is Proof.GOOD)


def pagsmile(data: bytes) -> None:
    """Pagsmile's Query Partner Balance. Unless the proof is NONE, the body becomes the encrypted `data` of an answer.

    Pagsmile signs nothing, so authentic means encrypted to our key. A bare body may hold such a text, too.
    """
    proof, status, body = _read_input(data)
    answer = body if proof is Proof.NONE else _sealed_answer(proof, body)
    check(_PAGSMILE, HttpReply(status, {}, answer), is_authentic=proof in (Proof.GOOD, Proof.NONE))


def check(inquiries: Sequence[Inquiry], reply: HttpReply, *, is_authentic: bool) -> None:
    """Raise FindingError when a conversation that gets `reply` breaks a promise."""
    for inquiry in inquiries:
        try:
            reading = reading_of(inquiry, reply)
        except ProviderError as error:
            require(error.message.isprintable(), "people can be shown the failure")
            require((error.provider_code or "-").isprintable(), "people can be shown the code")
            continue
        require(is_authentic, "no balance comes from an answer that is not authentic")
        require(all(notice.message.isprintable() for notice in reading.notices), "people can be shown the notices")
        report = BalanceReport("fuzzed", "main", reading.balances)
        answer = ProviderAnswer("fuzzed", NOW, ("main",), (report,), notices=reading.notices)
        require(read_provider_answer(dumps(provider_answer_json(answer))) == answer, "balances survive the wire")


def _read_input(data: bytes) -> tuple[Proof, int, bytes]:
    first, second = (data[:2] + b"00")[:2]
    return Proof(first % len(Proof)), _STATUSES[second % len(_STATUSES)], data[2:]


def _signature(proof: Proof, body: bytes) -> dict[str, str]:
    if proof is Proof.NONE:
        return {}
    signer = MERCHANT if proof is Proof.OTHER_KEY else PROVIDER
    return {"sign": signer.sign(body + b" " if proof is Proof.OTHER_BYTES else body)}


def _sealed_answer(proof: Proof, body: bytes) -> bytes:
    receiver = PROVIDER if proof is Proof.OTHER_KEY else MERCHANT
    key = new_key(16)
    text = seal(body.decode("utf-8", "replace"), key)
    if proof is Proof.OTHER_BYTES:  # cut off the last block, so that the padding is wrong, or a part of it
        text = text[: -(4 + len(body) % 40)]
    random_key = wrap_key(key, receiver.private_key.public_key())
    app_id = PAGSMILE.account["app_id"]
    return json.dumps({"code": "10000", "app_id": app_id, "random_key": random_key, "data": text}).encode()
