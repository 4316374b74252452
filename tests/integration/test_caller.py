"""Many exchanges at once: how many, on which connections, until when, and what a bug among them does."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from balance_core.caller import Caller, Outcome
from balance_core.errors import ErrorKind, ProviderError
from balance_core.exchange import Stamp
from balance_core.http import Deadline, HttpReply, HttpRequest
from balance_core.models import Balance
from tests.integration.fault_server import Connection, FaultServer, always, answer, silent
from tests.integration.made_up_provider import Ask

AMPLE_SECONDS = 20.0
MOST_CALLS = 7
START = datetime(2026, 11, 21, 1, 45, tzinfo=UTC)


@pytest.fixture
def caller() -> Iterator[Caller]:
    """Its clock moves on by a second, and its entropy by one, whenever it is asked."""
    seconds, numbers = count(), count()
    made = Caller(
        "payby",
        now=lambda: START + timedelta(seconds=next(seconds)),
        random_bytes=lambda length: next(numbers).to_bytes(length, "big"),
    )
    yield made
    made.close()


def run(caller: Caller, exchanges: Sequence[Ask], seconds: float = AMPLE_SECONDS) -> list[Outcome]:
    return caller.run(exchanges, "9f2c4e1ab07d3c55", Deadline(seconds), MOST_CALLS)


def kinds(outcomes: Sequence[Outcome]) -> list[ErrorKind | None]:
    return [outcome.kind if isinstance(outcome, ProviderError) else None for outcome in outcomes]


def request_id(request: bytes) -> str:
    (line,) = [line for line in request.decode().split("\r\n") if line.startswith("request-id: ")]
    return line.removeprefix("request-id: ")


def test_outcomes_come_in_the_order_of_their_exchanges(caller: Caller) -> None:
    with FaultServer(always(answer(200, b'{"USD": "1.00"}'))) as good, FaultServer(always(answer(401))) as bad:
        outcomes = run(caller, [Ask(good.url), Ask(bad.url), Ask(good.url)])
    assert kinds(outcomes) == [None, ErrorKind.AUTHENTICATION, None]


def test_no_exchange_has_no_outcome(caller: Caller) -> None:
    assert run(caller, []) == []


@dataclass(frozen=True)
class Watched(Ask):
    """Notes how many exchanges were under way whenever one more began."""

    under_way: list[int] = field(default_factory=lambda: [0])

    def request(self, stamp: Stamp) -> HttpRequest:
        self.under_way.append(self.under_way[-1] + 1)
        return super().request(stamp)

    def read(self, reply: HttpReply, received_at: datetime) -> Sequence[Balance]:
        self.under_way.append(self.under_way[-1] - 1)
        return super().read(reply, received_at)


def test_exactly_as_many_exchanges_as_allowed_are_under_way_at_once(caller: Caller) -> None:
    # Nobody gets an answer before as many as allowed have asked: fewer in parallel would wait for ever.
    full_house = threading.Barrier(MOST_CALLS)

    def wait_for_others(connection: Connection) -> None:
        while connection.read_request() is not None:
            full_house.wait(AMPLE_SECONDS)
            connection.send(answer(200, b"{}"))

    under_way = [0]
    with FaultServer(wait_for_others) as server:
        outcomes = run(caller, [Watched(server.url, under_way=under_way) for _ in range(3 * MOST_CALLS)])
    assert kinds(outcomes) == [None] * 3 * MOST_CALLS
    assert max(under_way) == MOST_CALLS
    assert (server.accepted, len(server.requests)) == (MOST_CALLS, 3 * MOST_CALLS)


def test_a_rate_limit_that_outlasts_the_deadline_stops_all_questions(caller: Caller) -> None:
    with FaultServer(always(answer(429, Retry_After="30"))) as server:
        outcomes = run(caller, [Ask(server.url) for _ in range(10 * MOST_CALLS)])
    assert kinds(outcomes) == [ErrorKind.RATE_LIMITED] * 10 * MOST_CALLS
    # Those under way when the first refusal came, and nobody after them.
    assert len(server.requests) <= 2 * MOST_CALLS


def test_every_try_is_stamped_afresh(caller: Caller) -> None:
    with FaultServer(always(answer(429, Retry_After="0"))) as server:
        ask = Ask(server.url)
        assert kinds(run(caller, [ask])) == [ErrorKind.RATE_LIMITED]
    assert [stamp.now for stamp in ask.stamps] == [START, START + timedelta(seconds=2)]
    assert {stamp.correlation_id for stamp in ask.stamps} == {"9f2c4e1ab07d3c55"}
    assert [request_id(request) for request in server.requests] == [
        "9f2c4e1ab07d3c55-00000000",
        "9f2c4e1ab07d3c55-00000001",
    ]


def test_balances_are_as_of_the_moment_of_their_answer(caller: Caller) -> None:
    with FaultServer(always(answer(200, b'{"USD": "1.00"}'))) as server:
        ((balance,),) = (
            outcome for outcome in run(caller, [Ask(server.url)]) if not isinstance(outcome, ProviderError)
        )
    assert balance.as_of == START + timedelta(seconds=1)


def test_warm_invocations_use_the_connection_again(caller: Caller) -> None:
    with FaultServer(always(answer(200, b"{}"))) as server:
        for _ in range(3):
            assert kinds(run(caller, [Ask(server.url)])) == [None]
    assert (server.accepted, len(server.requests)) == (1, 3)


def test_one_retry_is_enough_when_every_kept_connection_is_dead(caller: Caller) -> None:
    full_house = threading.Barrier(MOST_CALLS)

    def answered_once(connection: Connection) -> None:
        connection.read_request()
        if not full_house.broken:
            full_house.wait(AMPLE_SECONDS)
        connection.send(answer(200, b"{}"))
        if connection.read_request() is not None:
            connection.reset()

    with FaultServer(answered_once) as server:
        assert kinds(run(caller, [Ask(server.url)] * MOST_CALLS)) == [None] * MOST_CALLS
        full_house.abort()
        assert kinds(run(caller, [Ask(server.url)])) == [None]


def test_the_deadline_covers_waiting_for_a_free_slot(caller: Caller) -> None:
    with FaultServer(silent) as server:
        asks = [Ask(server.url) for _ in range(3 * MOST_CALLS)]
        outcomes = run(caller, asks, seconds=0.5)
    assert kinds(outcomes) == [ErrorKind.TIMEOUT] * len(asks)
    # Whoever waited in vain is neither signed nor sent: signing hundreds would take longer than was left.
    assert sum(len(ask.stamps) for ask in asks) <= MOST_CALLS
    assert len(server.requests) <= MOST_CALLS


def test_after_a_deadline_the_next_invocation_works(caller: Caller) -> None:
    with FaultServer(silent) as mute, FaultServer(always(answer(200, b"{}"))) as server:
        assert kinds(run(caller, [Ask(mute.url)], seconds=0.2)) == [ErrorKind.TIMEOUT]
        assert kinds(run(caller, [Ask(server.url)])) == [None]


@dataclass(frozen=True)
class KnownBeforehand(Ask):
    """Needs no call to be refused."""

    def request(self, stamp: Stamp) -> HttpRequest:
        raise ProviderError(ErrorKind.CURRENCY_NOT_SUPPORTED, "does not hold that currency")


def test_an_answer_that_is_known_beforehand_is_an_outcome(caller: Caller) -> None:
    assert kinds(run(caller, [KnownBeforehand("http://balance-bot.invalid")])) == [ErrorKind.CURRENCY_NOT_SUPPORTED]


@dataclass(frozen=True)
class Buggy(Ask):
    """Trips over every answer."""

    def read(self, reply: HttpReply, received_at: datetime) -> Sequence[Balance]:
        raise KeyError("a bug of ours")


def test_a_bug_propagates_as_itself_and_ends_the_others(caller: Caller) -> None:
    with FaultServer(silent) as mute, FaultServer(always(answer(200, b"{}"))) as server:
        with pytest.raises(KeyError, match="a bug of ours") as caught:
            run(caller, [Ask(mute.url), Buggy(server.url)], seconds=AMPLE_SECONDS)
        # Lambda's log shows this traceback and nothing else, so it must lead to the bug.
        assert caught.traceback[-1].name == "read"
        assert kinds(run(caller, [Ask(server.url)])) == [None]


def test_every_call_is_timed(caller: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    with FaultServer(always(answer(429, Retry_After="0"))) as server:
        run(caller, [Ask(server.url)] * 60)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(0 <= each < AMPLE_SECONDS * 1000 for line in lines for each in line["ProviderLatency"])
    # CloudWatch takes a hundred values in a line.
    assert [len(line["ProviderLatency"]) for line in lines] == [100, len(server.requests) - 100]


def test_one_that_was_never_used_can_be_closed() -> None:
    Caller("payby", now=lambda: START, random_bytes=bytes).close()
