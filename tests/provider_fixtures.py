"""What the providers' tests share: the documented bytes, the throw-away keys, and OpenSSL as an independent witness."""

from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from subprocess import CalledProcessError

from balance_core.credentials import Credentials, read_credentials
from balance_core.http import HttpReply
from balance_core.secrets import Secret
from balance_core.wire import Node
from tests.local.simulators.keys import KeyPair
from tests.openssl import KEYS, openssl

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


def openssl_accepts(public_key: str, body: bytes, signature: str, folder: Path) -> bool:
    """Whether the `openssl` command finds that the key file `public_key` made the Base64 `signature` over `body`."""
    raw = folder / "signature"
    raw.write_bytes(b64decode(signature, validate=True))
    verify = ("dgst", "-sha256", "-verify", KEYS / f"{public_key}.pem", "-signature", raw)
    try:
        return openssl(*verify, data=body) == b"Verified OK\n"
    except CalledProcessError:
        return False
