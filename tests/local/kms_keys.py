"""Keys in AWS KMS (moto) for merchants of a running local system, in place of those in the secrets."""

import json
from collections.abc import Iterable
from typing import Any, cast

import boto3

from tests.deployment.rotation.kms_keys import KmsKeys
from tests.local.aws.stack import REGION, STACK_NAME
from tests.local.system import LocalSystem


def sign_with_kms(system: LocalSystem, aws_url: str, providers: Iterable[str]) -> None:
    """Make a key for the account `main` of each of these providers, tell the provider, and name it in the secret.

    Call it before the functions read their secrets.
    """
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)
    keys = KmsKeys(session.client("kms", endpoint_url=aws_url))
    secrets = session.client("secretsmanager", endpoint_url=aws_url)
    for provider in providers:
        keys.make(alias := f"alias/{STACK_NAME}/{provider}/main/1")
        cast(Any, system.company.providers[provider]).upload(keys.public_key(alias))
        secret = json.loads(system.company.secrets[f"{STACK_NAME}/{provider}"])
        secret["accounts"]["main"]["private_key"] = f"kms:{alias}"
        secrets.put_secret_value(SecretId=f"{STACK_NAME}/{provider}", SecretString=json.dumps(secret))
