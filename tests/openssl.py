"""The `openssl` command: the judge of our cryptography that shares no code with it."""

import subprocess
from base64 import b64decode, b64encode
from pathlib import Path

KEYS = Path(__file__).parent / "fixtures" / "keys"


def openssl(*arguments: str | Path, data: bytes = b"") -> bytes:
    """What `openssl` writes to standard output, given `data` on standard input. Raises CalledProcessError."""
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


def rsa_encrypt(data: bytes, public_key: Path) -> str:
    """RSA PKCS#1 v1.5, standard Base64."""
    padding = ("-pkeyopt", "rsa_padding_mode:pkcs1")
    return b64encode(openssl("pkeyutl", "-encrypt", "-pubin", "-inkey", public_key, *padding, data=data)).decode()


def rsa_decrypt(wrapped: str, private_key: Path) -> bytes:
    """The inverse of `rsa_encrypt`."""
    padding = ("-pkeyopt", "rsa_padding_mode:pkcs1")
    return openssl("pkeyutl", "-decrypt", "-inkey", private_key, *padding, data=b64decode(wrapped, validate=True))


def aes_cbc_encrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    """AES-CBC with PKCS#7 padding; the key's length tells 128, 192 or 256 bits."""
    return openssl("enc", f"-aes-{len(key) * 8}-cbc", "-K", key.hex(), "-iv", iv.hex(), data=data)


def aes_cbc_decrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    """The inverse of `aes_cbc_encrypt`."""
    return openssl("enc", "-d", f"-aes-{len(key) * 8}-cbc", "-K", key.hex(), "-iv", iv.hex(), data=data)
