"""What the providers' tests share: the documented bytes and the throw-away keys."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from botocore.exceptions import ClientError
from msgspec.structs import replace

from balance_core.errors import RETRIES
from balance_core.provider.credentials import Credentials, read_credentials
from balance_core.provider.http import HttpReply
from balance_core.secrets import Secret, SecretStore
from balance_core.strict_json import Node
from tests.local.simulators.keys import KeyPair
from tests.openssl import KEYS

FIXTURES = Path(__file__).parent / "fixtures"


def key_text(name: str) -> str:
    """The PEM of `merchant_private`, `merchant_public`, `provider_private` or `provider_public`."""
    return (KEYS / f"{name}.pem").read_text()


MERCHANT = KeyPair(key_text("merchant_private"))
PROVIDER = KeyPair(key_text("provider_private"))


def signature_of(path: Path) -> str:
    """The signature that OpenSSL made over the fixture `path`."""
    return path.with_suffix(".sign").read_text()


def recorded_reply(path: Path, *, status: int = 200) -> HttpReply:
    """The reply in the fixture `path`, with its recorded signature if it has one."""
    signed = path.with_suffix(".sign").exists()
    return HttpReply(status, {"sign": signature_of(path)} if signed else {}, path.read_bytes())


def signed_reply(body: bytes, *, status: int = 200) -> HttpReply:
    """A reply with any body, signed by the provider."""
    return HttpReply(status, {"sign": PROVIDER.sign(body)}, body)


def credentials_of(secret_name: str, fields: Mapping[str, object]) -> Credentials:
    """What a function reads from a secret whose only account is `main`."""
    (credentials,) = read_credentials(Secret(secret_name, Node({"accounts": {"main": dict(fields)}})))
    return credentials


class OneSecret:
    """Secrets Manager as SecretStore uses boto3's client, with one text for every name."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.store = SecretStore(cast(Any, self))

    def get_secret_value(self, *, SecretId: str, VersionStage: str = "") -> Mapping[str, str]:  # noqa: N803 - boto3's
        if VersionStage:  # there is no version but the current one
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
        return {"SecretString": self.text}

    def keep(self, text: str) -> None:
        """Store another text, which `store` reads at once."""
        self.text = text
        self.store.forget()


@contextmanager
def short_retry_pauses() -> Iterator[None]:
    """As many retries as in the retry table, but with pauses of a millisecond: a test of faults would take minutes."""
    hasty = {kind: replace(rule, pause_seconds=0.001) for kind, rule in RETRIES.items()}
    calls = "balance_core.provider.calls"
    with patch(f"{calls}.RETRIES", hasty), patch(f"{calls}._MAX_PAUSE_SECONDS", 0.001):
        yield
