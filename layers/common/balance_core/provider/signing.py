"""RSA keys as providers hand them out, and SHA256withRSA over exact bytes. Pure: no I/O, no clock.

Keys arrive as PEM or as one line of Base64 without armour; private ones as PKCS#8 or PKCS#1, public ones as
SubjectPublicKeyInfo or PKCS#1 (PayBy's and PayerMax's consoles use both habits).
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

MIN_KEY_BITS = 2048
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)(?:-----END|\Z)", re.DOTALL)
_LOOSE_END = re.compile(r"-----END [A-Z0-9 ]+-----")
_ENCRYPTED = "is protected by a passphrase: store the key without one, since Secrets Manager encrypts it"
_CERTIFICATE = "is a certificate: store the key itself"
_ELLIPTIC = "is an elliptic-curve key: an RSA key is needed"
_NOT_RSA = "is not an RSA key"
_WRONG_LABELS = (
    ("ENCRYPTED", _ENCRYPTED),
    ("CERTIFICATE", _CERTIFICATE),
    ("EC ", _ELLIPTIC),
    ("OPENSSH", "is an OpenSSH key: convert it with `ssh-keygen -p -m PKCS8 -f KEY`"),
)
_SELF_TEST = b"balance bot key pair self test"


class KeyFormatError(ValueError):
    """The text is not a usable RSA key. The message says why and what is expected; it quotes nothing."""


def _der(text: str, wanted: str) -> bytes:
    """The key's DER bytes, however people paste it: PEM or bare Base64, in quotes, with literal `\\n` as line breaks.

    Of several PEM blocks the one labelled `wanted` counts; text around the blocks, such as bag attributes, does not.
    """
    text = text.replace("\\r", "").replace("\\n", "\n").strip("\ufeff \t\r\n\"'")
    blocks: list[tuple[str, str]] = _BLOCK.findall(text)
    label, body = next((block for block in blocks if wanted in block[0]), (blocks or [("", text)])[0])
    for part, problem in _WRONG_LABELS:
        if part in label:
            raise KeyFormatError(problem)
    if "ENCRYPTED" in body:  # an older PEM says so in its headers
        raise KeyFormatError(_ENCRYPTED)
    bare = re.sub(r"\s+", "", _LOOSE_END.sub("", body))
    try:
        return b64decode(bare, validate=True)
    except ValueError as exc:  # binascii.Error, or characters outside ASCII
        raise KeyFormatError("is neither PEM nor one line of Base64: copy the whole key again") from exc


def _explained(der: bytes, otherwise: str) -> KeyFormatError:
    """The error for DER bytes that are not the expected key."""
    # Imported here because only this error needs it, and it would slow down every cold start.
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415 - see above

    try:
        load_der_x509_certificate(der)
    except ValueError:
        return KeyFormatError(otherwise)
    return KeyFormatError(_CERTIFICATE)


def _not_rsa(key: object) -> KeyFormatError:
    return KeyFormatError(_ELLIPTIC if isinstance(key, EllipticCurvePrivateKey | EllipticCurvePublicKey) else _NOT_RSA)


def _check_size(bits: int) -> None:
    if bits < MIN_KEY_BITS:
        raise KeyFormatError(f"has {bits} bits: at least {MIN_KEY_BITS} are needed")


@lru_cache(maxsize=128)
def load_private_key(text: str) -> RSAPrivateKey:
    """Load our own RSA private key (PEM or bare Base64, PKCS#8 or PKCS#1) and check that it works.

    Raises KeyFormatError for any other text, another type of key, one under 2048 bits, or one whose parts do not match.
    The result is cached by text: a secret's key does not change within a version.
    """
    der = _der(text, "PRIVATE KEY")
    try:
        # OpenSSL's own check takes 40 to 95 ms, mostly to test primes; the checks below take 1 ms.
        key = serialization.load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)
    except TypeError as exc:
        raise KeyFormatError(_ENCRYPTED) from exc
    except (ValueError, UnsupportedAlgorithm) as exc:
        raise _explained(der, "is not a PKCS#8 or PKCS#1 private key: a line may be missing") from exc
    if not isinstance(key, RSAPrivateKey):
        raise _not_rsa(key)
    _check_size(key.key_size)
    try:
        sound = _parts_agree(key) and verify([key.public_key()], _SELF_TEST, sign(key, _SELF_TEST))
    except ValueError as exc:
        raise KeyFormatError("is damaged: copy the whole key again") from exc
    if not sound:
        raise KeyFormatError("is damaged: copy the whole key again")
    return key


def _parts_agree(key: RSAPrivateKey) -> bool:
    """Whether the key's numbers match each other: OpenSSL signs with damaged ones too."""
    parts = key.private_numbers()
    p, q, d, e = parts.p, parts.q, parts.d, parts.public_numbers.e
    return (
        min(p, q, e) > 1
        and p * q == parts.public_numbers.n
        and (parts.dmp1, parts.dmq1) == (d % (p - 1), d % (q - 1))
        and parts.iqmp * q % p == 1
    )


@lru_cache(maxsize=128)
def load_public_key(text: str) -> RSAPublicKey:
    """Load a provider's RSA public key (PEM or bare Base64, SubjectPublicKeyInfo or PKCS#1).

    Raises KeyFormatError for every other text, a private key, a key of another type, or one under 2048 bits.
    """
    if "PRIVATE KEY" in text:
        raise KeyFormatError("is a private key: the provider's public key belongs here")
    der = _der(text, "PUBLIC KEY")
    try:
        key = serialization.load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as exc:
        raise _explained(der, "is not an RSA public key: a line may be missing") from exc
    if not isinstance(key, RSAPublicKey):
        raise _not_rsa(key)
    _check_size(key.key_size)
    # OpenSSL notices an even modulus only at the first use.
    if key.public_numbers().n % 2 == 0:
        raise KeyFormatError("is damaged: copy the whole key again")
    return key


def sign(key: RSAPrivateKey, body: bytes) -> str:
    """SHA256withRSA (RSASSA-PKCS1-v1_5) over exactly `body`, as standard Base64."""
    return b64encode(key.sign(body, padding.PKCS1v15(), hashes.SHA256())).decode("ascii")


def verify(keys: Iterable[RSAPublicKey], body: bytes, signature: str) -> bool:
    """Whether one of `keys` made the Base64 `signature` over exactly `body`."""
    return verifying_key(keys, body, signature) is not None


def verifying_key(keys: Iterable[RSAPublicKey], body: bytes, signature: str) -> RSAPublicKey | None:
    """The one of `keys` that made the Base64 `signature` over exactly `body`, or None."""
    try:
        raw = b64decode(signature, validate=True)
    except ValueError:
        return None
    # The last Base64 character has unused bits. Accept only one text per signature.
    if b64encode(raw).decode("ascii") != signature:
        return None
    for key in keys:
        try:
            key.verify(raw, body, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            continue
        return key
    return None


def fingerprint(key: RSAPublicKey) -> str:
    """SHA-256 of the key's DER in hexadecimal: `openssl pkey -pubin -in public.pem -outform DER | sha256sum`."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return sha256(key.public_bytes(serialization.Encoding.DER, form)).hexdigest()
