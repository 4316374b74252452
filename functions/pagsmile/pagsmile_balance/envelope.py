"""Pagsmile's hybrid encryption: the text under AES, the AES key under RSA. Pure, no I/O.

| item | here | status |
|---|---|---|
| AES key | 16 bytes, random, new for every request | confirmed |
| AES key in an answer | 16, 24 or 32 bytes | 16 confirmed, the others tolerated |
| RSA | 2048 bits; requests to Pagsmile's public key, answers to the merchant's | confirmed |
| IV | 8 random bytes as 16 upper-case hex characters; their ASCII bytes are the IV | confirmed |
| AES mode and padding | CBC, PKCS#7 | inferred |
| place of the IV | in front of the standard Base64 of the ciphertext, as text | inferred |
| RSA padding | PKCS#1 v1.5 | inferred |
| what RSA wraps | the key's characters as text; the result in standard Base64 | inferred |

Confirmed: read in Pagsmile's public documentation. Inferred: taken from public code with the same helper functions, to
be checked in the sandbox. Nothing outside this module depends on any row, so a correction changes only this file.

The scheme encrypts but does not authenticate: anybody can encrypt to a public key. Only TLS says who answered.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

_IV_LENGTH = 16
_STANDARD_BASE64 = str.maketrans("-_", "+/")
_IV = re.compile(r"[0-9A-Fa-f]{16}")


class EnvelopeError(ValueError):
    """The envelope cannot be decrypted. All reasons share one message: details would only help an attacker."""

    def __init__(self) -> None:
        super().__init__("cannot be decrypted with private_key")


@dataclass(frozen=True, slots=True)
class Envelope:
    """An encrypted text and its wrapped key, as in the JSON (`biz_data` or `data`, and `random_key`)."""

    random_key: str = field(repr=False)
    text: str = field(repr=False)


def seal(plain: bytes, receiver: RSAPublicKey, random_bytes: Callable[[int], bytes]) -> Envelope:
    """Encrypt `plain` to `receiver`. `random_bytes(n)` gives the key and the IV; RSA padding uses OpenSSL's own.

    The 16 key bytes are the Base64 of 12 random bytes, so the key reads the same as text and as bytes. That is 96 bits
    of entropy; 16 hex characters would have 64.
    """
    key = b64encode(random_bytes(12))
    iv = random_bytes(_IV_LENGTH // 2).hex().upper()
    padder = PKCS7(AES.block_size).padder()
    encryptor = _cipher(key, iv).encryptor()
    ciphertext = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    wrapped_key = receiver.encrypt(key, PKCS1v15())
    return Envelope(b64encode(wrapped_key).decode("ascii"), iv + b64encode(ciphertext).decode("ascii"))


def unseal(envelope: Envelope, owner: RSAPrivateKey) -> bytes:
    """Decrypt what was sealed to `owner`. Raises EnvelopeError.

    White space, line breaks, url-safe or unpadded Base64 and a lower-case IV are accepted.

    The bytes may still be noise: on wrong RSA padding OpenSSL returns a random key instead of an error, and one random
    key in 256 leaves valid AES padding. Treat bytes that cannot be parsed as an EnvelopeError.
    """
    text = "".join(envelope.text.split())
    iv, ciphertext = text[:_IV_LENGTH], text[_IV_LENGTH:]
    try:
        key = owner.decrypt(_decoded(envelope.random_key), PKCS1v15())
        decryptor = _cipher(key, iv).decryptor()
        padded = decryptor.update(_decoded(ciphertext)) + decryptor.finalize()
        unpadder = PKCS7(AES.block_size).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError as exc:
        raise EnvelopeError from exc


def _decoded(text: str) -> bytes:
    """Base64 as servers really write it. Raises ValueError."""
    bare = "".join(text.split()).rstrip("=").translate(_STANDARD_BASE64)
    return b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def _cipher(key: bytes, iv: str) -> Cipher[CBC]:
    """Raises ValueError for a malformed IV, or a key whose length is not 16, 24 or 32."""
    if not _IV.fullmatch(iv):
        raise ValueError("the IV is not 16 hexadecimal characters")
    return Cipher(AES(key), CBC(iv.encode("ascii")))
