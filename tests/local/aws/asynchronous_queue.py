"""Lambda's queue of asynchronous events: accepted at once, tried again after an error, then sent to a destination."""

import json
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.local.aws.function_names import LATEST, FunctionVersion, function_arn
from tests.local.aws.invocation import Invocation, InvokeResult

_AT_ONCE = 16


@dataclass(frozen=True)
class QueuedEvent:
    """One accepted event. Every try of it has the same request id, which is how a function can know a repetition."""

    function: FunctionVersion
    invocation: Invocation


class AsynchronousQueue:
    """`run` executes one try; `on_failure` receives the destination's ARN and the failure record.

    `retry_delays_seconds` are the waits before the first, second, ... further try (Lambda's are 60 and 120); the
    last one serves all that follow.
    """

    def __init__(
        self,
        run: Callable[[QueuedEvent], InvokeResult],
        on_failure: Callable[[str, Mapping[str, object]], None],
        retry_delays_seconds: Sequence[float],
    ) -> None:
        self._run, self._on_failure, self._retry_delays_seconds = run, on_failure, retry_delays_seconds
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._pending = 0
        self._tasks: list[Future[None]] = []
        self._workers = ThreadPoolExecutor(_AT_ONCE, "asynchronous invocation")

    def put(self, function: FunctionVersion, payload: bytes) -> str:
        """Accept an event and return its request id. Raises RuntimeError after `stop`."""
        event = QueuedEvent(function, Invocation(str(uuid.uuid4()), payload, function.arn))
        with self._changed:
            self._tasks.append(self._workers.submit(self._deliver, event))
            self._pending += 1
        return event.invocation.request_id

    @property
    def is_empty(self) -> bool:
        """Whether every event has succeeded or was given up."""
        with self._changed:
            return self._pending == 0

    def drain(self, timeout_seconds: float) -> None:
        """Wait until every event has succeeded or was given up, those included that they put in turn.

        Raises TimeoutError, and whatever `on_failure` raised.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._pending == 0, timeout_seconds):
                raise TimeoutError(f"{self._pending} asynchronous events are unfinished after {timeout_seconds} s")
            tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.result()

    def stop(self) -> None:
        """Drop what waits and try nothing again."""
        self._stopping.set()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        """Wait for the tries that still run after `stop`."""
        self._workers.shutdown()

    def _deliver(self, event: QueuedEvent) -> None:
        try:
            self._try_all(event)
        finally:
            with self._changed:
                self._pending -= 1
                self._changed.notify_all()

    def _try_all(self, event: QueuedEvent) -> None:
        spec = event.function.spec
        result = self._run(event)
        for retry in range(spec.async_retries):
            delay_seconds = self._retry_delays_seconds[min(retry, len(self._retry_delays_seconds) - 1)]
            if result.function_error is None or self._stopping.wait(delay_seconds):
                return
            result = self._run(event)
        if result.function_error and spec.on_failure_arn and not self._stopping.is_set():
            record = failure_record(event, result, spec.async_retries + 1, datetime.now(UTC))
            self._on_failure(spec.on_failure_arn, record)


def failure_record(event: QueuedEvent, result: InvokeResult, tries: int, now: datetime) -> dict[str, object]:
    """Lambda's invocation record for an event that failed every time, as an on-failure destination receives it.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    function = event.function
    return {
        "version": "1.0",
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": event.invocation.request_id,
            "functionArn": function_arn(function.spec.name, function.qualifier or LATEST),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": tries,
        },
        "requestPayload": json.loads(event.invocation.payload),
        "responseContext": {
            "statusCode": 200,
            "executedVersion": function.version,
            "functionError": result.function_error,
        },
        "responsePayload": json.loads(result.payload),
    }
