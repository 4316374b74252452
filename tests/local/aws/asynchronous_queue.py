"""Lambda's queue of asynchronous events: accepted at once, retried after an error, then sent to a destination."""

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

from tests.local.aws.function_names import LATEST, FunctionVersion, function_arn
from tests.local.aws.invocation import Invocation, InvokeResult

_AT_ONCE = 16


class AsynchronousQueue:
    """`run` makes one attempt; `on_failure` receives the ARN of the destination and the failure record.

    All attempts have the same request id, by which a function can recognise a retry. `retry_delay_seconds` is the wait
    before each retry; Lambda waits one minute and then two.
    """

    def __init__(
        self,
        run: Callable[[FunctionVersion, Invocation], InvokeResult],
        on_failure: Callable[[str, Mapping[str, object]], None],
        retry_delay_seconds: float,
    ) -> None:
        self._run, self._on_failure, self._retry_delay_seconds = run, on_failure, retry_delay_seconds
        self._stopping = threading.Event()
        self._workers = ThreadPoolExecutor(_AT_ONCE, "asynchronous invocation")

    def put(self, function: FunctionVersion, invocation: Invocation) -> Future[None]:
        """Accept an event. The future is done when it has succeeded or has failed for good."""
        return self._workers.submit(self._deliver, function, invocation)

    def stop(self) -> None:
        """Drop what is queued and retry nothing."""
        self._stopping.set()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        """Wait for attempts that are still running after `stop`."""
        self._workers.shutdown()

    def _deliver(self, function: FunctionVersion, invocation: Invocation) -> None:
        spec = function.spec
        result = self._run(function, invocation)
        for _ in range(spec.async_retries):
            if result.function_error is None or self._stopping.wait(self._retry_delay_seconds):
                return
            result = self._run(function, invocation)
        if result.function_error and spec.on_failure_arn and not self._stopping.is_set():
            self._on_failure(spec.on_failure_arn, _failure_record(function, invocation, result))


def _failure_record(function: FunctionVersion, invocation: Invocation, result: InvokeResult) -> dict[str, object]:
    """Lambda's invocation record for an event whose attempts all failed, as an on-failure destination receives it.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": invocation.request_id,
            "functionArn": function_arn(function.spec.name, function.qualifier or LATEST),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": function.spec.async_retries + 1,
        },
        "requestPayload": json.loads(invocation.payload),
        "responseContext": {
            "statusCode": 200,
            "executedVersion": function.version,
            "functionError": result.function_error,
        },
        "responsePayload": json.loads(result.payload),
    }
