"""Holding a provider's conversations: retries, pauses and rate limits, in virtual time; and the cache of its tokens."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from balance_core.deadline import Deadline
from balance_core.errors import RETRIES, CodeRule, ErrorKind, ProviderError
from balance_core.models import Account, Balance, Reading
from balance_core.money import Money
from balance_core.provider.calls import Calls, Outcome, Round
from balance_core.provider.http import HttpRequest
from balance_core.provider.kms import Kms
from balance_core.provider.protocol import Context, Conversation, Inquiry, TokenCache
from balance_core.strict_json import loads
from tests.clock import NOW, VirtualTimeLoop
from tests.conversation import CORRELATION_ID, counting_bytes, http_response, new_context

URL = "https://api.example.com"
HELD = Reading((Balance(Account("MAIN"), "USD", NOW, available=Money.parse("1.00", "USD")),))


class Api:
    """A provider that fails as planned: each try at a path raises the next of its errors, then it succeeds."""

    def __init__(self, **errors: Sequence[ProviderError]) -> None:
        self.requests: list[str] = []
        self.asked_at_seconds: list[float] = []
        self.slept: list[float] = []
        self.tries: list[str] = []
        self._errors = errors

    def inquiry(self, path: str) -> Inquiry:
        return Inquiry(partial(self._converse, path))

    def _converse(self, path: str, context: Context) -> Conversation:
        self.tries.append(context.random_bytes(2).hex())
        reply = yield HttpRequest("GET", f"{URL}/{path}", {})
        assert reply.body == f"/{path}".encode()
        error = self._errors.get(path, ())[self.requests.count(path) - 1 :][:1]
        if error:
            raise error[0]
        return HELD

    async def respond(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request.url.path[1:])
        self.asked_at_seconds.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0)  # so that another conversation can begin
        return http_response(request.url.path.encode())

    def hold(
        self, *paths: str, deadline_seconds: float = 100, max_parallel_calls: int = 20, jitter: float = 0
    ) -> list[Outcome]:
        """The outcomes of one round, in this order; `jitter` from 0 to 1 replaces chance."""

        async def sleep(seconds: float) -> None:
            self.slept.append(round(seconds, 3))
            await asyncio.sleep(seconds)

        async def run() -> list[Outcome]:
            clock = asyncio.get_running_loop().time
            async with httpx.AsyncClient(transport=httpx.MockTransport(self.respond)) as client:
                round_ = Round(
                    client,
                    Deadline(deadline_seconds, clock),
                    max_parallel_calls,
                    Kms("mockpay"),
                    clock,
                    sleep,
                    lambda least, most: least + (most - least) * jitter,
                )
                context = new_context()
                return await asyncio.gather(*(round_.outcome(self.inquiry(path), context) for path in paths))

        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            return runner.run(run())


def error(kind: ErrorKind, **overrides: Any) -> ProviderError:
    return ProviderError(kind, "cannot answer", **overrides)


def rate_limit(retry_after_seconds: float | None = None) -> ProviderError:
    return error(ErrorKind.RATE_LIMITED, retry_after_seconds=retry_after_seconds)


@pytest.mark.parametrize("kind", ErrorKind)
@pytest.mark.parametrize("override", [None, 0, 3])
def test_an_error_is_retried_as_its_kind_or_the_providers_row_says(kind: ErrorKind, override: int | None) -> None:
    failed = CodeRule(kind, "is busy", retries=override).error("404")
    retries = RETRIES[kind].retries if override is None else override
    api = Api(a=[failed] * 60)
    assert api.hold("a", deadline_seconds=100) == [failed]
    assert len(api.requests) == retries + 1
    # Each try starts the conversation again, with new random bytes.
    assert len(set(api.tries)) == retries + 1
    assert Api(a=[failed] * retries).hold("a") == [HELD]


@pytest.mark.parametrize(("jitter", "pauses"), [(0, [0.2, 0.4, 0.8]), (0.5, [0.3, 0.6, 1.2]), (1, [0.4, 0.8, 1.6])])
def test_pauses_double_and_jitter_adds_up_to_as_much_again(jitter: float, pauses: list[float]) -> None:
    api = Api(a=[error(ErrorKind.UNAVAILABLE, retries=3)] * 4)
    api.hold("a", jitter=jitter)
    assert api.slept == pauses


@pytest.mark.parametrize("retry_after_seconds", [10, 30, float("inf")])
def test_a_pause_that_would_last_past_the_deadline_is_not_made(retry_after_seconds: float) -> None:
    limit = rate_limit(retry_after_seconds)
    api = Api(a=[limit])
    assert api.hold("a", deadline_seconds=10) == [limit]
    assert (api.slept, api.requests) == ([], ["a"])


def test_nothing_is_asked_after_the_deadline() -> None:
    api = Api()
    (outcome,) = api.hold("a", deadline_seconds=0)
    assert isinstance(outcome, ProviderError)
    assert (outcome.kind, outcome.retries) == (ErrorKind.TIMEOUT, 0)
    assert api.requests == []


@pytest.mark.parametrize("max_parallel_calls", [1, 2])
def test_a_rate_limit_pauses_every_conversation(max_parallel_calls: int) -> None:
    for pause_seconds in (3, None):
        api = Api(a=[rate_limit(pause_seconds)])
        assert api.hold("a", "b", "c", "d", max_parallel_calls=max_parallel_calls) == [HELD] * 4
        resumed_at_seconds = pause_seconds or RETRIES[ErrorKind.RATE_LIMITED].pause_seconds
        later = [resumed_at_seconds] * (5 - max_parallel_calls)
        assert api.asked_at_seconds == pytest.approx([0] * max_parallel_calls + later)


@pytest.mark.parametrize("pauses", [(3, 5), (5, 3)])
def test_a_second_rate_limit_lengthens_the_pause_and_never_shortens_it(pauses: tuple[int, int]) -> None:
    first, second = map(rate_limit, pauses)
    api = Api(a=[first], b=[second])
    assert api.hold("a", "b", "c", max_parallel_calls=2) == [HELD] * 3
    assert api.asked_at_seconds == [0, 0, 5, 5, 5]


@pytest.mark.parametrize("retry_after_seconds", [10, 30])
def test_a_rate_limit_that_outlasts_the_deadline_is_everybodys_answer_at_once(retry_after_seconds: float) -> None:
    limit = rate_limit(retry_after_seconds)
    api = Api(a=[limit])
    assert api.hold("a", "b", "c", deadline_seconds=10, max_parallel_calls=1) == [limit] * 3
    assert (api.requests, api.slept) == (["a"], [])


def calls_to(respond: Any) -> Calls:
    client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    return Calls("mockpay", lambda: NOW, counting_bytes(), client)


def test_outcomes_keep_the_order_of_the_inquiries_and_each_gets_its_own_tokens(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def converse(context: Context) -> Conversation:
        token = context.tokens.get(context.now())
        reply = yield HttpRequest("GET", f"{URL}/{token}", {})
        assert (reply.body.decode(), context.correlation_id) == (f"/{token}", CORRELATION_ID)
        if token == "b":
            raise error(ErrorKind.PERMISSION_DENIED)
        return HELD

    inquiries = []
    for token in "abc":
        inquiries.append((Inquiry(converse), TokenCache()))
        inquiries[-1][1].put(token, NOW + timedelta(hours=1))
    calls = calls_to(lambda request: http_response(request.url.path.encode()))
    first, second, third = calls.run(inquiries, CORRELATION_ID, Deadline(20), 5)
    calls.close()
    assert (first, third) == (HELD, HELD)
    assert isinstance(second, ProviderError)
    (line,) = capsys.readouterr().out.splitlines()
    metric = json.loads(line)
    assert (metric["provider"], len(metric["ProviderLatency"])) == ("mockpay", 3)


def test_a_reply_that_a_conversation_cannot_read_is_a_bad_response() -> None:
    def careless(context: Context) -> Conversation:
        reply = yield HttpRequest("GET", URL, {})
        loads(reply.body).get("balance")
        return HELD

    calls = calls_to(lambda request: http_response(b"{}"))
    (outcome,) = calls.run([(Inquiry(careless), TokenCache())], CORRELATION_ID, Deadline(20), 5)
    calls.close()
    assert isinstance(outcome, ProviderError)
    assert outcome.kind is ErrorKind.BAD_RESPONSE
    assert "$.balance is missing" in outcome.message


@pytest.mark.parametrize(
    ("seconds_left", "is_usable"), [(3600, True), (31, True), (30.001, True), (30, False), (29, False), (-1, False)]
)
def test_a_token_is_used_until_30_seconds_before_it_expires(seconds_left: float, is_usable: bool) -> None:
    tokens = TokenCache()
    assert tokens.get(NOW) is None
    tokens.put("t1", NOW + timedelta(seconds=seconds_left))
    assert tokens.get(NOW) == ("t1" if is_usable else None)
