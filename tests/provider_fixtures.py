"""What the providers' tests share: the documented bytes and the throw-away keys."""

from collections.abc import Mapping
from pathlib import Path

from balance_core.credentials import Credentials, read_credentials
from balance_core.http import HttpReply
from balance_core.secrets import Secret
from balance_core.wire import Node
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
    """The answer in the fixture `path`, with its recorded signature where it has one."""
    signed = path.with_suffix(".sign").exists()
    return HttpReply(status, {"sign": signature_of(path)} if signed else {}, path.read_bytes())


def signed_reply(body: bytes, *, status: int = 200) -> HttpReply:
    """An answer with any body, signed by the provider."""
    return HttpReply(status, {"sign": PROVIDER.sign(body)}, body)


def credentials_of(secret_name: str, fields: Mapping[str, object], *, insecure: bool = False) -> Credentials:
    """What a function reads from a secret whose only account is `main`."""
    (credentials,) = read_credentials(
        Secret(secret_name, Node({"accounts": {"main": dict(fields)}})), allow_insecure_urls=insecure
    )
    return credentials
