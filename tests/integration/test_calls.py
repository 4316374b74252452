"""Many conversations at once over real sockets: how many in parallel, on which connections, until which deadline.

Retries, pauses and rate limits are in tests/unit/test_calls.py.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial

import pytest

from balance_core.deadline import Deadline
from balance_core.errors import RETRIES, ErrorKind, ProviderError
from balance_core.models import Reading
from balance_core.provider.calls import Calls, Outcome
from balance_core.provider.http import HttpRequest, status_error
from balance_core.provider.protocol import Context, Conversation, Inquiry, TokenCache
from tests.clock import Clock
from tests.integration.fault_server import Connection, FaultServer, always, answer, silent
from tests.integration.http_calls import AMPLE_SECONDS

MAX_PARALLEL_CALLS = 7


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def calls(clock: Clock) -> Iterator[Calls]:
    with closing(Calls("payby", clock, bytes)) as calls:
        yield calls


def ask(url: str, context: Context) -> Conversation:
    """One request with an id of its own; the balances in the reply do not matter here."""
    request_id = f"{context.correlation_id}-{context.random_bytes(4).hex()}"
    reply = yield HttpRequest("GET", url, {"request-id": request_id})
    if reply.status != 200:
        raise status_error(reply, ())
    return Reading()


def inquiry(url: str) -> Inquiry:
    return Inquiry(partial(ask, url))


def run(calls: Calls, *inquiries: Inquiry, seconds: float = AMPLE_SECONDS) -> list[Outcome]:
    asked = [(each, TokenCache()) for each in inquiries]
    return calls.run(asked, "9f2c4e1ab07d3c55", Deadline(seconds), MAX_PARALLEL_CALLS)


def kinds(outcomes: Sequence[Outcome]) -> list[ErrorKind | None]:
    return [outcome.kind if isinstance(outcome, ProviderError) else None for outcome in outcomes]


def test_exactly_as_many_conversations_as_allowed_run_at_once(calls: Calls) -> None:
    # The server answers only when as many as allowed have asked, so fewer would wait forever.
    barrier = threading.Barrier(MAX_PARALLEL_CALLS)

    def wait_for_the_others(connection: Connection) -> None:
        while connection.read_request() is not None:
            barrier.wait(AMPLE_SECONDS)
            connection.send(answer(200, b"{}"))

    with FaultServer(wait_for_the_others) as server:
        outcomes = run(calls, *[inquiry(server.url)] * 3 * MAX_PARALLEL_CALLS)
    assert kinds(outcomes) == [None] * 3 * MAX_PARALLEL_CALLS
    assert (server.accepted, len(server.requests)) == (MAX_PARALLEL_CALLS, 3 * MAX_PARALLEL_CALLS)


def test_a_bug_propagates_as_itself_and_cancels_the_others(calls: Calls) -> None:
    def buggy(url: str, context: Context) -> Conversation:
        yield HttpRequest("GET", url, {})
        raise KeyError("a bug of ours")

    with FaultServer(silent) as mute, FaultServer(always(answer(200, b"{}"))) as server:
        with pytest.raises(KeyError, match="a bug of ours") as caught:
            run(calls, inquiry(mute.url), Inquiry(partial(buggy, server.url)))
        # Lambda logs only this traceback, so it must lead to the bug.
        assert caught.traceback[-1].name == "buggy"
        assert kinds(run(calls, inquiry(server.url))) == [None]


def test_every_call_is_timed(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    with FaultServer(always(answer(429, Retry_After="0"))) as server:
        run(calls, *[inquiry(server.url)] * 30)
    assert len(server.requests) == 30 * (1 + RETRIES[ErrorKind.RATE_LIMITED].retries)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(0 <= each < AMPLE_SECONDS * 1000 for line in lines for each in line["ProviderLatency"])
    # CloudWatch takes a hundred values a line.
    counts = [len(line["ProviderLatency"]) for line in lines]
    assert (sum(counts), max(counts)) == (len(server.requests), 100)


def test_warm_invocations_use_the_connection_again(calls: Calls) -> None:
    with FaultServer(always(answer(200, b"{}"))) as server:
        for _ in range(3):
            assert kinds(run(calls, inquiry(server.url))) == [None]
    assert (server.accepted, len(server.requests)) == (1, 3)


def test_connections_are_not_used_again_after_a_minute_on_the_wall_clock(calls: Calls, clock: Clock) -> None:
    """The monotonic clock stops while Lambda freezes the function, and a NAT gateway forgets idle connections."""
    with FaultServer(always(answer(200, b"{}"))) as server:
        for seconds, connections in ((0, 1), (59, 1), (60, 2), (-1, 3)):
            clock.now += timedelta(seconds=seconds)
            assert kinds(run(calls, inquiry(server.url))) == [None]
            assert server.accepted == connections


def test_a_connection_that_the_server_closed_meanwhile_costs_no_retry(calls: Calls) -> None:
    closed = threading.Event()

    def close_the_first(connection: Connection) -> None:
        while connection.read_request() is not None:
            connection.send(answer(200, b"{}"))
            if not closed.is_set():
                connection.stream.close()
                closed.set()
                return

    with FaultServer(close_the_first) as server:
        assert kinds(run(calls, inquiry(server.url))) == [None]
        assert closed.wait(AMPLE_SECONDS)
        assert kinds(run(calls, inquiry(server.url))) == [None]
    assert (server.accepted, len(server.requests)) == (2, 2)


def test_a_connection_that_is_reset_at_the_next_request_costs_one_retry(calls: Calls) -> None:
    """The provider restarted while the request was on its way."""

    def reset_the_second_request(connection: Connection) -> None:
        connection.read_request()
        connection.send(answer(200, b"{}"))
        if connection.read_request() is not None:
            connection.reset()

    with FaultServer(reset_the_second_request) as server:
        for _ in range(2):
            assert kinds(run(calls, inquiry(server.url))) == [None]
    assert (server.accepted, len(server.requests)) == (2, 3)


def test_the_deadline_covers_the_wait_for_a_free_slot(calls: Calls) -> None:
    started: list[str] = []

    def noted(url: str, context: Context) -> Conversation:
        started.append(url)
        return (yield from ask(url, context))

    with FaultServer(silent) as server:
        outcomes = run(calls, *[Inquiry(partial(noted, server.url))] * 3 * MAX_PARALLEL_CALLS, seconds=0.5)
    assert kinds(outcomes) == [ErrorKind.TIMEOUT] * 3 * MAX_PARALLEL_CALLS
    # Those that waited in vain did not even sign: hundreds of signatures would take longer than the time left.
    assert len(started) <= MAX_PARALLEL_CALLS
    assert len(server.requests) <= MAX_PARALLEL_CALLS


def test_a_missed_deadline_does_not_harm_the_next_invocation(calls: Calls) -> None:
    with FaultServer(silent) as mute, FaultServer(always(answer(200, b"{}"))) as server:
        assert kinds(run(calls, inquiry(mute.url), seconds=0.2)) == [ErrorKind.TIMEOUT]
        assert kinds(run(calls, inquiry(server.url))) == [None]
