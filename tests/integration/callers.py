"""A merchant's side of each provider's API, made with the openssl command alone, to judge the simulators by."""

import base64
import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import openssl
from tests.integration.wire import Reply, send
from tests.local.simulators import pagsmile, payby, payermax
from tests.local.simulators.keys import key_pair

PROVIDER_KEY = "provider.pub"
_JSON = {"Content-Type": "application/json"}


def make_keys(folder: Path) -> Path:
    """Key pairs for a provider, its merchant and another merchant: `<name>.pem` and `<name>.pub`, both PEM."""
    for name in ("provider", "merchant", "other"):
        public_pem = key_pair(folder, name).public_pem
        (folder / f"{name}.pub").write_text(public_pem)
    return folder


@dataclass(frozen=True)
class PayByCaller:
    """Signs and posts; `key` is whose key signs."""

    url: str
    keys: Path

    def ask(self, document: object, *, key: str = "merchant", headers: dict[str, str] | None = None) -> Reply:
        return self.post(json.dumps(document).encode(), key=key, headers=headers)

    def post(self, body: bytes, *, key: str = "merchant", headers: dict[str, str] | None = None) -> Reply:
        signature = openssl.sign(self.keys / f"{key}.pem", body)
        standard = _JSON | {"Partner-Id": payby.DOCUMENTED_PARTNER_ID, "sign": signature}
        return send(self.url + payby.PATH, body, standard | (headers or {}))


@dataclass(frozen=True)
class PayerMaxCaller:
    """Signs and posts; `key` is whose key signs."""

    url: str
    keys: Path

    def ask(self, document: object, *, key: str = "merchant", **headers: str) -> Reply:
        return self.post(json.dumps(document).encode(), key=key, **headers)

    def post(self, body: bytes, *, key: str = "merchant", **headers: str) -> Reply:
        signature = openssl.sign(self.keys / f"{key}.pem", body)
        return send(self.url + payermax.PATH, body, _JSON | {"sign": signature} | headers)


@dataclass(frozen=True)
class PagsmileCaller:
    """Seals, posts and opens answers."""

    url: str
    keys: Path
    aes_key: bytes = b"0123456789ABCDEF"
    iv: bytes = b"FEDCBA9876543210"

    def seal(self, biz_data: object, iv: bytes | None = None) -> str:
        iv = iv or self.iv
        text = biz_data if isinstance(biz_data, bytes) else json.dumps(biz_data).encode()
        return iv.decode() + base64.b64encode(openssl.aes_cbc_encrypt(text, self.aes_key, iv)).decode()

    def wrap(self, aes_key: bytes, receiver: str = "provider") -> str:
        return openssl.rsa_encrypt(aes_key, self.keys / f"{receiver}.pub")

    def fields(self, **changes: object) -> dict[str, object]:
        """The documented request with a new request_id; a change to None leaves the field out."""
        fields = {
            "app_id": pagsmile.DOCUMENTED_ID,
            "partner_id": pagsmile.DOCUMENTED_ID,
            "request_id": str(uuid.uuid4()),
            "timestamp": "2025-04-07 13:56:59",
            "format": "JSON",
            "version": "2.0",
            "sign_type": "RSA",
            "biz_data": self.seal({"partner_id": pagsmile.DOCUMENTED_ID}),
            "random_key": self.wrap(self.aes_key),
        }
        return {name: value for name, value in (fields | changes).items() if value is not None}

    def ask(self, **changes: object) -> Reply:
        return self.post(json.dumps(self.fields(**changes)).encode())

    def post(self, body: bytes) -> Reply:
        return send(self.url + pagsmile.PATH, body, _JSON)

    def open(self, reply: Reply, owner: str = "merchant") -> Any:
        """The rows inside an answer. Raises CalledProcessError or ValueError when it is not for this owner."""
        document = json.loads(reply.body)
        aes_key = openssl.rsa_decrypt(document["random_key"], self.keys / f"{owner}.pem")
        iv, ciphertext = document["data"][:16], base64.b64decode(document["data"][16:], validate=True)
        return json.loads(openssl.aes_cbc_decrypt(ciphertext, aes_key, iv.encode()))
