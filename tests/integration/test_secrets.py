"""Secrets Manager through the store: what is cached, what every failure is called, and that no value leaks."""

import json
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from balance_core.aws import secrets_client
from balance_core.errors import ErrorKind, ProviderError
from balance_core.secrets import SecretStore
from tests.clock import Clock
from tests.integration.fault_server import Behaviour, FaultServer, always, answer, closed_port, once, silent

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

NAME = "balance-bot/payby"
CANARY = "canary-0dd5e1f7"
VALUE = answer(200, b'{"SecretString": "{}"}')

# Makes a store that reads from the Secrets Manager at a URL.
StoreAt = Callable[[str], SecretStore]


@pytest.fixture
def manager() -> Iterator["SecretsManagerClient"]:
    with mock_aws():
        yield boto3.client("secretsmanager")


@pytest.fixture
def store(manager: "SecretsManagerClient") -> SecretStore:
    return SecretStore(secrets_client())


@pytest.fixture
def store_at(monkeypatch: pytest.MonkeyPatch) -> StoreAt:
    def store_at(url: str) -> SecretStore:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", url)
        return SecretStore(secrets_client(read_timeout_seconds=0.3))

    return store_at


def failure(store: SecretStore) -> ProviderError:
    """The error of a read; its message names the secret and quotes nothing."""
    with pytest.raises(ProviderError) as caught:
        store.get(NAME)
    assert NAME in caught.value.message
    assert CANARY not in caught.value.message
    return caught.value


def test_a_secret_is_kept_for_five_minutes_of_wall_clock_time_unless_the_clock_was_set_back(
    manager: "SecretsManagerClient",
) -> None:
    clock = Clock()
    store = SecretStore(secrets_client(), clock)
    manager.create_secret(Name=NAME, SecretString='{"n": "1"}')
    assert store.get(NAME).text("n") == "1"
    manager.put_secret_value(SecretId=NAME, SecretString='{"n": "2"}')
    clock.now += timedelta(minutes=4, seconds=59)
    assert store.get(NAME).text("n") == "1"
    clock.now += timedelta(seconds=1)
    assert store.get(NAME).text("n") == "2"
    manager.put_secret_value(SecretId=NAME, SecretString='{"n": "3"}')
    clock.now -= timedelta(seconds=1)
    assert store.get(NAME).text("n") == "3"


def test_secrets_are_kept_apart_and_found_by_name_or_arn(manager: "SecretsManagerClient", store: SecretStore) -> None:
    manager.create_secret(Name="a", SecretString='{"n": "1"}')
    arn = manager.create_secret(Name="b", SecretString='{"n": "2"}')["ARN"]
    assert [store.get(name).text("n") for name in ("a", "b", arn, "a")] == ["1", "2", "2", "1"]


def test_a_failure_is_not_kept(manager: "SecretsManagerClient", store: SecretStore) -> None:
    error = failure(store)
    assert error.kind is ErrorKind.CONFIGURATION
    assert "does not exist" in error.message
    manager.create_secret(Name=NAME, SecretString="{}")
    assert store.get(NAME).name == NAME


def test_a_secret_without_a_value_says_what_to_do(manager: "SecretsManagerClient") -> None:
    clock = Clock()
    store = SecretStore(secrets_client(), clock)
    manager.create_secret(Name=NAME)
    assert "put-secret-value" in failure(store).message
    for empty in ({"SecretString": " "}, {"SecretBinary": b"{}"}):
        manager.put_secret_value(SecretId=NAME, **empty)
        clock.now += timedelta(seconds=10)
        assert "is empty" in failure(store).message
    manager.delete_secret(SecretId=NAME)
    clock.now += timedelta(seconds=10)
    assert "deletion" in failure(store).message


@pytest.mark.parametrize(
    "text",
    [
        f'{{"private_key": "{CANARY}"',
        f"{CANARY}",
        f'["{CANARY}"]',
        f'{{"{CANARY}": 1, "{CANARY}": 2}}',
        f'{{"private_key": "{CANARY}\n"}}',
        "[" * 60_000 + CANARY,
        "null",
    ],
)
def test_a_secret_that_is_not_a_json_object_is_refused_without_being_quoted(
    manager: "SecretsManagerClient", store: SecretStore, text: str
) -> None:
    manager.create_secret(Name=NAME, SecretString=text)
    error = failure(store)
    assert error.kind is ErrorKind.CONFIGURATION
    assert CANARY not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDeniedException", ErrorKind.CONFIGURATION),
        ("DecryptionFailure", ErrorKind.CONFIGURATION),
        ("ValidationException", ErrorKind.CONFIGURATION),
        ("ThrottlingException", ErrorKind.UNAVAILABLE),
        ("InternalServiceError", ErrorKind.UNAVAILABLE),
        ("", ErrorKind.UNAVAILABLE),
    ],
)
def test_the_code_of_a_refusal_decides_its_kind(store_at: StoreAt, code: str, kind: ErrorKind) -> None:
    refusal = json.dumps({"__type": code, "Message": f"not for {CANARY}"}).encode()
    with FaultServer(always(answer(400, refusal))) as server:
        assert failure(store_at(server.url)).kind is kind


def test_an_unreachable_secrets_manager_is_unavailable(store_at: StoreAt) -> None:
    assert failure(store_at(f"http://127.0.0.1:{closed_port()}")).kind is ErrorKind.UNAVAILABLE


@pytest.mark.parametrize("behaviour", [always(answer(500, b"<html>")), silent], ids=["fails", "does not answer"])
def test_a_secrets_manager_in_trouble_is_asked_twice(store_at: StoreAt, behaviour: Behaviour) -> None:
    with FaultServer(behaviour) as server:
        assert failure(store_at(server.url)).kind is ErrorKind.UNAVAILABLE
    assert len(server.requests) == 2


def test_a_connection_that_secrets_manager_closed_while_the_function_was_frozen_does_no_harm(store_at: StoreAt) -> None:
    with FaultServer(once(VALUE)) as server:
        store = store_at(server.url)
        for _ in range(2):
            store.forget()
            assert store.get(NAME).name == NAME
    assert (server.accepted, len(server.requests)) == (2, 2)
