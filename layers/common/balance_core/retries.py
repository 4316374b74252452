"""Asking again: only after errors that are worth it, with growing pauses, and never past the deadline."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from balance_core.errors import ProviderError
from balance_core.http import Deadline

_FIRST_PAUSE_SECONDS = 0.2
_T = TypeVar("_T")


async def with_retries(
    attempt: Callable[[], Awaitable[_T]],
    deadline: Deadline,
    sleep_seconds: Callable[[float], Awaitable[None]] = asyncio.sleep,
    jitter_seconds: Callable[[float, float], float] = random.uniform,
) -> _T:
    """Run `attempt` again as often as the error it raised allows, inside `deadline`; `attempt` stamps and signs anew.

    Pauses double from 0.2 s with up to as much again of jitter, or last as long as the provider asked for. Raises the
    last ProviderError when its tries are used up or the next pause would not fit.
    """
    tries = 0
    while True:
        try:
            return await attempt()
        except ProviderError as error:
            pause_seconds = error.retry_after_seconds
            if pause_seconds is None:
                pause_seconds = _FIRST_PAUSE_SECONDS * 2**tries
                pause_seconds += jitter_seconds(0, pause_seconds)
            if tries >= error.retries or pause_seconds >= deadline.remaining_seconds():
                raise
        await sleep_seconds(pause_seconds)
        tries += 1
