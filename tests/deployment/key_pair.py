"""Our own RSA keys, looked at more closely than the functions have time for, and their public halves. Pure."""

from base64 import b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)


def is_sound(key: RSAPrivateKey) -> bool:
    """Whether OpenSSL finds nothing wrong with the key, its primes included. Takes 40 to 100 ms.

    The functions load keys without this check, as it would cost every cold start that long.
    """
    try:
        load_der_private_key(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), None)
    except ValueError:
        return False
    return True


def fingerprint(key: RSAPublicKey) -> str:
    """SHA-256 of the key's DER in hexadecimal: `openssl pkey -pubin -in public.pem -outform DER | sha256sum`."""
    return sha256(_der(key)).hexdigest()


def public_pem(key: RSAPublicKey) -> str:
    """The key as PEM, without a line break at its end."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii").strip()


def public_line(key: RSAPublicKey) -> str:
    """The key as one line of Base64 without armour."""
    return b64encode(_der(key)).decode("ascii")


def _der(key: RSAPublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
