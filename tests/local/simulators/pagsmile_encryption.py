"""Pagsmile's hybrid encryption, written independently of the product: RSA wraps an AES key, which encrypts a text.

The IV is 8 random bytes in upper-case hex, and its 16 characters precede the Base64 of the ciphertext. AES-CBC with
PKCS#7 padding; RSA with PKCS#1 v1.5, over the characters of the AES key.
"""

import base64
import re
import secrets

from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_IV = re.compile(r"[0-9A-F]{16}")
_IV_LENGTH = 16
_BLOCK_BITS = 128


def new_key(length: int) -> bytes:
    """A random AES key of 16, 24 or 32 upper-case hex characters, so that its text and its bytes are the same."""
    return secrets.token_hex(length // 2).upper().encode()


def wrap_key(key: bytes, receiver: rsa.RSAPublicKey) -> str:
    """Encrypt the AES key for `receiver`; the result is standard Base64."""
    return base64.b64encode(receiver.encrypt(key, rsa_padding.PKCS1v15())).decode()


def unwrap_key(random_key: str, owner: rsa.RSAPrivateKey) -> bytes:
    """The 16 bytes inside `random_key`. Raises ValueError when it was not encrypted for this key."""
    key = owner.decrypt(base64.b64decode(random_key, validate=True), rsa_padding.PKCS1v15())
    if len(key) != 16:
        raise ValueError("the AES key is not 16 bytes long")
    return key


def new_iv() -> str:
    """8 random bytes as upper-case hex."""
    return secrets.token_hex(_IV_LENGTH // 2).upper()


def seal(text: str, key: bytes, iv: str | None = None) -> str:
    """Encrypt with `iv`, or with a new one."""
    iv = iv or new_iv()
    padder = PKCS7(_BLOCK_BITS).padder()
    padded = padder.update(text.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv.encode())).encryptor()
    return iv + base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def unseal(sealed: str, key: bytes) -> str:
    """Decrypt. Raises ValueError for a wrong key, IV, Base64, padding or UTF-8."""
    iv, ciphertext = sealed[:_IV_LENGTH], base64.b64decode(sealed[_IV_LENGTH:], validate=True)
    if not _IV.fullmatch(iv):
        raise ValueError("the IV is not 16 upper-case hex characters")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv.encode())).decryptor()
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    return (unpadder.update(padded) + unpadder.finalize()).decode()
