"""The `openssl` command: an independent implementation to compare our cryptography with."""

import subprocess
from base64 import b64decode, b64encode
from pathlib import Path
from tempfile import NamedTemporaryFile

KEYS = Path(__file__).parent / "fixtures" / "keys"


def openssl(*arguments: str | Path, data: bytes = b"") -> bytes:
    """What `openssl` writes to standard output, given `data` on standard input. Raises CalledProcessError."""
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


def sign(private_key: Path, data: bytes) -> str:
    """SHA256withRSA (PKCS#1 v1.5), standard Base64."""
    return b64encode(openssl("dgst", "-sha256", "-sign", private_key, data=data)).decode()


def verifies(public_key: Path, data: bytes, signature: str) -> bool:
    """Whether openssl accepts the Base64 `signature` over exactly `data`."""
    with NamedTemporaryFile() as file:
        file.write(b64decode(signature, validate=True))
        file.flush()
        try:
            verdict = openssl("dgst", "-sha256", "-verify", public_key, "-signature", file.name, data=data)
        except subprocess.CalledProcessError:
            return False
    return verdict == b"Verified OK\n"


def hmac_sha256(key: str, data: bytes) -> str:
    """Lower-case hex."""
    return openssl("dgst", "-sha256", "-r", "-hmac", key, data=data).decode().split()[0]


def rsa_encrypt(data: bytes, public_key: Path) -> str:
    """RSA PKCS#1 v1.5, standard Base64."""
    padding = ("-pkeyopt", "rsa_padding_mode:pkcs1")
    return b64encode(openssl("pkeyutl", "-encrypt", "-pubin", "-inkey", public_key, *padding, data=data)).decode()


def rsa_decrypt(wrapped: str, private_key: Path) -> bytes:
    """The inverse of `rsa_encrypt`."""
    padding = ("-pkeyopt", "rsa_padding_mode:pkcs1")
    return openssl("pkeyutl", "-decrypt", "-inkey", private_key, *padding, data=b64decode(wrapped, validate=True))


def aes_cbc_encrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    """AES-CBC with PKCS#7 padding; the key has 128, 192 or 256 bits."""
    return openssl("enc", f"-aes-{len(key) * 8}-cbc", "-K", key.hex(), "-iv", iv.hex(), data=data)


def aes_cbc_decrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    """The inverse of `aes_cbc_encrypt`."""
    return openssl("enc", "-d", f"-aes-{len(key) * 8}-cbc", "-K", key.hex(), "-iv", iv.hex(), data=data)
