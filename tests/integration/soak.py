"""A long run of provider calls that nearly all go wrong, and what the process that made them still holds afterwards.

The calls are made in a process of their own (`python -m tests.integration.soak URL CALLS`), so that nothing of the test
or of the server is counted.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from balance_core.provider.function import ProviderFunction
from pagsmile_balance.client import PROVIDER as PAGSMILE
from payby_balance.client import PROVIDER as PAYBY
from payermax_balance.client import PROVIDER as PAYERMAX
from tests.integration.fault_server import Behaviour, Connection, FaultServer, answer, once, silent
from tests.local.certificates import local_authority
from tests.local.paths import PROJECT
from tests.provider_fixtures import FIXTURES, MERCHANT, PROVIDER, OneSecret, signature_of

# Connections that the server leaves open are kept for the next question: at most one for each of the three providers.
KEPT_CONNECTIONS = 3
# A function with 1.15 s left gives its provider 0.15 s.
_REMAINING_MS = 1150
# A moment after the time in PayerMax's documented answer.
_NOW = datetime(2023, 3, 30, 6, 15, 22, 400_000, tzinfo=UTC)
_ENVIRONMENT = {"SECRET_NAME": "balance-bot/soaked"}
# The fields of all three providers.
_ACCOUNT = {
    **dict.fromkeys(("app_id", "merchant_no", "partner_id"), "00000000000000000"),
    "currencies": ["AED"],
    "private_key": MERCHANT.private_pem,
    "provider_public_key": PROVIDER.public_pem,
    "provider_public_keys": [PROVIDER.public_pem],
}


@dataclass(frozen=True)
class Growth:
    """What the process held more after the last call than after the warm-up; `faulted` and `answered` count calls."""

    faulted: int
    answered: int
    threads: int
    descriptors: int
    tasks: int
    allocated_mb: float
    resident_mb: float


def soak(calls: int) -> Growth:
    """Make `calls` provider calls, to the three providers in turn, each into the next fault."""
    authority = local_authority()
    with FaultServer(_one_after_another(), authority.server_context()) as server:
        command = [sys.executable, "-m", "tests.integration.soak", server.url.rstrip("/"), str(calls)]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "SSL_CERT_FILE": str(authority.ca_file),
            "POWERTOOLS_METRICS_NAMESPACE": "BalanceBot",
            "POWERTOOLS_METRICS_DISABLED": "true",
            "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        }
        done = subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, check=True)
    return Growth(**json.loads(done.stdout.splitlines()[-1]))


def _one_after_another() -> Behaviour:
    """Each connection meets the next fault."""
    numbers = count()

    def behave(connection: Connection) -> None:
        _BEHAVIOURS[next(numbers) % len(_BEHAVIOURS)](connection)

    return behave


def _right_answer(connection: Connection) -> None:
    """The documented answer of the provider that is asked, on a connection that is kept for one more question."""
    for _ in range(2):
        connection.send(_documented_answer(connection.read_request() or b""))


def _wrong_signature(connection: Connection) -> None:
    connection.send(_documented_answer(connection.read_request() or b"").replace(b"8", b"9"))


def _documented_answer(request: bytes) -> bytes:
    provider = "payby" if b"/getBalance " in request else "payermax"
    body = FIXTURES / provider / "documented-answer.json"
    return answer(200, body.read_bytes(), sign=signature_of(body))


def _twice(data: bytes, connection: Connection) -> None:
    """Answer on a connection that is kept for one more question."""
    for _ in range(2):
        connection.read_request()
        connection.send(data)


def _reset(first: bytes, connection: Connection) -> None:
    connection.read_request()
    connection.send(first)
    connection.reset()


def _endless(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:  # until the client hangs up, which raises OSError
        connection.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


_BEHAVIOURS: tuple[Behaviour, ...] = (
    _right_answer,
    _wrong_signature,
    partial(_reset, b""),
    partial(_reset, b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"),
    _endless,
    silent,
    once(b""),
    once(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"),
    once(answer(200, b"<html>")),
    once(answer(200, b"[" * 100_000)),
    once(answer(200, b"\x1f\x8b", Content_Encoding="gzip")),
    once(answer(302, Location="http://169.254.169.254/")),
    partial(_twice, answer(401)),
    partial(_twice, answer(429, Retry_After="0")),
    partial(_twice, answer(500, b"<html>")),
    once(answer(503, b"x" * 1_000_000)),
)


def _held() -> dict[str, Any]:
    """What this process holds, once everything that can be collected is."""
    gc.collect()
    return {
        "threads": threading.active_count(),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "tasks": sum(type(each) is asyncio.Task for each in gc.get_objects()),
        "allocated_mb": tracemalloc.get_traced_memory()[0] / 1e6,
        "resident_mb": int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6,
    }


def _measure(url: str, calls: int) -> Growth:
    """Make the calls in this process, after a fifth as many to warm up."""
    with ExitStack() as exits:
        functions = _functions(url, exits)
        turns = cycle(functions)
        _ask(islice(turns, calls // 5))
        _settle(functions)
        tracemalloc.start()
        before = _held()
        faulted = _ask(islice(turns, calls))
        _settle(functions)
        after = _held()
    return Growth(faulted, calls - faulted, **{name: after[name] - before[name] for name in before})


def _functions(url: str, exits: ExitStack) -> Sequence[ProviderFunction]:
    secret = OneSecret(json.dumps({"accounts": {"main": {**_ACCOUNT, "base_url": url}}}))
    functions = [ProviderFunction(each, secret.store, now=lambda: _NOW) for each in (PAYBY, PAYERMAX, PAGSMILE)]
    for function in functions:
        exits.callback(function.close)
    return functions


def _ask(functions: Iterator[ProviderFunction]) -> int:
    """Ask each, and count the answers without a balance."""
    event = {"correlation_id": "soak"}
    return sum(bool(function.answer(event, _ENVIRONMENT, _REMAINING_MS)["failures"]) for function in functions)


def _settle(functions: Sequence[ProviderFunction]) -> None:
    """Run each event loop without a call, as a later invocation would.

    A body that was not read to its end is closed by a task in the next run after the garbage collector found it. A real
    leak stays, however often the loops run.
    """
    for _ in range(10):
        gc.collect()
        for function in functions:
            function.answer({"accounts": ["nobody"]}, _ENVIRONMENT, _REMAINING_MS)


if __name__ == "__main__":
    print(json.dumps(asdict(_measure(sys.argv[1], int(sys.argv[2])))))
