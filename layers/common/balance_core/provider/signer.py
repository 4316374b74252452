"""Who signs a provider's requests: our own key from the secret, or a key in AWS KMS that nobody can read.

A conversation puts the signer into its request and does not know which kind it has; the layer signs (`calls.py`).
"""

import re
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_KMS_KEY = re.compile(r"kms:(alias/[A-Za-z0-9/_-]{1,250})")


@dataclass(frozen=True, slots=True)
class LocalKey:
    """An RSA key that is in the provider's secret."""

    private_key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class KmsKey:
    """A key in AWS KMS, by an alias such as `alias/balance-bot/payby/main/1`. The alias is not secret."""

    alias: str


Signer = LocalKey | KmsKey


def is_kms(text: str) -> bool:
    """Whether the text of a field means a KMS key, however it continues."""
    return text.lstrip().lower().startswith("kms:")


def kms_key(text: str) -> KmsKey | None:
    """The key that `kms:alias/...` names; None for anything else."""
    found = _KMS_KEY.fullmatch(text)
    return KmsKey(found[1]) if found else None
