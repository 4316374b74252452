"""The front answers within its deadline while AWS hangs: over real sockets that nobody answers or accepts."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest

from balance_core.aws import lambda_client, secrets_client
from balance_core.secrets import SecretStore
from balance_slack.front import handler as front_module
from balance_slack.front.handler import Front
from tests.clock import Clock
from tests.integration.fault_server import Connection, FaultServer, answer, closed_port, once, silent
from tests.integration.slack_front.local_front import LocalFront, signed
from tests.integration.slack_functions import SIGNING_SECRET, SIGNING_SECRET_NAME
from tests.slack_examples import example

NOT_STARTED = "may not have gone through"
# Longer than the test may take, so only the deadline can end a call.
NEVER_SECONDS = 60.0


@contextmanager
def ends_long_before_any_timeout() -> Iterator[None]:
    started_seconds = time.monotonic()
    yield
    assert time.monotonic() - started_seconds < NEVER_SECONDS / 2


@pytest.fixture
def store(front: LocalFront, clock: Clock) -> SecretStore:
    """A store that has read the signing secret."""
    store = SecretStore(secrets_client(), clock)
    store.get(SIGNING_SECRET_NAME)
    return store


def client_of(url: str, monkeypatch: pytest.MonkeyPatch, **timeouts: float) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", url)
    seconds = {"connect_timeout_seconds": NEVER_SECONDS, "read_timeout_seconds": NEVER_SECONDS, **timeouts}
    return lambda_client(**seconds)  # type: ignore[arg-type]  # no number of connections


def test_a_person_is_told_in_time_when_lambda_does_not_answer(
    front: LocalFront, store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer(silent) as server, closing(client_of(server.url, monkeypatch)) as client:
        front.front = Front(store, client, most_seconds=0.1)
        with ends_long_before_any_timeout():
            assert NOT_STARTED in front.reply()
            assert front.answer(signed(example("button-refresh")))["statusCode"] == 503


def test_slack_gets_an_answer_in_time_when_secrets_manager_does_not_answer(
    front: LocalFront, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer(silent) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url)
        with closing(secrets_client(read_timeout_seconds=NEVER_SECONDS, attempts=1)) as secrets:
            front.front = Front(
                SecretStore(secrets), lambda_client(connect_timeout_seconds=1, read_timeout_seconds=1), 0.1
            )
            with ends_long_before_any_timeout():
                assert front.answer(signed(example("command-usd")))["statusCode"] == 503
    assert front.invoke_api.accepted == 0


def test_half_of_the_time_is_left_for_the_job_when_an_older_secret_still_serves(
    front: LocalFront, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer_once(connection: Connection) -> None:
        connection.read_request()
        if len(server.requests) == 1:
            content = {"SecretString": json.dumps({"signing_secret": SIGNING_SECRET})}
            connection.send(answer(200, json.dumps(content).encode(), Connection="close"))
        else:
            connection.wait_for_hang_up()

    with FaultServer(answer_once) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url)
        with (
            closing(secrets_client(read_timeout_seconds=NEVER_SECONDS, attempts=1)) as secrets,
            closing(client_of(front.invoke_api.url, monkeypatch)) as client,
        ):
            store = SecretStore(secrets, clock)
            store.get(SIGNING_SECRET_NAME)
            clock.now += timedelta(minutes=5)
            front.front = Front(store, client, most_seconds=3)
            front.acknowledge(example("command-usd"))
    assert front.job["kind"] == "answer_command"


def test_the_fronts_own_clients_make_one_attempt_because_the_deadline_makes_the_other() -> None:
    for client in (front_module._secrets_client, front_module._lambda_client):
        config: Any = client.meta.config
        assert config.retries["total_max_attempts"] == 1
        assert 2 * config.connect_timeout < front_module._MOST_SECONDS / 2


def attempts_of(client: Any) -> list[str]:
    """The address of each attempt to send, which a test may read later."""
    addresses: list[str] = []
    client.meta.events.register("before-send.lambda.Invoke", lambda request, **_: addresses.append(request.url))
    return addresses


@pytest.mark.parametrize("failures", [1, 2])
def test_a_refused_connection_is_tried_once_more(
    front: LocalFront, store: SecretStore, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    closed = f"http://127.0.0.1:{closed_port()}/"
    with closing(client_of(closed, monkeypatch)) as client:
        attempts = attempts_of(client)

        def accept(request: Any, **_: object) -> None:
            if len(attempts) > failures:
                request.url = request.url.replace(closed, front.invoke_api.url)

        client.meta.events.register("before-send.lambda.Invoke", accept)
        front.front = Front(store, client, most_seconds=NEVER_SECONDS)
        if failures == 1:
            front.acknowledge(example("command-usd"))
        else:
            assert NOT_STARTED in front.reply()
        assert len(attempts) == 2
    assert front.invoke_api.accepted == 2 - failures


def test_a_connection_that_hangs_is_tried_once_more(
    front: LocalFront, store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as listener:
        host, port = listener.getsockname()
        # The queue has one place, and Linux drops what comes after.
        with (
            closing(socket.create_connection((host, port))),
            closing(client_of(f"http://{host}:{port}", monkeypatch, connect_timeout_seconds=0.05)) as client,
        ):
            attempts = attempts_of(client)
            front.front = Front(store, client, most_seconds=NEVER_SECONDS)
            assert NOT_STARTED in front.reply()
            assert len(attempts) == 2


def test_a_job_that_may_have_arrived_is_not_sent_again(
    front: LocalFront, store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = threading.Event()

    def keep_silent(connection: Connection) -> None:
        connection.read_request()
        arrived.set()
        connection.wait_for_hang_up()

    with (
        FaultServer(keep_silent) as server,
        closing(client_of(server.url, monkeypatch, read_timeout_seconds=0.1)) as client,
    ):
        attempts = attempts_of(client)
        front.front = Front(store, client, most_seconds=NEVER_SECONDS)
        assert NOT_STARTED in front.reply()
        assert arrived.wait(NEVER_SECONDS)
        assert (len(attempts), len(server.requests)) == (1, 1)


def test_nothing_is_sent_after_the_deadline(
    front: LocalFront, store: SecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer(once(b"")) as server, closing(client_of(server.url, monkeypatch)) as client:
        attempts = attempts_of(client)
        front.front = Front(store, client, most_seconds=0)
        assert NOT_STARTED in front.reply()
        assert attempts == []
