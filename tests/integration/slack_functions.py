"""What both Slack functions need in one process: settings and secrets, moto for AWS, and Lambda's Invoke API."""

import json
import traceback
from contextlib import suppress
from io import BytesIO
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
    "WATCH_FUNCTION": "watch",
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


class LocalWatch:
    """The watch, asked through Lambda's Invoke API. `answers` are by the request: JSON, other bytes, or an error.

    Without an answer, it has no rules and takes everything.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: dict[str, dict[str, Any] | bytes | Exception] = {}

    def invoke(self, payload: bytes) -> dict[str, Any]:
        """What the client of Lambda returns."""
        request = json.loads(payload)
        self.asked.append(request)
        answer = self.answers.get(request["request"], {"generated_at": "2026-11-29T09:00:00Z", "rules": []})
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, bytes):
            return {"Payload": BytesIO(answer), "FunctionError": "Unhandled"}
        return {"Payload": BytesIO(json.dumps(answer).encode())}


class WithWatch:
    """Lambda's client, but for the watch, which is asked in this process."""

    def __init__(self, client: Any, watch: LocalWatch) -> None:
        self._client = client
        self._watch = watch

    def invoke(self, **call: Any) -> Any:
        """Invoke a function."""
        if call["FunctionName"] == ENVIRONMENT["WATCH_FUNCTION"]:
            return self._watch.invoke(call["Payload"])
        return self._client.invoke(**call)


def reset(connection: Connection) -> None:
    """Take a request, and reset the connection instead of answering."""
    connection.read_request()
    connection.reset()


def traceback_of(error: BaseException) -> str:
    """What Lambda prints about an error."""
    return "".join(traceback.format_exception(error))
