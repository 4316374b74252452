"""Throw-away RSA-2048 key pairs, made once and kept in a folder, and the signatures made with them."""

import base64
import binascii
import os
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


@dataclass(frozen=True)
class KeyPair:
    """One key pair from its PKCS#8 PEM text, in every form in which a provider hands keys out."""

    private_pem: str = field(repr=False)

    @cached_property
    def private_key(self) -> rsa.RSAPrivateKey:
        """The parsed key; its own checks are skipped because this module made it."""
        key = serialization.load_pem_private_key(
            self.private_pem.encode(), password=None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the key file does not hold an RSA key: delete it, it is made anew")
        return key

    @cached_property
    def public_pem(self) -> str:
        """SPKI, PEM."""
        return (
            self.private_key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    @property
    def private_base64(self) -> str:
        """PKCS#8 as one line of Base64 without armour."""
        return _bare(self.private_pem)

    @property
    def public_base64(self) -> str:
        """SPKI as one line of Base64 without armour."""
        return _bare(self.public_pem)

    def sign(self, data: bytes) -> str:
        """SHA256withRSA (PKCS#1 v1.5) over the exact bytes, standard Base64."""
        return base64.b64encode(self.private_key.sign(data, padding.PKCS1v15(), hashes.SHA256())).decode()


def key_pair(folder: Path, name: str) -> KeyPair:
    """The key pair called `name` in `folder`: read when `<name>.pem` is there, else made and written with mode 0600."""
    path = folder / f"{name}.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _publish(path, _new_private_pem())
    return KeyPair(path.read_text(encoding="ascii"))


def load_public_key(text: str) -> rsa.RSAPublicKey:
    """Parse a public key given as SPKI PEM or as its bare Base64. Raises ValueError for anything else."""
    try:
        if "-----" in text:
            key = serialization.load_pem_public_key(text.encode())
        else:
            key = serialization.load_der_public_key(base64.b64decode(text, validate=True))
    except binascii.Error as exc:
        raise ValueError("the public key is neither PEM nor Base64") from exc
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("the public key is not an RSA key")  # noqa: TRY004 - one error for every unusable text
    return key


def is_signed_by(public_key: rsa.RSAPublicKey, data: bytes, signature: str) -> bool:
    """Whether `signature` (standard Base64, no white space) is SHA256withRSA over exactly `data` with this key."""
    try:
        public_key.verify(base64.b64decode(signature, validate=True), data, padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, InvalidSignature):  # binascii.Error is a ValueError
        return False
    return True


def _bare(pem: str) -> str:
    return "".join(pem.splitlines()[1:-1])


def _new_private_pem() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _publish(path: Path, content: bytes) -> None:
    # Written aside and linked into place: of two processes that start together, both end up with the same key.
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # mkstemp gives mode 0600
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        try:
            path.hardlink_to(aside)
        except FileExistsError:
            return
    finally:
        aside.unlink()
