"""Our boto3 clients against a real socket: where they connect, how long they wait, and how often they send."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from balance_core.aws import close_idle_connections, dynamodb_client, events_client, lambda_client, secrets_client
from tests.integration.fault_server import Connection, FaultServer, answer, silent

CLIENTS = {
    "lambda": (lambda: lambda_client(connect_timeout_seconds=1, read_timeout_seconds=20), 1, 20, 1),
    "secretsmanager": (secrets_client, 1, 2, 2),
    "events": (events_client, 1, 1, 2),
    "dynamodb": (dynamodb_client, 2, 3, 2),
}


@pytest.mark.parametrize(("new_client", "connect_timeout", "read_timeout", "attempts"), CLIENTS.values(), ids=CLIENTS)
def test_every_client_has_explicit_timeouts_and_attempts(
    new_client: Any, connect_timeout: float, read_timeout: float, attempts: int
) -> None:
    config = new_client().meta.config
    assert (config.connect_timeout, config.read_timeout) == (connect_timeout, read_timeout)
    assert config.retries["total_max_attempts"] == attempts


def invoke(client: Any) -> bytes:
    answered: bytes = client.invoke(FunctionName="function", Payload=b"{}")["Payload"].read()
    return answered


@pytest.fixture
def client_of(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes a Lambda client that calls a server."""

    def make(server: FaultServer, read_timeout_seconds: float = 20) -> Any:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        return lambda_client(connect_timeout_seconds=1, read_timeout_seconds=read_timeout_seconds)

    return make


ENDINGS: dict[str, Callable[[Connection], None]] = {
    "closed": lambda connection: connection.stream.close(),
    "reset": Connection.reset,
}


@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
def test_a_connection_that_the_server_ended_between_two_invocations_is_replaced(
    client_of: Any, end: Callable[[Connection], None]
) -> None:
    """boto3 notices before it sends the second call, so one attempt is enough."""
    answered, ended = threading.Event(), threading.Event()

    def end_the_first_connection(connection: Connection) -> None:
        connection.read_request()
        connection.send(answer(200, b"{}"))
        if ended.is_set():
            connection.wait_for_hang_up()
        else:
            answered.wait(timeout=60)
            end(connection)
            ended.set()

    with FaultServer(end_the_first_connection) as server:
        client = client_of(server)
        assert invoke(client) == b"{}"
        answered.set()
        assert ended.wait(timeout=60)
        assert invoke(client) == b"{}"
        assert (server.accepted, len(server.requests)) == (2, 2)
        client.close()


def test_a_connection_that_was_lost_while_the_function_was_frozen_is_not_used_again(client_of: Any) -> None:
    """boto3 cannot notice this loss: only the next request finds out, and it is sent once."""

    def answer_once(connection: Connection) -> None:
        connection.read_request()
        connection.send(answer(200, b"{}"))
        if connection.read_request() is not None:
            connection.reset()

    now = [datetime(2026, 11, 29, 8, tzinfo=UTC)]
    with FaultServer(answer_once) as server:
        client = client_of(server)
        close_idle_connections(client, lambda: now[0])
        assert invoke(client) == b"{}"
        now[0] += timedelta(seconds=10)
        assert invoke(client) == b"{}"
        now[0] += timedelta(seconds=9)
        with pytest.raises(ConnectionClosedError):
            invoke(client)
        assert server.accepted == 2
        client.close()


def test_an_invocation_that_is_not_answered_in_time_is_not_sent_again(client_of: Any) -> None:
    with FaultServer(silent) as server:
        client = client_of(server, read_timeout_seconds=1)
        started_seconds = time.monotonic()
        with pytest.raises(ReadTimeoutError):
            invoke(client)
        assert 1 <= time.monotonic() - started_seconds < 30  # the default is a minute, five times
        assert len(server.requests) == 1
