"""Tiny Lambda functions that a test writes for itself, and the local service that runs them."""

import importlib.util
import json
import os
import select
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import InvokeResult
from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.stack import FunctionSpec

ECHO = "def handler(event, context):\n    return event\n"
ON_FAILURE_ARN = "arn:aws:sqs:eu-central-1:123456789012:failures"
# For what comes as surely as the machine runs, however busy it is.
AMPLE_SECONDS = 60


def site_packages() -> Path:
    """Where this virtual environment keeps awslambdaric and boto3."""
    found = importlib.util.find_spec("awslambdaric")
    assert found
    assert found.origin
    return Path(found.origin).parent.parent


def runtime(folder: Path, **changes: Any) -> Runtime:
    """The real runtime client, with logs in `folder` and compiled modules beside it, where all tests share them."""
    settings: dict[str, Any] = {
        "runtime_paths": (site_packages(),),
        "logs": folder / "logs",
        "pycache": folder.parent / "pycache",
        "init_timeout_seconds": AMPLE_SECONDS,
    }
    return Runtime(**settings | changes)


def function(folder: Path, source: str, name: str = "echo", **changes: Any) -> FunctionSpec:
    """A function whose module `app` holds `source`; it has the alias `live`, a timeout of 60 s and 2 retries."""
    code = folder / "code" / name
    code.mkdir(parents=True)
    (code / "app.py").write_text(source)
    settings: dict[str, Any] = {
        "name": name,
        "logical_id": f"{name.title()}Function",
        "handler": "app.handler",
        "code": code,
        "layers": (),
        "environment": {},
        "timeout_seconds": AMPLE_SECONDS,
        "memory_mb": 256,
        "aliases": ("live",),
        "async_retries": 2,
        "on_failure_arn": ON_FAILURE_ARN,
        "snap_start": False,
    }
    return FunctionSpec(**settings | changes)


def by_name(*functions: FunctionSpec) -> Mapping[str, FunctionSpec]:
    """The mapping that the service takes."""
    return {spec.name: spec for spec in functions}


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or goes soon: a kill is not waited for by the one who sends it."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], AMPLE_SECONDS)[0])
    finally:
        os.close(descriptor)


def service_of(folder: Path, source: str, **changes: Any) -> LambdaService:
    """A service with one function, `echo`."""
    return LambdaService(by_name(function(folder, source, **changes)), runtime(folder))


def answer(result: InvokeResult) -> Any:
    """The decoded payload of an invocation that succeeded."""
    assert result.function_error is None, result.payload
    return json.loads(result.payload)


def failure(result: InvokeResult) -> dict[str, Any]:
    """The decoded payload of an invocation that failed."""
    assert result.function_error == "Unhandled", result.payload
    return cast(dict[str, Any], json.loads(result.payload))


class Meeting:
    """A place where functions report that they are running, and wait until the test lets them go on.

    The function's side is `MEET`: `meet(event["port"])` in a handler.
    """

    MEET = (
        "import os, socket\n"
        "def meet(port):\n"
        "    with socket.create_connection(('127.0.0.1', port)) as place:\n"
        "        place.sendall(str(os.getpid()).encode() + b'\\n')\n"
        "        place.recv(1)\n"
    )

    def __init__(self) -> None:
        self._place = socket.create_server(("127.0.0.1", 0))
        self._place.settimeout(AMPLE_SECONDS)
        self._guests: list[socket.socket] = []
        self.event = json.dumps({"port": self._place.getsockname()[1]}).encode()

    def arrive(self) -> int:
        """Wait until one more function is running and give its process id. Raises TimeoutError."""
        guest, _ = self._place.accept()
        self._guests.append(guest)
        with guest.makefile("r") as words:
            return int(words.readline())

    def close(self) -> None:
        """Let everybody go on."""
        self._place.close()
        for guest in self._guests:
            guest.close()


@contextmanager
def meeting() -> Iterator[Meeting]:
    """A meeting that ends with the block."""
    place = Meeting()
    try:
        yield place
    finally:
        place.close()
