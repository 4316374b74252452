"""Compares our signatures with those of the `openssl` command, and flips single bits of bodies, signatures and keys."""

import json
from base64 import b64decode, b64encode
from random import Random

from balance_core.provider.signing import KeyFormatError, load_private_key, load_public_key, sign, verify
from tests import openssl
from tests.openssl import KEYS

_PRIVATE_PEM = KEYS / "merchant_private.pem"
_PRIVATE_KEY = load_private_key(_PRIVATE_PEM.read_text())
_PUBLIC_KEY = _PRIVATE_KEY.public_key()
# Latin, Cyrillic, Arabic, Devanagari, Chinese, emoji, combining marks and direction marks.
_ALPHABETS = (0x20, 0x400, 0x600, 0x900, 0x4E00, 0x1F600, 0x300, 0x2000)


def random_body(random: Random) -> bytes:
    """JSON that contains Unicode, compact or spaced, or arbitrary bytes."""
    if random.random() < 0.2:
        return random.randbytes(random.choice((0, 1, 63, 64, 65, random.randrange(4096))))
    words = [
        "".join(chr(random.choice(_ALPHABETS) + random.randrange(80)) for _ in range(random.randrange(40)))
        for _ in range(random.randint(1, 8))
    ]
    document = {f"{place} {word}": word for place, word in enumerate(words)}
    spacing = random.choice(((",", ":"), (", ", ": ")))
    return json.dumps(document, ensure_ascii=random.random() < 0.2, separators=spacing).encode() + random.choice(
        (b"", b"", b" ", b"\n")
    )


def is_as_openssl_signs(body: bytes) -> bool:
    """Whether our signature equals openssl's in every byte, and verifies."""
    signature = sign(_PRIVATE_KEY, body)
    return signature == openssl.sign(_PRIVATE_PEM, body) and verify([_PUBLIC_KEY], body, signature)


def flipped_body_is_accepted(random: Random) -> bool:
    """Whether a signature also verifies for its body with one flipped bit."""
    body = random_body(random) or b"{}"
    return verify([_PUBLIC_KEY], _flipped(body, random.randrange(len(body) * 8)), sign(_PRIVATE_KEY, body))


def flipped_signature_is_accepted(random: Random) -> bool:
    """Whether a signature verifies with one flipped bit in its 256 bytes."""
    body = random_body(random)
    raw = b64decode(sign(_PRIVATE_KEY, body))
    changed = _flipped(raw, random.randrange(len(raw) * 8))
    return verify([_PUBLIC_KEY], body, b64encode(changed).decode())


def accepted_flips_of_base64(body: bytes) -> int:
    """How many single bits of a signature's Base64 text can be flipped without a refusal."""
    signature = sign(_PRIVATE_KEY, body).encode()
    texts = (_flipped(signature, bit).decode("latin-1") for bit in range(len(signature) * 8))
    return sum(verify([_PUBLIC_KEY], body, text) for text in texts)


def flipped_public_key_is_accepted(der: bytes, bit: int) -> bool:
    """Whether the provider's key still loads and verifies with that bit flipped."""
    body = b'{"code":"APPLY_SUCCESS"}'
    try:
        key = load_public_key(b64encode(_flipped(der, bit)).decode())
    except KeyFormatError:
        return False
    return verify([key], body, sign(_PRIVATE_KEY, body))


def flipped_private_key_is_accepted(der: bytes, bit: int) -> bool:
    """Whether our own key still loads with that bit flipped; it must be refused before its first use."""
    try:
        load_private_key(b64encode(_flipped(der, bit)).decode())
    except KeyFormatError:
        return False
    return True


def _flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
