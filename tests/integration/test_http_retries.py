"""How often a call is tried again, and how long it waits, counted at the server."""

import asyncio
import threading
from collections.abc import Callable
from itertools import count

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.http import Deadline, HttpReply, HttpRequest, new_client, send, status_error
from balance_core.retries import with_retries
from tests.integration.fault_server import Behaviour, Connection, FaultServer, always, answer, closed_port, silent


def in_turn(*answers: bytes) -> Behaviour:
    """Answer the first request with the first of `answers`, and so on; the last one for all that follow."""
    turns = count()

    def behave(connection: Connection) -> None:
        while connection.read_request() is not None:
            connection.send(answers[min(next(turns), len(answers) - 1)])

    return behave


class Client:
    """Asks with retries; records the pauses instead of making them. Half a pause of jitter, always."""

    def __init__(self, url: str, seconds: float = 20.0) -> None:
        self.pauses_seconds: list[float] = []
        self._url = url
        self._deadline = Deadline(seconds)

    async def _pause(self, seconds: float) -> None:
        self.pauses_seconds.append(seconds)

    def ask(self, error_of: Callable[[HttpReply], ProviderError] = status_error) -> HttpReply:
        async def run() -> HttpReply:
            async with new_client() as client:

                async def attempt() -> HttpReply:
                    reply = await send(client, HttpRequest(self._url, {}, b"{}"), self._deadline)
                    if reply.status != 200:
                        raise error_of(reply)
                    return reply

                return await with_retries(attempt, self._deadline, self._pause, lambda least, most: (least + most) / 2)

        return asyncio.run(run())

    def failure(self, error_of: Callable[[HttpReply], ProviderError] = status_error) -> ProviderError:
        with pytest.raises(ProviderError) as caught:
            self.ask(error_of)
        return caught.value


def test_an_answer_is_asked_for_once() -> None:
    with FaultServer(always(answer(200))) as server:
        client = Client(server.url)
        client.ask()
    assert (len(server.requests), client.pauses_seconds) == (1, [])


def test_a_passing_failure_costs_one_retry() -> None:
    with FaultServer(in_turn(answer(503), answer(200, b"x"))) as server:
        client = Client(server.url)
        assert client.ask().body == b"x"
    assert len(server.requests) == 2
    assert client.pauses_seconds == pytest.approx([0.3])


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_a_lasting_failure_is_tried_as_often_as_the_error_allows(retries: int) -> None:
    with FaultServer(always(answer(500))) as server:
        client = Client(server.url)
        error = client.failure(lambda _: ProviderError(ErrorKind.UNAVAILABLE, "is down", retries=retries))
    assert error.message == "is down"
    assert len(server.requests) == 1 + retries
    assert client.pauses_seconds == pytest.approx([0.3, 0.6, 1.2][:retries])


def test_the_last_of_several_failures_is_the_one_that_is_told() -> None:
    with FaultServer(in_turn(answer(503), answer(401))) as server:
        assert Client(server.url).failure().kind is ErrorKind.AUTHENTICATION
    assert len(server.requests) == 2


def test_a_pause_that_does_not_fit_the_deadline_is_not_begun() -> None:
    with FaultServer(always(answer(503))) as server:
        client = Client(server.url, seconds=20.0)
        error = client.failure(
            lambda _: ProviderError(ErrorKind.UNAVAILABLE, "is down", retries=5, retry_after_seconds=20.0)
        )
    assert error.kind is ErrorKind.UNAVAILABLE
    assert (len(server.requests), client.pauses_seconds) == (1, [])


@pytest.mark.parametrize("seconds", ["0", "2"])
def test_retry_after_is_obeyed_when_it_fits(seconds: str) -> None:
    with FaultServer(in_turn(answer(429, Retry_After=seconds), answer(200))) as server:
        client = Client(server.url)
        client.ask()
    assert (len(server.requests), client.pauses_seconds) == (2, [float(seconds)])


def test_retry_after_fails_at_once_when_it_does_not_fit() -> None:
    with FaultServer(always(answer(429, Retry_After="3600"))) as server:
        # Longer than any cap that somebody may put on the header.
        client = Client(server.url, seconds=900.0)
        assert client.failure().kind is ErrorKind.RATE_LIMITED
    assert (len(server.requests), client.pauses_seconds) == (1, [])


def test_a_timeout_is_not_tried_again() -> None:
    with FaultServer(silent) as server:
        client = Client(server.url, seconds=0.3)
        assert client.failure().kind is ErrorKind.TIMEOUT
    assert client.pauses_seconds == []


def test_a_refused_connection_is_tried_once_more() -> None:
    client = Client(f"http://127.0.0.1:{closed_port()}/")
    assert client.failure().kind is ErrorKind.UNAVAILABLE
    assert len(client.pauses_seconds) == 1


def test_a_kept_connection_that_the_server_gives_up_costs_one_retry() -> None:
    """The race that a warm function runs into: the server closes while the next question is on its way."""
    turns = count()

    def give_up(connection: Connection) -> None:
        first_connection = next(turns) == 0
        while connection.read_request() is not None:
            if first_connection and len(server.requests) == 2:
                return
            connection.send(answer(200, b"x"))

    async def run(url: str) -> list[bytes]:
        deadline = Deadline(20.0)
        async with new_client() as client:

            async def attempt() -> HttpReply:
                return await send(client, HttpRequest(url, {}, b"{}"), deadline)

            return [(await with_retries(attempt, deadline)).body for _ in range(2)]

    with FaultServer(give_up) as server:
        assert asyncio.run(run(server.url)) == [b"x", b"x"]
    assert (server.accepted, len(server.requests)) == (2, 3)


def test_a_kept_connection_that_the_server_closed_before_costs_none() -> None:
    turns = count()
    closed = threading.Event()

    def close_after_first(connection: Connection) -> None:
        first_connection = next(turns) == 0
        while connection.read_request() is not None:
            connection.send(answer(200, b"x"))
            if first_connection:
                connection.stream.close()
                closed.set()
                return

    async def run(url: str) -> list[bytes]:
        deadline = Deadline(20.0)
        async with new_client() as client:
            first = await send(client, HttpRequest(url, {}, b"{}"), deadline)
            assert await asyncio.to_thread(closed.wait, 20.0)
            second = await send(client, HttpRequest(url, {}, b"{}"), deadline)
            return [first.body, second.body]

    with FaultServer(close_after_first) as server:
        assert asyncio.run(run(server.url)) == [b"x", b"x"]
    assert (server.accepted, len(server.requests)) == (2, 2)
