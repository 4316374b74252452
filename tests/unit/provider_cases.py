"""A function of the made-up provider, its secret and its answers, for the tests of what every provider shares."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from balance_core.provider import ProviderFunction
from tests.integration.fault_server import Behaviour, Connection
from tests.integration.made_up_provider import plan
from tests.integration.moto_server import IN_PROCESS, moto_url

SECRET_NAME = "balance-bot/payby"
CORRELATION_ID = "9f2c4e1ab07d3c55"
NOW = datetime(2026, 11, 21, 1, 45, 38, 960_000, tzinfo=UTC)
AMPLE_MS = 60_000
CANARY = "canary-0dd5e1f7"


@contextmanager
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The function's environment, with an empty Secrets Manager."""
    monkeypatch.setenv("SECRET_NAME", SECRET_NAME)
    monkeypatch.setenv("ALLOW_INSECURE_PROVIDER_URLS", "true")
    monkeypatch.setenv("DEADLINE_SECONDS", "20")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", moto_url())
    with mock_aws():
        yield


@contextmanager
def provider_function() -> Iterator[ProviderFunction]:
    """One that takes NOW for the time and zeros for entropy."""
    made = ProviderFunction("payby", plan, now=lambda: NOW, random_bytes=bytes)
    try:
        yield made
    finally:
        made.close()


def by_path(answers: Mapping[str, bytes]) -> Behaviour:
    """Answer the path of each request with its own bytes."""

    def behave(connection: Connection) -> None:
        while (request := connection.read_request()) is not None:
            connection.send(answers[request.split(b" ", 2)[1].decode()])

    return behave


def store(accounts: Mapping[str, Mapping[str, object]]) -> None:
    client = boto3.client("secretsmanager", config=IN_PROCESS)
    client.create_secret(Name=SECRET_NAME, SecretString=json.dumps({"accounts": accounts}))


def account(url: str, path: str = "", app_id: str = CANARY) -> dict[str, object]:
    return {"base_url": f"{url}{path}", "app_id": app_id}


def ask(function: ProviderFunction, event: object, remaining_ms: int = AMPLE_MS) -> Any:
    """The answer as its reader gets it: through JSON."""
    return json.loads(json.dumps(function.answer(event, remaining_ms)))
