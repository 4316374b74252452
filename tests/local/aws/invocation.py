"""The input and output of an execution environment."""

import json
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Invocation:
    """One attempt to run a function; `function_arn` is as it was called."""

    request_id: str
    payload: bytes
    function_arn: str


@dataclass(frozen=True)
class InvokeResult:
    """The result of one invocation.

    `function_error` is None, or `Unhandled` when the payload describes an error. `log_tail` is the last 4 KB that the
    invocation logged. `init_ms` is the duration of a cold start, None for a warm environment.
    """

    payload: bytes
    function_error: str | None
    log_tail: bytes
    request_id: str
    duration_ms: float
    init_ms: float | None


class Environment(Protocol):
    """An execution environment: it runs one invocation at a time and keeps its state between them."""

    @property
    def is_usable(self) -> bool:
        """False once its process has ended."""

    def invoke(self, invocation: Invocation) -> InvokeResult:
        """Run one invocation; the first one includes the cold start."""

    def close(self) -> None:
        """End its processes and close its sockets; a running invocation then fails with Runtime.ExitError."""


def error_payload(error_type: str, message: str) -> bytes:
    """The JSON of an error that Lambda itself reports, not the function's code."""
    return json.dumps({"errorType": error_type, "errorMessage": message}, separators=(",", ":")).encode()


def timeout_payload(request_id: str, timeout_seconds: float) -> bytes:
    """Lambda's answer for a function that exceeded its timeout."""
    message = f"RequestId: {request_id} Error: Task timed out after {timeout_seconds:.2f} seconds"
    return error_payload("Sandbox.Timedout", message)


def exit_payload(request_id: str, return_code: int | None) -> bytes:
    """Lambda's answer for a function whose process ended; a negative code is the signal that killed it."""
    message = f"RequestId: {request_id} Error: Runtime exited with error: exit status {return_code}"
    return error_payload("Runtime.ExitError", message)
