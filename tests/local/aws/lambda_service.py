"""Lambda without AWS: functions by name, a pool of warm execution environments, and the asynchronous queue."""

import json
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from tests.local.aws.asynchronous_queue import AsynchronousQueue, QueuedEvent
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_names import FunctionVersion, find_function
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import Environment, Invocation, InvokeResult
from tests.local.aws.stack import FunctionSpec

_STOPPED = "the local Lambda service is stopped"
EnvironmentFactory = Callable[[FunctionSpec, str, Runtime], Environment]


class ServiceStoppedError(RuntimeError):
    """The service was stopped; start a new one."""


@dataclass(frozen=True)
class TimelineEntry:
    """One run of a function: `error` is the errorType that it ended with, None for a success; `payload` its answer."""

    function_name: str
    started_at: datetime
    duration_ms: float
    init_ms: float | None
    is_async: bool
    error: str | None
    payload: bytes = field(default=b"", repr=False)


def _ignore_failure(arn: str, record: Mapping[str, object]) -> None:
    """An on-failure destination that nobody reads."""


class LambdaService:
    """Runs functions from its construction until `stop`, or as a with block, which leaves no process and no socket.

    An invocation takes an environment that is warm and free, or starts another: as many run at once as are called, or
    at most `most_environments` of each function, which others wait for; Lambda would throttle instead.
    `environments` makes one for a function's version; `on_failure` and `retry_delays_seconds` are AsynchronousQueue's.
    """

    def __init__(
        self,
        functions: Mapping[str, FunctionSpec],
        runtime: Runtime,
        *,
        environments: EnvironmentFactory = ExecutionEnvironment,
        on_failure: Callable[[str, Mapping[str, object]], None] = _ignore_failure,
        retry_delays_seconds: Sequence[float] = (0.2, 0.4),
        most_environments: int | None = None,
    ) -> None:
        self._functions, self._runtime, self._environments = functions, runtime, environments
        self._lock = threading.Lock()
        self._ended, self._running = threading.Condition(self._lock), 0
        self._places: Mapping[str, AbstractContextManager[object]] = {
            name: threading.Semaphore(most_environments) if most_environments else nullcontext() for name in functions
        }
        self._free: defaultdict[tuple[str, str], list[Environment]] = defaultdict(list)
        self._all: set[Environment] = set()
        self._timeline: list[TimelineEntry] = []
        self._is_stopped = False
        self._queue = AsynchronousQueue(self._run_queued, on_failure, retry_delays_seconds)

    def find(self, name: str, qualifier: str | None = None) -> FunctionVersion:
        """The function behind a name or ARN. Raises what function_names.find_function raises."""
        return find_function(self._functions, name, qualifier)

    def invoke(
        self, name: str, payload: bytes, *, qualifier: str | None = None, client_context: str | None = None
    ) -> InvokeResult:
        """Run a function and wait for its answer; `payload` and `client_context` are JSON, empty bytes mean `{}`.

        A function's error is a result, not an exception. Raises FunctionNotFoundError and ServiceStoppedError.
        """
        function = self.find(name, qualifier)
        invocation = Invocation(str(uuid.uuid4()), payload or b"{}", function.arn, client_context)
        return self._run(function, invocation, is_async=False)

    def invoke_async(self, name: str, payload: bytes, *, qualifier: str | None = None) -> str:
        """Queue an event for a function and return its request id. Raises what `invoke` raises."""
        function = self.find(name, qualifier)
        with self._lock:
            self._refuse_when_stopped()
            return self._queue.put(function, payload or b"{}")

    def drain(self, timeout_seconds: float) -> None:
        """Wait until no function runs and no event is left: what a caller gave up waiting for may run on, too.

        `timeout_seconds` is for each wait. Raises TimeoutError, and whatever `on_failure` raised.
        """
        while True:
            self._queue.drain(timeout_seconds)
            with self._ended:
                if not self._ended.wait_for(lambda: self._running == 0, timeout_seconds):
                    raise TimeoutError(f"{self._running} invocations still run after {timeout_seconds} s")
            if self._queue.is_empty:
                return

    @property
    def timeline(self) -> tuple[TimelineEntry, ...]:
        """Every run so far, in the order in which they ended."""
        with self._lock:
            return tuple(self._timeline)

    def stop(self) -> None:
        """End every process and drop the queue; a second call does nothing."""
        with self._lock:
            self._is_stopped = True
            environments, self._all = self._all, set()
        self._queue.stop()
        for environment in environments:
            environment.close()
        self._queue.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run_queued(self, event: QueuedEvent) -> InvokeResult:
        return self._run(event.function, event.invocation, is_async=True)

    def _run(self, function: FunctionVersion, invocation: Invocation, *, is_async: bool) -> InvokeResult:
        with self._lock:
            self._running += 1
        try:
            with self._places[function.spec.name]:
                return self._run_now(function, invocation, is_async=is_async)
        finally:
            with self._ended:
                self._running -= 1
                self._ended.notify_all()

    def _run_now(self, function: FunctionVersion, invocation: Invocation, *, is_async: bool) -> InvokeResult:
        environment = self._take(function)
        started_at = datetime.now(UTC)
        result = environment.invoke(invocation)
        error = str(json.loads(result.payload).get("errorType")) if result.function_error else None
        entry = TimelineEntry(
            function.spec.name, started_at, result.duration_ms, result.init_ms, is_async, error, result.payload
        )
        with self._lock:
            self._timeline.append(entry)
            if environment.is_usable:
                self._free[function.spec.name, function.version].append(environment)
            else:
                self._all.discard(environment)
        if not environment.is_usable:
            environment.close()
        return result

    def _take(self, function: FunctionVersion) -> Environment:
        """The warm environment that was used last, else a new one."""
        with self._lock:
            self._refuse_when_stopped()
            free = self._free[function.spec.name, function.version]
            while free:
                environment = free.pop()
                if environment.is_usable:
                    return environment
                self._all.discard(environment)
                environment.close()
        # Not under the lock: nobody else is to wait for the start of a process.
        environment = self._environments(function.spec, function.version, self._runtime)
        with self._lock:
            if not self._is_stopped:
                self._all.add(environment)
                return environment
        environment.close()
        raise ServiceStoppedError(_STOPPED)

    def _refuse_when_stopped(self) -> None:
        if self._is_stopped:
            raise ServiceStoppedError(_STOPPED)
