"""Faults in who answers, and to whom: signatures, encryption, other merchants, old answers."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from balance_core.errors import ErrorKind
from balance_core.strict_json import to_rfc3339
from tests.faults.dialects import Dialect
from tests.faults.documents import changes, decimal, document
from tests.faults.fault_class import RIGHT_ANSWER, SEALED, SIGNED
from tests.faults.transport import Change
from tests.local.http_server import Response
from tests.local.simulators.exact_json import parse_object, to_json
from tests.local.simulators.pagsmile_encryption import new_key, wrap_key
from tests.provider_fixtures import MERCHANT

_IV_LENGTH = 16


def _signature(change: Callable[[str], str]) -> Change:
    return lambda _, honest: replace(honest, headers={"sign": change(str(honest.headers["sign"]))})


def _envelope(change: Callable[[dict[str, Any]], object]) -> Change:
    """Change Pagsmile's outer document, which holds the encrypted text and its key."""

    def changed(_dialect: Dialect, honest: Response) -> Response:
        outer = parse_object(honest.body)
        change(outer)
        return replace(honest, body=to_json(outer).encode())

    return changed


def _aes_key(key: bytes) -> Change:
    return _envelope(lambda outer: outer.update(random_key=wrap_key(key, MERCHANT.private_key.public_key())))


def _ciphertext(change: Callable[[bytes], bytes]) -> Change:
    def changed(outer: dict[str, Any]) -> None:
        iv, ciphertext = outer["data"][:_IV_LENGTH], b64decode(outer["data"][_IV_LENGTH:])
        outer["data"] = iv + b64encode(change(ciphertext)).decode()

    return _envelope(changed)


def _as_of(age: timedelta) -> Change:
    """PayerMax's answer, with a right signature, about a moment that long ago."""
    return document(lambda _, parsed: parsed["data"].update(inquiryTime=to_rfc3339(datetime.now(UTC) - age)))


AUTHENTICITY = [
    *changes(
        ErrorKind.BAD_RESPONSE,
        {
            "wrong signature": _signature(str.swapcase),
            "missing signature": lambda _, honest: replace(honest, headers={}),
            "empty signature": _signature(lambda _: ""),
            "signature that is not Base64": _signature(lambda _: "not a signature"),
            "two different signatures": _signature(lambda signature: f"{signature}, {signature.swapcase()}"),
            "amount altered after signing": lambda _, honest: replace(
                honest, body=honest.body.replace(b"100.25", b"900.25")
            ),
        },
        SIGNED,
    ),
    # For Pagsmile: encrypted to another merchant's key.
    *changes(
        ErrorKind.BAD_RESPONSE, {"made with another merchant's key": lambda dialect, honest: dialect.by_another(honest)}
    ),
    *changes(
        ErrorKind.BAD_RESPONSE,
        {
            "wrong AES key": _aes_key(new_key(16)),
            "AES key of 15 bytes": _aes_key(new_key(16)[1:]),
            "missing AES key": _envelope(lambda outer: outer.pop("random_key")),
            "AES key that is not Base64": _envelope(lambda outer: outer.update(random_key="not a key")),
            "truncated ciphertext": _ciphertext(lambda raw: raw[:-6]),
            "ciphertext without its last block": _ciphertext(lambda raw: raw[:-16]),
            "bad padding": _ciphertext(lambda raw: raw[:-16] + bytes(16)),
            "damaged IV": _envelope(lambda outer: outer.update(data="?" + outer["data"][1:])),
            "noise inside the encryption": lambda dialect, honest: dialect.with_text(honest, "noise"),
            "answer that names another app": _envelope(lambda outer: outer.update(app_id="99999999999999999")),
        },
        SEALED,
    ),
    # Nothing ties an answer to a question: only TLS prevents a replay, as the READMEs say. PayerMax's time is shown.
    *changes(
        RIGHT_ANSWER,
        {
            "an hour-old answer, replayed": _as_of(timedelta(hours=1)),
            "an answer from the future": _as_of(timedelta(minutes=-30)),
        },
        ("payermax",),
    ),
    *changes(("USD 88.00",), {"an older answer that states no time": decimal("88.00")}, ("payby", "pagsmile")),
]
