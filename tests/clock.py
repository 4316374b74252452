"""A clock for everything that takes the time as an argument."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC)


class Clock:
    """Aware UTC that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now
