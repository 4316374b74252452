"""The openssl command as the independent judge: what it signs, verifies, encrypts or opens was not made by our code."""

import base64
import subprocess
from pathlib import Path


def sign(private_key: Path, data: bytes) -> str:
    """SHA256withRSA (PKCS#1 v1.5), standard Base64; `private_key` is a PEM file."""
    return base64.b64encode(_run(["dgst", "-sha256", "-sign", str(private_key)], data)).decode()


def verifies(public_key: Path, data: bytes, signature: str) -> bool:
    """Whether openssl takes `signature` for exactly `data`. Leaves a file beside `public_key`, a PEM file."""
    signature_file = public_key.with_suffix(".signature")
    signature_file.write_bytes(base64.b64decode(signature, validate=True))
    command = ["openssl", "dgst", "-sha256", "-verify", str(public_key), "-signature", str(signature_file)]
    return subprocess.run(command, input=data, capture_output=True, check=False).returncode == 0


def rsa_encrypt(public_key: Path, data: bytes) -> bytes:
    """PKCS#1 v1.5 encryption to the owner of a PEM public key."""
    return _run(["pkeyutl", "-encrypt", "-pubin", "-inkey", str(public_key)], data)


def rsa_decrypt(private_key: Path, data: bytes) -> bytes:
    """What `rsa_encrypt` hid. Some versions give random bytes for a wrong key, others fail with CalledProcessError."""
    return _run(["pkeyutl", "-decrypt", "-inkey", str(private_key)], data)


def aes_encrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """AES in CBC mode with PKCS#7 padding; the length of the key chooses AES-128, -192 or -256."""
    return _run(["enc", *_cipher(key, iv)], data)


def aes_decrypt(key: bytes, iv: bytes, data: bytes) -> bytes:
    """What `aes_encrypt` hid."""
    return _run(["enc", "-d", *_cipher(key, iv)], data)


def hmac_sha256(key: str, data: bytes) -> str:
    """Lower-case hex."""
    return _run(["dgst", "-sha256", "-r", "-hmac", key], data).decode().split()[0]


def _cipher(key: bytes, iv: bytes) -> list[str]:
    return [f"-aes-{len(key) * 8}-cbc", "-K", key.hex(), "-iv", iv.hex()]


def _run(arguments: list[str], data: bytes) -> bytes:
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout
