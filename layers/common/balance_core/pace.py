"""How fast one provider is asked: so many calls at once and never more, and fewer once it asks for fewer.

A provider that limits us counts all our calls together, so all of them wait, not only the one that it refused.
"""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from balance_core.errors import ErrorKind, ProviderError
from balance_core.http import Deadline

_DEFAULT_PARALLEL_CALLS = "20"
_PARALLEL_CALLS = re.compile(r"[1-9][0-9]?|100")
_PAUSE_SECONDS = 0.2


def parallel_calls() -> int:
    """The setting MAX_PARALLEL_CALLS, 1 to 100. Raises ProviderError (configuration)."""
    text = os.environ.get("MAX_PARALLEL_CALLS", _DEFAULT_PARALLEL_CALLS)
    if not _PARALLEL_CALLS.fullmatch(text):
        message = "environment variable MAX_PARALLEL_CALLS must hold a number from 1 to 100"
        raise ProviderError(ErrorKind.CONFIGURATION, f"{message}: deploy with the project's template")
    return int(text)


class Pace:
    """One invocation's calls to one provider: at most `most_calls` under way at once, and all before `deadline`."""

    def __init__(
        self,
        most_calls: int,
        deadline: Deadline,
        clock_seconds: Callable[[], float] = time.monotonic,
        sleep_seconds: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._most_calls = most_calls
        self._under_way = 0
        self._place_is_free = asyncio.Condition()
        self._deadline = deadline
        self._clock_seconds = clock_seconds
        self._sleep_seconds = sleep_seconds
        self._open_at_seconds = clock_seconds()
        self._limits = 0
        self._limited_by: ProviderError | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        """Wait for a place among the calls under way, and for the end of a rate limit; gives how many there were.

        Raises ProviderError: timeout once the deadline has passed, and what the provider said (rate_limited) when its
        limit ends too late.
        """
        async with self._place_is_free:
            await self._place_is_free.wait_for(lambda: self._under_way < self._most_calls)
            self._under_way += 1
        try:
            await self._wait_for_the_provider()
            self._deadline.check()
            yield self._limits
        finally:
            async with self._place_is_free:
                self._under_way -= 1
                self._place_is_free.notify()

    def slow_down(self, error: ProviderError, limits_so_far: int) -> None:
        """Ask nothing for as long as `error` (rate_limited) says, and from then on half as much at once.

        `limits_so_far` is what the turn of the refused call gave.
        """
        # Calls that were under way together are refused together: that is one sign, not twenty.
        if limits_so_far == self._limits:
            self._most_calls = max(1, self._most_calls // 2)
            self._limits += 1
        pause_seconds = _PAUSE_SECONDS if error.retry_after_seconds is None else error.retry_after_seconds
        self._open_at_seconds = max(self._open_at_seconds, self._clock_seconds() + pause_seconds)
        self._limited_by = error

    async def _wait_for_the_provider(self) -> None:
        while (pause_seconds := self._open_at_seconds - self._clock_seconds()) > 0:
            if self._limited_by and pause_seconds >= self._deadline.remaining_seconds():
                raise self._limited_by
            await self._sleep_seconds(pause_seconds)
