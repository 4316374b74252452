"""2,000 failing provider calls in one process, and what they leave behind."""

from tests.integration.soak import KEPT_CONNECTIONS, soak
from tests.trust.report import Section, at_least, at_most, below, count

# About one call in twenty succeeds.
_CALLS = 2250


def measure() -> Section:
    """Make the calls and compare the process before and after.

    Python's own caches may still grow a little; 2,000 leaked answers, tasks or exceptions would take several times as
    much. Memory is returned to the system in pages, and a process keeps some of them.
    """
    growth = soak(_CALLS)
    figures = (
        at_least("failing provider calls in one process", growth.faulted, 2000),
        count("threads more than before", growth.threads, 0),
        at_most("sockets and files more than before", growth.descriptors, KEPT_CONNECTIONS),
        count("asyncio tasks more than before", growth.tasks, 0),
        below("memory in use more than before (tracemalloc)", growth.allocated_mb, 1, "MB"),
        below("resident memory more than before", growth.resident_mb, 16, "MB"),
    )
    return Section("Soak: 2,000 failing calls", figures)
