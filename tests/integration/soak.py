"""A long run of provider calls that all go wrong, and what the process that made them has kept afterwards.

The calls are made in a process of their own (`soak_process`), so that nothing of the test or of the server is counted.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from tests.integration.fault_server import Behaviour, Connection, FaultServer, answer, once, silent
from tests.provider_fixtures import FIXTURES, signature_of

# A connection that the provider does not close is kept for the next question: at most one for each provider.
KEPT = 3
_PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Growth:
    """What grew between the first calls and the last: numbers of things, and memory in MB."""

    faulted: int
    answered: int
    threads: int
    descriptors: int
    tasks: int
    allocated_mb: float
    resident_mb: float


def soak(calls: int) -> Growth:
    """Make `calls` provider calls, all three providers in turn, each into the next fault."""
    with FaultServer(_one_after_another()) as server:
        command = [sys.executable, "-m", "tests.integration.soak_process", server.url.rstrip("/"), str(calls)]
        paths = os.pathsep.join(path for path in sys.path if path)
        environment = {**os.environ, **_SETTINGS, "PYTHONPATH": paths}
        done = subprocess.run(command, cwd=_PROJECT, env=environment, stdout=subprocess.PIPE, check=True)
    return Growth(**json.loads(done.stdout.splitlines()[-1]))


_SETTINGS = {
    "SECRET_NAME": "balance-bot/soaked",
    "ALLOW_INSECURE_PROVIDER_URLS": "true",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "POWERTOOLS_SERVICE_NAME": "soak",
    "POWERTOOLS_METRICS_NAMESPACE": "BalanceBot",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}


def _one_after_another() -> Behaviour:
    """Every connection meets the next fault."""
    numbers = count()

    def behave(connection: Connection) -> None:
        _BEHAVIOURS[next(numbers) % len(_BEHAVIOURS)](connection)

    return behave


def _right_answer(connection: Connection) -> None:
    """The documented answer of whoever is asked, on a connection that is kept for one question more."""
    for _ in range(2):
        request = connection.read_request() or b""
        connection.send(next((data for path, data in _ANSWERS.items() if path in request), b""))


def _twice(data: bytes) -> Behaviour:
    """Answer on a connection that is kept for one question more."""

    def behave(connection: Connection) -> None:
        for _ in range(2):
            connection.read_request()
            connection.send(data)

    return behave


def _wrong_signature(connection: Connection) -> None:
    request = connection.read_request() or b""
    connection.send(next((data for path, data in _ANSWERS.items() if path in request), b"").replace(b"8", b"9"))


def _reset(connection: Connection, first: bytes = b"") -> None:
    connection.read_request()
    connection.send(first)
    connection.reset()


def _endless(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:  # until the client hangs up, which is an OSError
        connection.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")


def _documented(provider: str) -> bytes:
    body = FIXTURES / provider / "documented-answer.json"
    return answer(200, body.read_bytes(), sign=signature_of(body))


def _pagsmile() -> bytes:
    random_key, data = ((FIXTURES / "pagsmile" / f"golden_{name}.txt").read_text() for name in ("random_key", "data"))
    document = {"code": "10000", "random_key": random_key.strip(), "data": data.strip()}
    return answer(200, json.dumps(document).encode())


_ANSWERS: Mapping[bytes, bytes] = {
    b"/getBalance ": _documented("payby"),
    b"/currentBalanceQuery ": _documented("payermax"),
    b"/query-balance ": _pagsmile(),
}
_BEHAVIOURS: tuple[Behaviour, ...] = (
    _right_answer,
    _wrong_signature,
    _reset,
    partial(_reset, first=b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"),
    _endless,
    silent,
    once(b""),
    once(b"HTTP/1.1 200 OK\r\nContent-Le"),
    once(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"),
    once(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    once(answer(200, b"<html>")),
    once(answer(200, b"[" * 100_000)),
    once(answer(200, b'{"code": "')),
    once(answer(200, b"\x1f\x8b", Content_Encoding="gzip")),
    once(answer(302, Location="http://169.254.169.254/")),
    _twice(answer(401)),
    _twice(answer(429, Retry_After="0")),
    _twice(answer(500, b"<html>")),
    once(answer(503, b"x" * 1_000_000)),
)
