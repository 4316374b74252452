"""The moment by which something must be done within one invocation, passed down as an argument."""

import time
from collections.abc import Callable


class Deadline:
    """So many seconds from now on the monotonic clock, which stands still while Lambda freezes the process."""

    def __init__(self, allowed_seconds: float, clock_seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock_seconds = clock_seconds
        self._end_seconds = clock_seconds() + allowed_seconds

    def remaining_seconds(self) -> float:
        """Seconds left; negative once it has passed."""
        return self._end_seconds - self._clock_seconds()

    def half(self) -> "Deadline":
        """An earlier deadline, which leaves half of the time for what comes afterwards."""
        return Deadline(self.remaining_seconds() / 2, self._clock_seconds)
