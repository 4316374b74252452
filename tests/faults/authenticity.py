"""Classes of faults in who answers, and for whom: signatures, encryption, other merchants, old answers."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from balance_core.errors import ErrorKind
from balance_core.wire import to_rfc3339
from tests.faults.dialects import Dialect
from tests.faults.documents import decimal
from tests.faults.fault_class import ALL, RIGHT_ANSWER, SEALED, SIGNED, FaultClass, Layer, Outcome
from tests.faults.places import Change, changing
from tests.local.simulators.documents import parse_json, parse_object, to_json
from tests.local.simulators.envelope import new_key, seal, wrap_key
from tests.local.simulators.exchange import Answer
from tests.provider_fixtures import MERCHANT

_IV_LENGTH = 16


def _class(
    name: str, providers: tuple[str, ...], change: Change, right: Outcome = ErrorKind.BAD_RESPONSE
) -> FaultClass:
    return FaultClass(name, Layer.TRUST, changing(change), right, providers=providers)


def _sign(change: Callable[[str], str]) -> Change:
    return lambda _, honest: replace(honest, headers={**honest.headers, "sign": change(honest.headers["sign"])})


def _unsigned(_dialect: Dialect, honest: Answer) -> Answer:
    return replace(honest, headers={name: text for name, text in honest.headers.items() if name != "sign"})


def _altered(_dialect: Dialect, honest: Answer) -> Answer:
    return replace(honest, body=honest.body.replace(b"100.25", b"900.25"))


def _flipped(sign: str) -> str:
    raw = b64decode(sign)
    return b64encode(bytes([raw[0] ^ 1]) + raw[1:]).decode()


def _outer(change: Callable[[dict[str, Any]], object]) -> Change:
    """Change Pagsmile's outer document."""

    def changed(_dialect: Dialect, honest: Answer) -> Answer:
        document = parse_object(honest.body)
        change(document)
        return replace(honest, body=to_json(document).encode())

    return changed


def _wrapped(key: bytes) -> str:
    return wrap_key(key, MERCHANT.private_key.public_key())


def _badly_padded(document: dict[str, Any]) -> None:
    """Sealed rightly but for the padding, whose last byte must not be zero."""
    key, iv = new_key(16), secrets.token_hex(8).upper()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv.encode())).encryptor()
    sealed = encryptor.update(b"[]".ljust(32, b"\0")) + encryptor.finalize()
    document.update(random_key=_wrapped(key), data=iv + b64encode(sealed).decode())


def _sealed_noise(document: dict[str, Any]) -> None:
    key = new_key(16)
    document.update(random_key=_wrapped(key), data=seal("noise", key))


def _inquired(age: timedelta) -> Change:
    """PayerMax's answer, rightly signed, about a moment so long ago."""

    def changed(dialect: Dialect, honest: Answer) -> Answer:
        document = parse_json(dialect.text(honest))
        document["data"]["inquiryTime"] = to_rfc3339(datetime.now(UTC) - age)
        return dialect.with_text(honest, to_json(document))

    return changed


SIGNATURES = [
    _class("wrong signature", SIGNED, _sign(_flipped)),
    _class("missing signature", SIGNED, _unsigned),
    _class("empty signature", SIGNED, _sign(lambda _: "")),
    _class("signature that is no Base64", SIGNED, _sign(lambda _: "not a signature")),
    _class("two signatures", SIGNED, _sign(lambda sign: f"{sign}, {sign}")),
    _class("amount altered after signing", SIGNED, _altered),
    # What Pagsmile seals to somebody else comes to the same: the answer was not made for us.
    _class("made with another merchant's key", ALL, lambda dialect, honest: dialect.by_another(honest)),
]
ENCRYPTION = [
    _class("wrong AES key", SEALED, _outer(lambda outer: outer.update(random_key=_wrapped(new_key(16))))),
    _class("AES key of 15 bytes", SEALED, _outer(lambda outer: outer.update(random_key=_wrapped(new_key(16)[1:])))),
    _class("missing AES key", SEALED, _outer(lambda outer: outer.pop("random_key"))),
    _class("AES key that is no Base64", SEALED, _outer(lambda outer: outer.update(random_key="not a key"))),
    _class("truncated ciphertext", SEALED, _outer(lambda outer: outer.update(data=outer["data"][:-8]))),
    _class(
        "ciphertext without its last block", SEALED, _outer(lambda outer: outer.update(data=_shortened(outer["data"])))
    ),
    _class("bad padding", SEALED, _outer(_badly_padded)),
    _class("damaged IV", SEALED, _outer(lambda outer: outer.update(data="?" + outer["data"][1:]))),
    _class("noise inside the encryption", SEALED, _outer(_sealed_noise)),
]


def _shortened(data: str) -> str:
    return data[:_IV_LENGTH] + b64encode(b64decode(data[_IV_LENGTH:])[:-16]).decode()


IDENTITY = [
    _class("answer that names another app", SEALED, _outer(lambda outer: outer.update(app_id="99999999999999999"))),
    # Nothing binds an answer to a question: only TLS prevents it, as the READMEs say. PayerMax's time is shown.
    _class("an hour-old answer, replayed", ("payermax",), _inquired(timedelta(hours=1)), RIGHT_ANSWER),
    _class("an answer from the future", ("payermax",), _inquired(timedelta(minutes=-30)), RIGHT_ANSWER),
    _class("an older answer that states no time", ("payby", "pagsmile"), decimal("88.00"), ("USD 88.00",)),
]
