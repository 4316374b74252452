"""An execution environment: a process of AWS's own runtime client, served by our Runtime API."""

import math
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.local.aws.environment_log import EnvironmentLog
from tests.local.aws.function_runtime import CREDENTIAL_NAMES, Runtime, function_variables
from tests.local.aws.invocation import Invocation, InvokeResult, error_payload, exit_payload, timeout_payload
from tests.local.aws.process_group import ProcessGroup
from tests.local.aws.runtime_api import LARGEST_ANSWER_BYTES, Milestone, Report, RuntimeApi
from tests.local.aws.stack import FunctionSpec


@dataclass(frozen=True)
class _Outcome:
    """How an invocation ended; a fatal outcome ends the environment too."""

    payload: bytes
    is_error: bool = True
    is_fatal: bool = True


class ExecutionEnvironment:
    """`python -S -m awslambdaric <handler>` for one version of a function, started at construction.

    A published version of a function with SnapStart runs its snapshot hooks first, as on AWS. No snapshot is taken: the
    process waits, and the first invocation lets it continue.
    """

    def __init__(self, spec: FunctionSpec, version: str, runtime: Runtime) -> None:
        self._spec, self._version, self._runtime = spec, version, runtime
        self._log = EnvironmentLog(runtime.logs, spec.name, version, datetime.now(UTC))
        self._has_snapshot = spec.snap_start and version != "$LATEST"
        self._is_new = True
        self._closing = threading.Lock()
        self._is_closed = False
        self._started = time.monotonic()
        self._first_report: Report | None = None
        self._api = RuntimeApi(spec.name)
        self._process = self._start_process()

    @property
    def is_usable(self) -> bool:
        return self._process.is_running and not self._is_closed

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def cpu_seconds(self) -> float:
        """The processor time of the process so far. Raises OSError once it has ended."""
        return self._process.cpu_seconds

    @property
    def peak_memory_mb(self) -> int | None:
        """The peak memory of the process; None where the system does not tell."""
        return self._process.peak_memory_mb

    def await_snapshot(self) -> RuntimeApi:
        """Wait for the point where a snapshot would be taken, and return the Runtime API of the process.

        Raises RuntimeError when the process does not get there.
        """
        report = self._await_start()
        if report is None or report.milestone is not Milestone.RESTORING:
            raise RuntimeError(f"{self._spec.name} is not ready for a snapshot: {report}")
        return self._api

    def invoke(self, invocation: Invocation) -> InvokeResult:
        is_new, self._is_new = self._is_new, False
        mark = 0 if is_new else self._log.size
        refusal = self._initialise(invocation.request_id) if is_new else None
        init_ms = _ms_since(self._started) if is_new else None
        self._log.write(f"START RequestId: {invocation.request_id} Version: {self._version}")
        started = time.monotonic()
        outcome = refusal or self._run(invocation)
        duration_ms = _ms_since(started)
        memory_mb = self._process.peak_memory_mb
        if outcome.is_fatal:
            self._log.write(outcome.payload.decode())
            self.close()
        self._log.write(f"END RequestId: {invocation.request_id}")
        self._log.write(self._report(invocation.request_id, duration_ms, init_ms, memory_mb))
        error = "Unhandled" if outcome.is_error else None
        return InvokeResult(outcome.payload, error, self._log.since(mark), invocation.request_id, duration_ms, init_ms)

    def close(self) -> None:
        with self._closing:
            if not self._is_closed:
                self._is_closed = True
                self._process.stop()
                self._api.close()

    def _start_process(self) -> ProcessGroup:
        variables = function_variables(self._spec, self._version, self._runtime, self._log.stream)
        variables["AWS_LAMBDA_RUNTIME_API"] = self._api.address
        if self._has_snapshot:
            for name in CREDENTIAL_NAMES:
                del variables[name]
            variables |= {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", **self._api.credential_variables}
        return ProcessGroup(
            (*self._runtime.command, self._spec.handler),
            folder=self._spec.code,
            environment=variables,
            output=self._log.path,
            on_exit=self._api.process_ended,
        )

    def _initialise(self, request_id: str) -> _Outcome | None:
        """Wait until the runtime asks for its first invocation, and return None. A restore has the same time limit."""
        limit_seconds = self._runtime.init_timeout_seconds
        report = self._await_start()
        if report and report.milestone is Milestone.RESTORING:
            self._api.restore()
            report = self._api.wait(limit_seconds)
        if report is None:
            return _Outcome(timeout_payload(request_id, limit_seconds))
        if report.milestone is Milestone.READY:
            return None
        if report.milestone is Milestone.INIT_FAILED:
            return _Outcome(report.body)
        return self._exit(request_id)

    def _await_start(self) -> Report | None:
        """The runtime's first report, which is remembered."""
        if self._first_report is None:
            limit = self._started + self._runtime.init_timeout_seconds
            self._first_report = self._api.wait(limit - time.monotonic())
        return self._first_report

    def _run(self, invocation: Invocation) -> _Outcome:
        deadline = time.monotonic() + self._spec.timeout_seconds
        self._api.offer(invocation, self._spec.timeout_seconds)
        report = self._api.wait(self._spec.timeout_seconds)
        if report is None:
            return _Outcome(timeout_payload(invocation.request_id, self._spec.timeout_seconds))
        if report.milestone is Milestone.ANSWER_TOO_LARGE:
            message = f"Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER_BYTES} bytes)."
            return _Outcome(error_payload("Function.ResponseSizeTooLarge", message))
        if report.milestone is Milestone.EXITED:
            return self._exit(invocation.request_id)
        # The environment is free again once the runtime asks for the next invocation.
        following = self._api.wait(deadline - time.monotonic())
        if following is None or following.milestone is not Milestone.READY:
            self.close()
        return _Outcome(report.body, is_error=report.milestone is Milestone.FAILED, is_fatal=False)

    def _exit(self, request_id: str) -> _Outcome:
        return _Outcome(exit_payload(request_id, self._process.return_code))

    def _report(self, request_id: str, duration_ms: float, init_ms: float | None, memory_mb: int | None) -> str:
        billed_ms = math.ceil(duration_ms + (init_ms or 0.0))
        words = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {duration_ms:.2f} ms",
            f"Billed Duration: {billed_ms} ms",
            f"Memory Size: {self._spec.memory_mb} MB",
        ]
        if memory_mb is not None:
            words.append(f"Max Memory Used: {memory_mb} MB")
        if init_ms is not None:
            words.append(f"Init Duration: {init_ms:.2f} ms")
        return "\t".join(words)


def _ms_since(start: float) -> float:
    return (time.monotonic() - start) * 1000
