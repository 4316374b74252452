"""Pagsmile's hybrid encryption as this side of the wire does it: an AES key inside RSA, a text inside AES.

The 16 characters of the IV (8 random bytes in upper case hex) stand in front of the ciphertext's Base64. AES-CBC with
PKCS#7 padding; RSA with PKCS#1 v1.5; what RSA wraps is the AES key's characters.
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
    """A fresh AES key of 16, 24 or 32 characters, upper case hex, so that its text and its bytes are the same."""
    return secrets.token_hex(length // 2).upper().encode()


def wrap_key(key: bytes, receiver: rsa.RSAPublicKey) -> str:
    """The AES key for the owner of `receiver` alone: standard Base64."""
    return base64.b64encode(receiver.encrypt(key, rsa_padding.PKCS1v15())).decode()


def unwrap_key(random_key: str, owner: rsa.RSAPrivateKey) -> bytes:
    """The 16 bytes inside `random_key`. Raises ValueError when it was not made for this key."""
    key = owner.decrypt(base64.b64decode(random_key, validate=True), rsa_padding.PKCS1v15())
    if len(key) != 16:
        raise ValueError("the AES key is not 16 bytes long")
    return key


def seal(text: str, key: bytes) -> str:
    """Encrypt with a fresh IV."""
    iv = secrets.token_hex(_IV_LENGTH // 2).upper()
    padder = PKCS7(_BLOCK_BITS).padder()
    padded = padder.update(text.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv.encode())).encryptor()
    return iv + base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def unseal(sealed: str, key: bytes) -> str:
    """Decrypt. Raises ValueError for a wrong key, IV, Base64, padding or UTF-8."""
    iv, ciphertext = sealed[:_IV_LENGTH], base64.b64decode(sealed[_IV_LENGTH:], validate=True)
    if not _IV.fullmatch(iv):
        raise ValueError("the IV is not 16 upper case hex characters")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv.encode())).decryptor()
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    return (unpadder.update(padded) + unpadder.finalize()).decode()
