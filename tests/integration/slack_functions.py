"""What both Slack functions need in one process: settings and secrets, moto for AWS, and Lambda's Invoke API."""

import json
import traceback
from contextlib import suppress
from typing import Any, Literal

import boto3

from tests.integration.fault_server import Behaviour, Connection, FaultServer
from tests.integration.invoke_api import ARN

SIGNING_SECRET, SIGNING_SECRET_NAME = "canary-signing-secret", "balance-bot/slack-signing"
BOT_TOKEN, BOT_TOKEN_SECRET_NAME = "xoxb-canary-bot-token", "balance-bot/slack-bot-token"
ADMIN = "U0ADMIN0001"
ENVIRONMENT = {
    "SIGNING_SECRET_NAME": SIGNING_SECRET_NAME,
    "BOT_TOKEN_SECRET_NAME": BOT_TOKEN_SECRET_NAME,
    "REPORTER_FUNCTION": ARN.format("slack-reporter"),
    "AGGREGATOR_FUNCTION": ARN.format("aggregator"),
    "REQUESTS_TABLE": "requests",
    "BALANCES_TABLE": "balances",
    "ANSWERS_TABLE": "answers",
    "PROVIDERS": "pagsmile,payby,payermax",
    "PROVIDER_NAMES": "pagsmile=Pagsmile,payby=PayBy,payermax=PayerMax",
    "ADMIN_CONTACT": ADMIN,
}


_TABLES = {
    "REQUESTS_TABLE": ("request_key",),
    "BALANCES_TABLE": ("place", "entry"),
    "ANSWERS_TABLE": ("place", "entry"),
}
_KEY_TYPES: tuple[Literal["HASH", "RANGE"], ...] = ("HASH", "RANGE")


def reset_aws() -> None:
    """Store the secrets that the settings name as they were, and empty the tables."""
    put_secret(SIGNING_SECRET_NAME, {"signing_secret": SIGNING_SECRET})
    put_secret(BOT_TOKEN_SECRET_NAME, {"bot_token": BOT_TOKEN})
    client = boto3.client("dynamodb")
    for variable, keys in _TABLES.items():
        table = ENVIRONMENT[variable]
        with suppress(client.exceptions.ResourceNotFoundException):
            client.delete_table(TableName=table)
        client.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, _KEY_TYPES, strict=False)],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )


def put_secret(name: str, content: object) -> None:
    """Create the secret, or give it a new version."""
    client, text = boto3.client("secretsmanager"), json.dumps(content)
    try:
        client.create_secret(Name=name, SecretString=text)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=text)


class InvokeApi(FaultServer):
    """Lambda's Invoke API. `behaviour` may be changed while it runs."""

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__(lambda connection: self.behaviour(connection))  # noqa: PLW0108 - it may change
        self.behaviour = behaviour

    @property
    def payloads(self) -> list[dict[str, Any]]:
        """What the functions were invoked with, in order."""
        return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in self.requests]


def reset(connection: Connection) -> None:
    """Take a request, and reset the connection instead of answering."""
    connection.read_request()
    connection.reset()


def traceback_of(error: BaseException) -> str:
    """What Lambda prints about an error."""
    return "".join(traceback.format_exception(error))
