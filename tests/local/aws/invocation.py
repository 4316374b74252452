"""What goes into an execution environment and what comes out of it."""

import json
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Invocation:
    """One try to run a function: `function_arn` as it was called, `client_context` as JSON text."""

    request_id: str
    payload: bytes
    function_arn: str
    client_context: str | None = None


@dataclass(frozen=True)
class InvokeResult:
    """What Lambda answers for one invocation.

    `function_error` is None or Lambda's word `Unhandled`, and the payload then describes the error. `log_tail` is the
    last 4 KB that the invocation logged. `init_ms` is how long the environment took to start, None in a warm one.
    """

    payload: bytes
    function_error: str | None
    log_tail: bytes
    request_id: str
    duration_ms: float
    init_ms: float | None


class Environment(Protocol):
    """One execution environment: it runs one invocation at a time, and keeps its state between them."""

    @property
    def is_usable(self) -> bool:
        """False once its process has ended, so that it can take no further invocation."""

    def invoke(self, invocation: Invocation) -> InvokeResult:
        """Run one invocation; the first one also waits for the function's start."""

    def close(self) -> None:
        """End its processes and sockets; a running invocation then ends with Runtime.ExitError."""


def error_payload(error_type: str, message: str) -> bytes:
    """The JSON that Lambda itself answers when it, not the function's code, reports the error."""
    return json.dumps({"errorType": error_type, "errorMessage": message}, separators=(",", ":")).encode()


def timeout_payload(request_id: str, timeout_seconds: float) -> bytes:
    """Lambda's answer for a function that ran into its timeout."""
    message = f"RequestId: {request_id} Error: Task timed out after {timeout_seconds:.2f} seconds"
    return error_payload("Sandbox.Timedout", message)


def exit_payload(request_id: str, return_code: int | None) -> bytes:
    """Lambda's answer for a function whose process ended; a negative code is the signal that killed it."""
    reason = "Runtime exited without providing a reason"
    if return_code is not None and return_code < 0:
        reason = "Runtime exited with error: signal: killed"
    elif return_code:
        reason = f"Runtime exited with error: exit status {return_code}"
    return error_payload("Runtime.ExitError", f"RequestId: {request_id} Error: {reason}")
