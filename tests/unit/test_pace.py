"""How many calls are under way at once, and what a provider's rate limit does to all of them. The clock is ours."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from balance_core.errors import ErrorKind, ProviderError
from balance_core.http import Deadline
from balance_core.pace import Pace, parallel_calls


class Clock:
    """Time that moves only when somebody sleeps; `slept` are the pauses."""

    def __init__(self) -> None:
        self.now_seconds = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now_seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)
        self.now_seconds = max(self.now_seconds, seconds + self.now_seconds)


def limited(retry_after_seconds: float | None = None) -> ProviderError:
    return ProviderError(ErrorKind.RATE_LIMITED, "asks for fewer questions", retry_after_seconds=retry_after_seconds)


async def most_at_once(pace: Pace, calls: int) -> int:
    """How many of `calls` were under way at once at most; all of them get their turn."""
    under_way, most, done = 0, 0, 0

    async def call() -> None:
        nonlocal under_way, most, done
        async with pace.turn():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            under_way -= 1
            done += 1

    await asyncio.gather(*(call() for _ in range(calls)))
    assert done == calls
    return most


def most_under_way(most_calls: int, calls: int, before: Callable[[Pace, Clock], None] | None = None) -> int:
    """As `most_at_once`, after something happened `before`."""
    clock = Clock()

    async def run() -> int:
        pace = Pace(most_calls, Deadline(100, clock), clock, clock.sleep)
        if before:
            before(pace, clock)
        return await most_at_once(pace, calls)

    return asyncio.run(run())


@pytest.mark.parametrize("most_calls", [1, 2, 20, 100])
def test_exactly_as_many_as_allowed_are_under_way(most_calls: int) -> None:
    assert most_under_way(most_calls, 3 * most_calls) == most_calls


def slow_down(pace: Pace, retry_after_seconds: float | None = None, limits_so_far: int = 0) -> None:
    pace.slow_down(limited(retry_after_seconds), limits_so_far)


def test_after_a_limit_half_as_many_are_under_way() -> None:
    assert most_under_way(20, 60, lambda pace, _: slow_down(pace)) == 10


@pytest.mark.parametrize("later_seconds", [0, 0.2, 5], ids=["at once", "at the pause's end", "long after"])
def test_refusals_of_calls_that_were_under_way_together_count_once(later_seconds: float) -> None:
    def together(pace: Pace, clock: Clock) -> None:
        for _ in range(20):
            slow_down(pace)
            clock.now_seconds = later_seconds

    assert most_under_way(20, 60, together) == 10


@pytest.mark.parametrize(("limits", "most"), [(1, 10), (2, 5), (3, 2), (9, 1)])
def test_each_refusal_of_a_call_that_was_asked_after_the_limit_before_counts(limits: int, most: int) -> None:
    clock = Clock()
    pace = Pace(20, Deadline(100, clock), clock, clock.sleep)

    async def refused() -> None:
        async with pace.turn() as limits_so_far:
            pass
        slow_down(pace, limits_so_far=limits_so_far)

    async def run() -> int:
        for _ in range(limits):
            await refused()
        return await most_at_once(pace, 60)

    assert asyncio.run(run()) == most


def test_one_call_is_always_allowed() -> None:
    assert most_under_way(1, 5, lambda pace, _: slow_down(pace)) == 1


def slept(*steps: Callable[[Pace], Awaitable[None] | None], deadline_seconds: float = 100) -> list[float]:
    """The pauses that the steps led to."""
    clock = Clock()

    async def run() -> None:
        pace = Pace(20, Deadline(deadline_seconds, clock), clock, clock.sleep)
        for step in steps:
            if waiting := step(pace):
                await waiting

    asyncio.run(run())
    return clock.slept


async def one_call(pace: Pace) -> None:
    async with pace.turn():
        pass


def test_nothing_waits_without_a_limit() -> None:
    assert slept(one_call, one_call) == []


def test_all_wait_as_long_as_the_provider_asks() -> None:
    assert slept(lambda pace: slow_down(pace, 3), one_call, one_call) == [3]


def test_a_provider_that_names_no_pause_gets_a_short_one() -> None:
    assert slept(slow_down, one_call) == [0.2]


def test_a_second_limit_lengthens_the_pause_and_never_shortens_it() -> None:
    longer = slept(lambda pace: slow_down(pace, 3), lambda pace: slow_down(pace, 5), one_call)
    shorter = slept(lambda pace: slow_down(pace, 5), lambda pace: slow_down(pace, 3), one_call)
    assert longer == shorter == [5]


@pytest.mark.parametrize("retry_after_seconds", [10, 30], ids=["at the deadline", "after it"])
def test_a_limit_that_ends_too_late_is_the_answer_at_once(retry_after_seconds: float) -> None:
    with pytest.raises(ProviderError, match="fewer questions"):
        slept(lambda pace: slow_down(pace, retry_after_seconds), one_call, deadline_seconds=10)


def test_once_the_deadline_has_passed_nobody_asks() -> None:
    with pytest.raises(ProviderError) as caught:
        slept(one_call, deadline_seconds=0)
    assert caught.value.kind is ErrorKind.TIMEOUT


def test_a_place_is_free_again_after_an_error() -> None:
    async def fail(pace: Pace) -> None:
        with pytest.raises(ZeroDivisionError):
            async with pace.turn():
                raise ZeroDivisionError

    slept(*[fail] * 50)


@pytest.mark.parametrize("text", ["1", "20", "99", "100"])
def test_the_setting_is_read(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MAX_PARALLEL_CALLS", text)
    assert parallel_calls() == int(text)


def test_without_the_setting_there_are_twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAX_PARALLEL_CALLS", raising=False)
    assert parallel_calls() == 20


@pytest.mark.parametrize("text", ["0", "101", "-1", "2.5", "many", "", "020", " 20"])
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MAX_PARALLEL_CALLS", text)
    with pytest.raises(ProviderError, match="MAX_PARALLEL_CALLS must hold a number from 1 to 100") as caught:
        parallel_calls()
    assert caught.value.kind is ErrorKind.CONFIGURATION
