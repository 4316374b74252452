"""What can go wrong at a provider, by name, so that a person or a test can switch it on while the simulator runs."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class FaultName(StrEnum):
    FAIL = "fail"
    BUSY = "busy"
    SYSTEM_ERROR = "system_error"
    RATE_LIMITED = "rate_limited"
    RESET = "reset"
    GARBAGE = "garbage"
    SLOW = "slow"
    DRIP = "drip"
    LIE = "lie"


FAULTS: Mapping[FaultName, str] = {
    FaultName.FAIL: "HTTP 503 with an HTML page, as a load balancer answers for a dead service",
    FaultName.BUSY: "HTTP 429 with an HTML page and Retry-After: 1",
    FaultName.SYSTEM_ERROR: "the provider's own code for a system error",
    FaultName.RATE_LIMITED: "the provider's own code for too many requests",
    FaultName.RESET: "the connection is reset instead of an answer",
    FaultName.GARBAGE: "HTTP 200 whose body is cut-off JSON",
    FaultName.SLOW: "the right answer, N seconds after the request (slow 5)",
    FaultName.DRIP: "the right answer, its bytes spread over N seconds (drip 5)",
    FaultName.LIE: "the right answer, but signed with (Pagsmile: encrypted to) a wrong key",
}
_TIMED = frozenset({FaultName.SLOW, FaultName.DRIP})


@dataclass(frozen=True)
class Fault:
    """A fault to apply.

    `seconds` matters for slow and drip only. The fault ends after `times` requests; None means that it stays.
    """

    name: FaultName
    seconds: float = 0.0
    times: int | None = None


def parse_fault(text: str) -> Fault:
    """Read what a person typed: `fail`, `slow 5`, `drip 2.5`. Raises ValueError with a message for that person."""
    name, *rest = text.split() or [""]
    if name not in [fault.value for fault in FAULTS]:
        raise ValueError(f"unknown fault {name!r}: one of {', '.join(FAULTS)}")
    timed = FaultName(name) in _TIMED
    if len(rest) != (1 if timed else 0):
        raise ValueError(f"{name} takes {'a number of seconds' if timed else 'nothing after its name'}")
    if not timed:
        return Fault(FaultName(name))
    try:
        seconds = float(rest[0])
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 600:
        raise ValueError(f"{name} takes a number of seconds from 0 to 600, not {rest[0]!r}")
    return Fault(FaultName(name), seconds)


class FaultSwitch:
    """The fault that one simulator applies now; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fault: Fault | None = None

    def set(self, fault: Fault | None) -> None:
        """Apply `fault` from the next request on, or none."""
        with self._lock:
            self._fault = fault

    def take(self) -> Fault | None:
        """The fault for one request, which counts towards its `times`."""
        with self._lock:
            fault = self._fault
            if fault and fault.times is not None:
                self._fault = replace(fault, times=fault.times - 1) if fault.times > 1 else None
            return fault
