"""The same question as a plain script asks it: one provider after another, in the manner of their examples.

It is given every advantage: keys are parsed and connections are open before the clock starts, and nothing is rendered.
"""

import base64
import json
import time
from datetime import UTC, datetime

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.local.aws.stack import STACK_NAME
from tests.local.company import Company
from tests.local.simulators import envelope
from tests.local.simulators.keys import load_public_key


class Script:
    """Asks each provider of `company` about its one account; `ask` may be called again and again."""

    def __init__(self, company: Company) -> None:
        accounts = {
            name: json.loads(company.secrets[f"{STACK_NAME}/{name}"])["accounts"]["main"] for name in company.providers
        }
        self._pagsmile, self._payby, self._payermax = (accounts[name] for name in ("pagsmile", "payby", "payermax"))
        self._key = _private_key(self._pagsmile["private_key"])
        self._client = httpx.Client(trust_env=False)

    def ask(self) -> list[object]:
        """Every provider's answer, decrypted where need be."""
        return [self._ask_pagsmile(), *map(self._ask_payby, self._payby["currencies"]), self._ask_payermax()]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask_pagsmile(self) -> object:
        account, key = self._pagsmile, envelope.new_key(16)
        body = {
            "app_id": account["app_id"],
            "partner_id": account["partner_id"],
            "request_id": f"{time.time_ns()}",
            "timestamp": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
            "format": "JSON",
            "version": "2.0",
            "sign_type": "RSA",
            "biz_data": envelope.seal(json.dumps({"partner_id": account["partner_id"]}), key),
            "random_key": envelope.wrap_key(key, load_public_key(account["provider_public_key"])),
        }
        url = account["base_url"] + "/issuing/partner/query-balance"
        answer = self._client.post(url, json=body).raise_for_status().json()
        return json.loads(envelope.unseal(answer["data"], envelope.unwrap_key(answer["random_key"], self._key)))

    def _ask_payby(self, currency: str) -> object:
        body = {"bizContent": {"currencyCode": currency}, "requestTime": int(time.time() * 1000)}
        headers = {"Partner-Id": self._payby["partner_id"], "Content-Language": "en"}
        return self._post(self._payby["base_url"] + "/sgs/api/member/getBalance", body, headers)

    def _ask_payermax(self) -> object:
        body = {
            "version": "1.3",
            "keyVersion": "1",
            "requestTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "appId": self._payermax["app_id"],
            "merchantNo": self._payermax["merchant_no"],
            "data": {},
        }
        return self._post(self._payermax["base_url"] + "/aggregate-pay/api/gateway/currentBalanceQuery", body, {})

    def _post(self, url: str, document: object, headers: dict[str, str]) -> object:
        body = json.dumps(document).encode()
        signature = base64.b64encode(self._key.sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()
        signed = {"Content-Type": "application/json", "sign": signature, **headers}
        return self._client.post(url, content=body, headers=signed).raise_for_status().json()


def _private_key(pem: str) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the company's key is RSA")
    return key
