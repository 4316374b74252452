"""Lambda on this machine: functions by name, a pool of warm execution environments, and the asynchronous queue."""

import json
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Self

from tests.local.aws.asynchronous_queue import AsynchronousQueue
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_names import FunctionVersion, find_function
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import Environment, Invocation, InvokeResult
from tests.local.aws.stack import FunctionSpec

_STOPPED = "the local Lambda service is stopped"
EnvironmentFactory = Callable[[FunctionSpec, str, Runtime], Environment]


class ServiceStoppedError(RuntimeError):
    """The service was stopped and runs no more functions."""


@dataclass(frozen=True)
class TimelineEntry:
    """One run of a function: `payload` is its answer, `error` the errorType if it failed."""

    function_name: str
    started_at: datetime
    duration_ms: float
    init_ms: float | None
    is_async: bool
    error: str | None
    payload: bytes = field(default=b"", repr=False)


class LambdaService:
    """Runs functions from construction until `stop` or the end of a with block.

    An invocation uses a warm environment that is free, or starts another one. With `most_environments` at most so many
    of each function run at a time, and further invocations wait; Lambda would throttle them instead. `environments`
    creates an environment for a version of a function; `on_failure` and `retry_delay_seconds` are AsynchronousQueue's.
    """

    def __init__(
        self,
        functions: Mapping[str, FunctionSpec],
        runtime: Runtime,
        *,
        environments: EnvironmentFactory = ExecutionEnvironment,
        on_failure: Callable[[str, Mapping[str, object]], None] = lambda arn, record: None,
        retry_delay_seconds: float = 0.2,
        most_environments: int | None = None,
    ) -> None:
        self._functions, self._runtime, self._environments = functions, runtime, environments
        self._lock = threading.Lock()
        self._ended, self._running = threading.Condition(self._lock), 0
        self._slots: Mapping[str, AbstractContextManager[object]] = {
            name: threading.Semaphore(most_environments) if most_environments else nullcontext() for name in functions
        }
        self._free: defaultdict[tuple[str, str], list[Environment]] = defaultdict(list)
        self._all: set[Environment] = set()
        self._timeline: list[TimelineEntry] = []
        self._is_stopped = False
        self._queue = AsynchronousQueue(partial(self._run, is_async=True), on_failure, retry_delay_seconds)
        self._queued: list[Future[None]] = []

    def find(self, name: str) -> FunctionVersion:
        """The function with a name or ARN. Raises FunctionNotFoundError."""
        return find_function(self._functions, name)

    def invoke(self, name: str, payload: bytes) -> InvokeResult:
        """Run a function and wait for its answer; `payload` is JSON, and empty bytes mean `{}`.

        An error of the function is a result, not an exception. Raises FunctionNotFoundError or ServiceStoppedError.
        """
        function = self.find(name)
        invocation = Invocation(str(uuid.uuid4()), payload or b"{}", function.arn)
        return self._run(function, invocation, is_async=False)

    def invoke_async(self, name: str, payload: bytes) -> str:
        """Queue an event for a function and return its request id. Raises what `invoke` raises."""
        function = self.find(name)
        invocation = Invocation(str(uuid.uuid4()), payload or b"{}", function.arn)
        with self._lock:
            self._refuse_when_stopped()
            self._queued.append(self._queue.put(function, invocation))
        return invocation.request_id

    def drain(self, timeout_seconds: float) -> None:
        """Wait until no event is queued and no function runs, not even one whose caller has stopped waiting.

        `timeout_seconds` applies to each wait. Raises TimeoutError, or the exception of `on_failure`.
        """
        while True:
            with self._ended:
                if not self._ended.wait_for(lambda: self._running == 0, timeout_seconds):
                    raise TimeoutError(f"{self._running} invocations still run after {timeout_seconds} s")
                queued, self._queued = self._queued, []
            if not queued:
                return
            for event in queued:
                event.result(timeout_seconds)

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

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, function: FunctionVersion, invocation: Invocation, *, is_async: bool) -> InvokeResult:
        with self._lock:
            self._running += 1
        try:
            with self._slots[function.spec.name]:
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
        """The warm environment that was used last, or a new one."""
        with self._lock:
            self._refuse_when_stopped()
            free = self._free[function.spec.name, function.version]
            while free:
                environment = free.pop()
                if environment.is_usable:
                    return environment
                self._all.discard(environment)
                environment.close()
        # Outside the lock, so that starting a process delays no other invocation.
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
