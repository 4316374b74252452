"""Both Slack functions on one machine: moto for secrets and claims, a real socket for Lambda's Invoke API."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.integration.fault_server import Behaviour, FaultServer
from tests.integration.moto_server import IN_PROCESS, moto_url
from tests.local.aws.conditional_writes import atomic_writes
from tests.local.simulators.slack_commands import SlashCommand, signed_headers

SIGNING_SECRET = "canary-signing-secret-8f742231b10e8888"
BOT_TOKEN = "xoxb-canary-bot-token"
PROVIDERS = "pagsmile=Pagsmile,payby=PayBy,payermax=PayerMax"
CHANNEL = "C0123456789"
OTHER_CHANNEL = "C0456456456"
ADMIN = "U0ADMIN0001"
_REGION = "eu-central-1"
_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:balance-bot-{}:live"
_SETTINGS = {
    "SIGNING_SECRET_NAME": "balance-bot/slack-signing",
    "REPORTER_FUNCTION": _ARN.format("slack-reporter"),
    "ALLOWED_TEAM_IDS": "T0123456789",
    "ALLOWED_CHANNEL_IDS": CHANNEL,
    "ALLOWED_USER_IDS": "*",
    "SHARE_CHANNEL_IDS": CHANNEL,
    "ADMIN_CONTACT": ADMIN,
    "PROVIDERS": PROVIDERS,
    "BOT_TOKEN_SECRET_NAME": "balance-bot/slack-bot-token",
    "AGGREGATOR_FUNCTION": _ARN.format("aggregator"),
    "REQUESTS_TABLE": "requests",
    "DIGEST_CHANNELS": CHANNEL,
}


@contextmanager
def aws() -> Iterator[None]:
    """The resources that the settings name. One for a whole module: every new moto reads boto3's data anew."""
    with mock_aws(), atomic_writes(), pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", moto_url())
        boto3.client("dynamodb", _REGION).create_table(
            TableName="requests",
            KeySchema=[{"AttributeName": "request_key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "request_key", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield


def configure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the settings of the template, and the secrets as they were."""
    for name, value in _SETTINGS.items():
        monkeypatch.setenv(name, value)
    put_secret("balance-bot/slack-signing", {"signing_secret": SIGNING_SECRET})
    put_secret("balance-bot/slack-bot-token", {"bot_token": BOT_TOKEN})


def put_secret(name: str, content: object) -> None:
    """Create the secret, or give it a new version."""
    client = boto3.client("secretsmanager", _REGION, config=IN_PROCESS)
    text = json.dumps(content)
    try:
        client.create_secret(Name=name, SecretString=text)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=text)


@contextmanager
def invoke_api(monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour) -> Iterator[FaultServer]:
    """A Lambda that takes every invocation as `behaviour` tells it to."""
    with FaultServer(behaviour) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url)
        yield server


def invocation(request: bytes) -> tuple[str, dict[str, Any]]:
    """An invocation's request line and header lines in lower case, and its payload."""
    head, _, body = request.partition(b"\r\n\r\n")
    return head.decode("latin-1").lower(), json.loads(body)


def url_event(headers: Mapping[str, str], body: bytes, method: str = "POST") -> dict[str, Any]:
    """What Lambda makes of an HTTP request to the function URL: header names lower case, the body in Base64."""
    return {
        "version": "2.0",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": "/"}},
        "body": b64encode(body).decode("ascii"),
        "isBase64Encoded": True,
    }


def signed_event(body: bytes, now: datetime | None = None, secret: str = SIGNING_SECRET) -> dict[str, Any]:
    """The event of a body that Slack signed."""
    return url_event(signed_headers(secret, body, now or datetime.now(UTC)), body)


def command(text: str, **changes: str) -> SlashCommand:
    """What a person typed after /balance."""
    fields = {"response_url": "https://hooks.slack.com/commands/T0123456789/1/canary-url", "trigger_id": "1.2.canary"}
    return SlashCommand(text, **{**fields, **changes, "token": "canary-token"})
