"""Our RSA keys, checked more thoroughly than the functions have time for, and their public halves. Pure."""

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)


def is_valid(key: RSAPrivateKey) -> bool:
    """Whether OpenSSL accepts the key, its primes included. Takes 40 to 100 ms.

    The functions load keys without this check, because it would make every cold start that much slower.
    """
    try:
        load_der_private_key(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), None)
    except ValueError:
        return False
    return True


def public_text(key: RSAPublicKey) -> str:
    """The key in both forms that providers ask for: as PEM, and as one line of Base64."""
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
    return f"{pem}\nThe same key in one line:\n{b64encode(_der(key)).decode('ascii')}"


def _der(key: RSAPublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
