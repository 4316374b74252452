"""Lambda's Runtime API for one execution environment, which the function's process calls.

The protocol is https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, with the restore calls of SnapStart as
awslambdaric makes them. As on AWS it also provides the credentials of a function with SnapStart:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html.
"""

import queue
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from tests.local.aws.invocation import Invocation
from tests.local.http_server import HttpService, Request, Response, json_response

# The limit that the real Runtime API states in its error message.
LARGEST_ANSWER_BYTES = 6_291_556
_CREDENTIALS = "/2021-04-23/credentials"
_PREFIX = "/2018-06-01/runtime"
_FINISHED = re.compile(rf"{_PREFIX}/invocation/([^/]+)/(response|error)")


class Milestone(Enum):
    """What the runtime reports about itself."""

    READY = auto()  # waits for an invocation
    RESTORING = auto()  # waits for `restore`, at the point where SnapStart would take a snapshot
    ANSWERED = auto()
    FAILED = auto()  # the function raised
    ANSWER_TOO_LARGE = auto()
    INIT_FAILED = auto()  # before the first invocation, or in a SnapStart hook
    EXITED = auto()  # the process has ended


@dataclass(frozen=True)
class Report:
    """A milestone, and the body of the runtime's request."""

    milestone: Milestone
    body: bytes = b""


class RuntimeApi(HttpService):
    """Serves from construction until `close`; `address` is the value of AWS_LAMBDA_RUNTIME_API.

    `access_key_id` is that of the credentials; the `secret_access_key` is random.
    """

    def __init__(self, access_key_id: str = "local") -> None:
        self._access_key_id, self._token = access_key_id, uuid.uuid4().hex
        self.secret_access_key = uuid.uuid4().hex
        self._restores: queue.SimpleQueue[Response | None] = queue.SimpleQueue()
        self._invocations: queue.SimpleQueue[tuple[Invocation, int] | None] = queue.SimpleQueue()
        self._reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._request_id: str | None = None
        super().__init__()

    @property
    def credential_variables(self) -> Mapping[str, str]:
        """The variables of a function with SnapStart, instead of credentials."""
        return {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{self.address}{_CREDENTIALS}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": self._token,
        }

    def restore(self) -> None:
        """Let a runtime continue that is RESTORING."""
        self._restores.put(Response(200))

    def offer(self, invocation: Invocation, timeout_seconds: float) -> None:
        """Give the runtime its next invocation, with its deadline in `timeout_seconds`."""
        self._request_id = invocation.request_id
        self._invocations.put((invocation, int((time.time() + timeout_seconds) * 1000)))

    def wait(self, timeout_seconds: float) -> Report | None:
        """The runtime's next report; None after the timeout."""
        try:
            return self._reports.get(timeout=max(0.0, timeout_seconds))
        except queue.Empty:
            return None

    def process_ended(self) -> None:
        """Report that the process has ended, and will report nothing more."""
        self._reports.put(Report(Milestone.EXITED))

    def close(self) -> None:
        """Hang up on a waiting runtime, and close every socket."""
        self._restores.put(None)
        self._invocations.put(None)
        super().close()

    def answer(self, request: Request) -> Response | None:
        finished = _FINISHED.fullmatch(request.path)
        if finished and request.method == "POST":
            return self._finish(finished[1], finished[2], request.body)
        if (request.method, request.path) == ("GET", _CREDENTIALS):
            return self._credentials(request.headers.get("authorization"))
        match (request.method, request.path.removeprefix(_PREFIX)):
            case ("GET", "/invocation/next"):
                return self._next()
            case ("GET", "/restore/next"):
                self._reports.put(Report(Milestone.RESTORING))
                return self._restores.get()
            case ("POST", "/init/error" | "/restore/error"):
                self._reports.put(Report(Milestone.INIT_FAILED, request.body))
                return json_response(202, {"status": "OK"})
        return _refusal(404, "InvalidPath", "The Runtime API has no such path")

    def _next(self) -> Response | None:
        self._reports.put(Report(Milestone.READY))
        offered = self._invocations.get()
        if offered is None:
            return None
        invocation, deadline_ms = offered
        headers = {
            "Content-Type": "application/json",  # the C++ client crashes without it
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
        }
        return Response(200, invocation.payload, headers)

    def _credentials(self, token: str | None) -> Response:
        if token != self._token:
            return Response(404, b"cannot get credentials for the provided token")
        document = {
            "AccessKeyId": self._access_key_id,
            "SecretAccessKey": self.secret_access_key,
            "Token": "local",
            "Expiration": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
        }
        return json_response(200, document)

    def _finish(self, request_id: str, ending: str, body: bytes) -> Response:
        if request_id != self._request_id:
            return _refusal(400, "InvalidRequestID", "Invalid request ID")
        self._request_id = None
        if len(body) > LARGEST_ANSWER_BYTES:
            self._reports.put(Report(Milestone.ANSWER_TOO_LARGE))
            message = f"Exceeded maximum allowed payload size ({LARGEST_ANSWER_BYTES} bytes)."
            return _refusal(413, "RequestEntityTooLarge", message)
        self._reports.put(Report(Milestone.ANSWERED if ending == "response" else Milestone.FAILED, body))
        return json_response(202, {"status": "OK"})


def _refusal(status: int, error_type: str, message: str) -> Response:
    return json_response(status, {"errorMessage": message, "errorType": error_type})
