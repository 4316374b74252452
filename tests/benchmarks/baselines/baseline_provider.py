"""A provider function: read the keys, send a signed POST to PayerMax for each account at once, verify each answer.

Sources: httpx, "QuickStart" and "Async Support"; cryptography, "RSA" and "Key Serialization"; boto3's page of
get_secret_value; Powertools, "Logger".
"""

import asyncio
import base64
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import boto3
import httpx
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

logger = Logger()
secrets = boto3.client("secretsmanager")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The balances of every account in the secret."""
    secret = json.loads(secrets.get_secret_value(SecretId=os.environ["SECRET_NAME"])["SecretString"])
    answers = asyncio.run(ask_all(secret["accounts"].values()))
    logger.info("answered", codes=[answer["code"] for answer in answers])
    rows = [row for answer in answers for row in answer["data"]["accountRealTimeTypes"]]
    return {"balances": [{**row, "balance": str(row["balance"])} for row in rows]}


async def ask_all(accounts: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Every account's answer."""
    async with httpx.AsyncClient() as client:
        return await asyncio.gather(*(ask(client, account) for account in accounts))


async def ask(client: httpx.AsyncClient, account: Mapping[str, Any]) -> Any:
    """One account's verified answer."""
    private_key = serialization.load_der_private_key(base64.b64decode(account["private_key"]), password=None)
    public_key = serialization.load_der_public_key(base64.b64decode(account["provider_public_keys"][0]))
    if not isinstance(private_key, RSAPrivateKey) or not isinstance(public_key, RSAPublicKey):
        raise TypeError("the keys must be RSA keys")
    question = {
        "version": "1.4",
        "keyVersion": "1",
        "requestTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "appId": account["app_id"],
        "merchantNo": account["merchant_no"],
        "data": {},
    }
    body = json.dumps(question).encode()
    signature = base64.b64encode(private_key.sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()
    response = await client.post(
        account["base_url"] + "/aggregate-pay/api/gateway/currentBalanceQuery",
        content=body,
        headers={"Content-Type": "application/json", "sign": signature},
    )
    response.raise_for_status()
    received = base64.b64decode(response.headers["sign"])
    public_key.verify(received, response.content, padding.PKCS1v15(), hashes.SHA256())
    return json.loads(response.content, parse_float=Decimal)
