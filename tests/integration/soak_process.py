"""The process that `soak` measures: `python -m tests.integration.soak_process URL CALLS`, growth as JSON at the end."""

import asyncio
import gc
import json
import os
import sys
import threading
import tracemalloc
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from balance_core.provider import ProviderFunction
from balance_core.secrets import SecretStore
from tests.contract.provider_worlds import PROVIDERS, FakeSecretsManager, Provider

# A function with 1.15 s left gives its provider 0.15 s.
_REMAINING_MS = 1150
# A moment after the time that PayerMax's documented answer states.
_NOW = datetime(2023, 3, 30, 6, 15, 22, 400_000, tzinfo=UTC)
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class _Kept:
    """What the process holds at a moment, once everything that can be collected is."""

    threads: int
    descriptors: int
    tasks: int
    allocated_bytes: int
    resident_bytes: int

    @classmethod
    def now(cls) -> "_Kept":
        gc.collect()
        return cls(
            threads=threading.active_count(),
            descriptors=len(os.listdir("/proc/self/fd")),
            tasks=sum(type(each) is asyncio.Task for each in gc.get_objects()),
            allocated_bytes=tracemalloc.get_traced_memory()[0],
            resident_bytes=int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES,
        )


def main(url: str, calls: int) -> Mapping[str, float]:
    """Make the calls; the first fifth only warms up."""
    with ExitStack() as exit_:
        functions = [_function(provider, url, exit_) for provider in PROVIDERS]
        turns = cycle(functions)
        _ask(islice(turns, calls // 5))
        _settle(functions)
        tracemalloc.start()
        before = _Kept.now()
        failed = _ask(islice(turns, calls))
        _settle(functions)
        after = _Kept.now()
    return {
        "faulted": failed,
        "answered": calls - failed,
        "threads": after.threads - before.threads,
        "descriptors": after.descriptors - before.descriptors,
        "tasks": after.tasks - before.tasks,
        "allocated_mb": (after.allocated_bytes - before.allocated_bytes) / 1e6,
        "resident_mb": (after.resident_bytes - before.resident_bytes) / 1e6,
    }


def _function(provider: Provider, url: str, exit_: ExitStack) -> ProviderFunction:
    entry = {provider.merchant: "00000000000000000"}
    secret = {**provider.shared, "base_url": url, "currencies": ["AED"], "accounts": {"main": entry}}
    fetch = FakeSecretsManager(json.dumps(secret)).fetch
    function = ProviderFunction(provider.name, provider.plan, SecretStore(fetch, ttl_seconds=0), now=lambda: _NOW)
    exit_.callback(function.close)
    return function


def _ask(functions: "islice[ProviderFunction]") -> int:
    """Ask each and count those that gave no balance."""
    return sum(bool(function.answer({"correlation_id": "soak"}, _REMAINING_MS)["failures"]) for function in functions)


def _settle(functions: Sequence[ProviderFunction]) -> None:
    """Let each event loop take some turns without a call, as a later invocation would.

    A body that was not read to its end is closed only when the garbage collector finds it, by a task in the next turn,
    which may set free another one. What is really kept stays, however many turns there are.
    """
    for _ in range(10):
        gc.collect()
        for function in functions:
            function.answer({"accounts": ["nobody"]}, _REMAINING_MS)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
