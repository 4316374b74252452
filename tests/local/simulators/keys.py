"""Throw-away RSA-2048 key pairs, made once and kept in a folder, and the signatures made with them."""

import base64
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


@dataclass(frozen=True)
class KeyPair:
    """A key pair, from its PKCS#8 PEM text, in every form in which providers hand out keys."""

    private_pem: str = field(repr=False)

    @cached_property
    def private_key(self) -> rsa.RSAPrivateKey:
        """The parsed key. The slow check of RSA keys is skipped because this module made it."""
        key = serialization.load_pem_private_key(
            self.private_pem.encode(), password=None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the key file does not hold an RSA key: delete it, a new one is made")
        return key

    @property
    def public_key(self) -> rsa.RSAPublicKey:
        """The other half."""
        return self.private_key.public_key()

    @cached_property
    def public_pem(self) -> str:
        """SPKI, PEM."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.public_key.public_bytes(serialization.Encoding.PEM, form).decode()

    @property
    def private_base64(self) -> str:
        """PKCS#8 as one line of Base64, without the PEM header and footer."""
        return _bare(self.private_pem)

    @property
    def public_base64(self) -> str:
        """SPKI as one line of Base64, without the PEM header and footer."""
        return _bare(self.public_pem)

    def sign(self, data: bytes) -> str:
        """SHA256withRSA (PKCS#1 v1.5) over the exact bytes, standard Base64."""
        return base64.b64encode(self.private_key.sign(data, padding.PKCS1v15(), hashes.SHA256())).decode()


def key_pair(folder: Path, name: str) -> KeyPair:
    """The key pair in `<name>.pem` in `folder`, which is created with mode 0600 when it is missing."""
    path = folder / f"{name}.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _publish(path, _new_private_pem())
    return KeyPair(path.read_text(encoding="ascii"))


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
    # Written elsewhere and linked into place, so that two processes that start together end up with the same key.
    with tempfile.NamedTemporaryFile(dir=path.parent) as file:  # which has the mode 0600
        file.write(content)
        file.flush()
        with suppress(FileExistsError):
            path.hardlink_to(file.name)
