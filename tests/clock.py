"""Time for the tests: a clock that a test moves, and an event loop that never waits."""

import asyncio
import selectors
from datetime import UTC, datetime

NOW = datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC)


class Clock:
    """Aware UTC that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer, so that `asyncio.sleep` takes no real time.

    Its time begins at 0. It cannot wait for sockets.
    """

    def __init__(self) -> None:
        self._virtual_time = _VirtualTime()
        super().__init__(self._virtual_time)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._virtual_time.now_seconds


class _VirtualTime(selectors.SelectSelector):
    """Where an event loop waits for its next timer: here it advances the clock by as much."""

    def __init__(self) -> None:
        super().__init__()
        self.now_seconds = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("every task waits for something that never comes")
        self.now_seconds += timeout
        return super().select(0)
