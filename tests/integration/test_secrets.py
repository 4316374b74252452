"""Secrets Manager (moto) through the store: what is cached, what every failure is called, and that nothing leaks."""

import json
import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from balance_core.errors import ErrorKind, ProviderError
from balance_core.secrets import SecretStore
from tests.integration.fault_server import Connection, FaultServer, always, answer, closed_port, once
from tests.integration.moto_server import IN_PROCESS, moto_url

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

NAME = "balance-bot/payby"
CANARY = "canary-0dd5e1f7"


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    """Shared, because reading the description of the service takes a quarter of a second for each session."""
    return boto3.Session(region_name="eu-central-1")


@pytest.fixture
def manager(session: boto3.Session) -> Iterator["SecretsManagerClient"]:
    with mock_aws():
        yield session.client("secretsmanager", config=IN_PROCESS)


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", moto_url())


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def failure(store: SecretStore, name: str = NAME) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        store.get(name)
    return caught.value


class TestTheCache:
    def test_keeps_a_secret_for_five_minutes(self, manager: "SecretsManagerClient") -> None:
        clock = Clock()
        store = SecretStore(clock_seconds=clock)
        manager.create_secret(Name=NAME, SecretString='{"n": 1}')
        assert store.get(NAME).root.get("n").value == 1
        manager.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')
        clock.seconds += 299.9
        assert store.get(NAME).root.get("n").value == 1
        clock.seconds += 0.1
        assert store.get(NAME).root.get("n").value == 2

    def test_keeps_each_secret_for_itself(self, manager: "SecretsManagerClient") -> None:
        store = SecretStore()
        manager.create_secret(Name="a", SecretString='{"n": 1}')
        manager.create_secret(Name="b", SecretString='{"n": 2}')
        assert [store.get(name).root.get("n").value for name in ("a", "b", "a")] == [1, 2, 1]

    def test_keeps_no_failure(self, manager: "SecretsManagerClient") -> None:
        store = SecretStore()
        assert failure(store).kind is ErrorKind.CONFIGURATION
        manager.create_secret(Name=NAME, SecretString="{}")
        assert store.get(NAME).name == NAME

    def test_knows_a_secret_by_its_arn_too(self, manager: "SecretsManagerClient") -> None:
        arn = manager.create_secret(Name=NAME, SecretString='{"n": 1}')["ARN"]
        assert SecretStore().get(arn).root.get("n").value == 1


class TestWithoutAValue:
    def test_a_secret_that_does_not_exist(self, manager: "SecretsManagerClient") -> None:
        error = failure(SecretStore())
        assert error.kind is ErrorKind.CONFIGURATION
        assert NAME in error.message
        assert "does not exist" in error.message

    def test_a_secret_that_was_never_filled(self, manager: "SecretsManagerClient") -> None:
        manager.create_secret(Name=NAME)
        error = failure(SecretStore())
        assert error.kind is ErrorKind.CONFIGURATION
        assert "put-secret-value" in error.message

    def test_a_secret_that_is_being_deleted(self, manager: "SecretsManagerClient") -> None:
        manager.create_secret(Name=NAME, SecretString="{}")
        manager.delete_secret(SecretId=NAME)
        error = failure(SecretStore())
        assert error.kind is ErrorKind.CONFIGURATION
        assert "deletion" in error.message

    @pytest.mark.parametrize("value", [{"SecretBinary": b"{}"}, {"SecretString": " "}], ids=["binary", "blank"])
    def test_a_secret_that_is_binary_or_blank(self, manager: "SecretsManagerClient", value: dict[str, str]) -> None:
        manager.create_secret(Name=NAME, **value)  # type: ignore[arg-type]  # mypy takes ** for every parameter
        error = failure(SecretStore())
        assert error.kind is ErrorKind.CONFIGURATION
        assert "is empty" in error.message


class TestRefusedByAws:
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
    def test_by_its_code(self, monkeypatch: pytest.MonkeyPatch, code: str, kind: ErrorKind) -> None:
        refusal = {"__type": code, "Message": f"not for {CANARY}"}
        with FaultServer(always(answer(400, json.dumps(refusal).encode()))) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url)
            error = failure(SecretStore())
        assert error.kind is kind
        assert NAME in error.message
        assert CANARY not in str(error)


class TestOutOfReach:
    def test_a_closed_port(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", f"http://127.0.0.1:{closed_port()}")
        error = failure(SecretStore())
        assert error.kind is ErrorKind.UNAVAILABLE
        assert NAME in error.message

    def test_a_service_that_fails_is_asked_twice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with FaultServer(always(answer(500, b"<html>"))) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url)
            assert failure(SecretStore()).kind is ErrorKind.UNAVAILABLE
        assert len(server.requests) == 2

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]"])
    def test_a_service_that_answers_with_something_else(self, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
        with FaultServer(always(answer(200, body))) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url)
            assert failure(SecretStore()).kind is ErrorKind.UNAVAILABLE

    def test_a_connection_that_breaks_once_is_nobodys_concern(self, monkeypatch: pytest.MonkeyPatch) -> None:
        behaviours = iter([Connection.reset, once(answer(200, b'{"SecretString": "{}"}'))])

        def behave(connection: Connection) -> None:
            next(behaviours)(connection)

        with FaultServer(behave) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url)
            assert SecretStore().get(NAME).name == NAME

    def test_a_function_without_a_region(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("AWS_REGION")
        assert failure(SecretStore()).kind is ErrorKind.UNAVAILABLE


@pytest.mark.parametrize(
    "text",
    [
        f'{{"private_key": "{CANARY}"',
        f'{{"private_key": {CANARY}}}',
        f"{CANARY}",
        f'["{CANARY}"]',
        f'"{CANARY}"',
        f'{{"{CANARY}": 1, "{CANARY}": 2}}',
        f'{{"private_key": "{CANARY}", "n": NaN}}',
        f'{{"n": {"9" * 70}, "private_key": "{CANARY}"}}',
        f'{{"private_key": "{CANARY}\n"}}',
        "[" * 100_000 + CANARY,
        "null",
    ],
)
def test_what_is_not_a_json_object_is_refused_without_being_quoted(manager: "SecretsManagerClient", text: str) -> None:
    manager.create_secret(Name=NAME, SecretString=text[:65_536])
    error = failure(SecretStore())
    assert error.kind is ErrorKind.CONFIGURATION
    assert NAME in error.message
    assert CANARY not in "".join(traceback.format_exception(error))
