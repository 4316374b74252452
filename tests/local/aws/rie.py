"""The official Runtime Interface Emulator as an execution environment: the check that our own behaves as AWS's does.

The emulator takes one request at a time (it crashes on two), so that each environment has its own. It knows no
SnapStart, no memory limit and no alias, makes up its own request ids and the ARN's region, and does not mark a
function's error.
"""

import contextlib
import http.client
import json
import re
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.local.aws.environment_log import EnvironmentLog
from tests.local.aws.function_runtime import Runtime, function_variables
from tests.local.aws.invocation import Environment, Invocation, InvokeResult, exit_payload, timeout_payload
from tests.local.aws.process_group import ProcessGroup
from tests.local.aws.stack import FunctionSpec

_ERROR_FIELDS = {"errorMessage", "errorType", "requestId", "stackTrace"}
_INIT_REPORT = re.compile(rb"INIT REPORT\(durationMs: ([0-9.]+)\)")
_STOP_SECONDS = 3.0


@dataclass(frozen=True)
class RieEnvironments:
    """Makes environments for LambdaService; `binary` is aws-lambda-rie, as the aws-sam-cli package carries it."""

    binary: Path

    def __call__(self, spec: FunctionSpec, version: str, runtime: Runtime) -> Environment:
        return RieEnvironment(self.binary, spec, version, runtime)


class RieEnvironment:
    """One emulator with one runtime process below it; the emulator starts with the object, the runtime when called."""

    def __init__(self, binary: Path, spec: FunctionSpec, version: str, runtime: Runtime) -> None:
        self._spec = spec
        self._log = EnvironmentLog(runtime.logs, spec.name, version, datetime.now(UTC))
        self._init_timeout_seconds = runtime.init_timeout_seconds
        self._is_new = True
        self._places = (_place(), _place())
        self._port, runtime_api_port = (place.getsockname()[1] for place in self._places)
        addresses = (
            "--runtime-interface-emulator-address",
            f"127.0.0.1:{self._port}",
            "--runtime-api-address",
            f"127.0.0.1:{runtime_api_port}",
        )
        self._process = ProcessGroup(
            (str(binary), *addresses, *runtime.command, spec.handler),
            folder=spec.code,
            environment={
                **function_variables(spec, version, runtime, self._log.stream),
                "AWS_LAMBDA_FUNCTION_TIMEOUT": str(spec.timeout_seconds),
            },
            output=self._log.path,
        )

    @property
    def is_usable(self) -> bool:
        return self._process.is_running

    def invoke(self, invocation: Invocation) -> InvokeResult:
        is_new, self._is_new = self._is_new, False
        mark = 0 if is_new else self._log.size
        if is_new:
            self._await_port()
        started = time.monotonic()
        status, body = self._post(invocation.payload)
        duration_ms = (time.monotonic() - started) * 1000
        log = self._log.since(mark)
        init_ms = _init_ms(log) if is_new else None
        if status == 200 and body.startswith(b"Task timed out after "):
            body = timeout_payload(invocation.request_id, self._spec.timeout_seconds)
            status = 504
        if status != 200:
            body = body or exit_payload(invocation.request_id, self._process.return_code)
            self.close()
        error = "Unhandled" if status != 200 or _looks_like_an_error(body) else None
        return InvokeResult(body, error, log, invocation.request_id, duration_ms - (init_ms or 0.0), init_ms)

    def close(self) -> None:
        # The emulator puts the runtime into a process group of its own and kills it when it is asked to end.
        self._process.stop(grace_seconds=_STOP_SECONDS)
        for place in self._places:
            place.close()

    def _await_port(self) -> None:
        """Wait until the emulator listens: it says so nowhere, so try."""
        deadline = time.monotonic() + self._init_timeout_seconds
        while self._process.is_running and time.monotonic() < deadline:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self._port)).close()
                return
            self._process.wait(0.01)

    def _post(self, payload: bytes) -> tuple[int, bytes]:
        """The emulator's status and body; status 0 when it hung up, which is how a crash looks."""
        limit_seconds = self._init_timeout_seconds + self._spec.timeout_seconds + _STOP_SECONDS
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=limit_seconds)
        with contextlib.closing(connection):
            try:
                connection.request("POST", "/2015-03-31/functions/function/invocations", payload)
                response = connection.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException):
                return 0, b""


def _place() -> socket.socket:
    """A port for an emulator, which cannot choose its own; nobody else gets it before this socket is closed.

    Linux lets the emulator listen there, because both set SO_REUSEADDR and this socket does not listen: socket(7).
    """
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind(("127.0.0.1", 0))
    return place


def _looks_like_an_error(body: bytes) -> bool:
    """True for the shape in which runtimes report an exception: the only sign that the emulator gives."""
    try:
        document = json.loads(body)
    except ValueError:
        return False
    is_object = isinstance(document, dict)
    return is_object and {"errorMessage", "errorType"} <= document.keys() <= _ERROR_FIELDS


def _init_ms(log: bytes) -> float | None:
    report = _INIT_REPORT.search(log)
    return float(report[1]) if report else None
