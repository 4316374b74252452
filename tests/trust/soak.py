"""2,000 faulted provider calls in one process, and what is left of them."""

from tests.integration.soak import KEPT, soak
from tests.trust.report import Figure, Section, at_least, below, count

_FAULTED = 2000
# One call in about twenty is answered.
_CALLS = 2250
# Python's own caches may still settle; 2,000 leaked answers, tasks or exceptions would be several times as much.
_ALLOCATED_MB = 1.0
# Freed memory goes back to the system in pages, and some stay with the process.
_RESIDENT_MB = 16.0


def measure() -> Section:
    """Make them and compare."""
    growth = soak(_CALLS)
    figures = (
        at_least("faulted provider calls in one process", growth.faulted, _FAULTED),
        count("threads more than before", growth.threads, 0),
        Figure(
            "sockets and files more than before", str(growth.descriptors), f"at most {KEPT}", growth.descriptors <= KEPT
        ),
        count("asyncio tasks more than before", growth.tasks, 0),
        below("memory in use more than before (tracemalloc)", growth.allocated_mb, _ALLOCATED_MB, "MB"),
        below("resident memory more than before", growth.resident_mb, _RESIDENT_MB, "MB"),
    )
    return Section("Soak: 2,000 faulted calls", figures)
