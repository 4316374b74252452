"""AWS's side of a cold start: answers at once and always the same, so that only the function's own time is measured."""

import json
import re
import threading
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from tests.local.aws.loopback_http import LoopbackFront, Request, Response, json_response

_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")


class AwsStandIn(LoopbackFront):
    """Secrets Manager, DynamoDB and Lambda's Invoke; `secrets` are texts by name.

    `answers` are what functions answer, by ARN. `queued` receives the payload of every asynchronous invocation.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.answers: dict[str, bytes] = {}
        self.queued: list[bytes] = []
        self._secrets, self._lock = secrets, threading.Lock()
        super().__init__()

    def answer(self, request: Request) -> Response:
        invoked = _INVOKE.fullmatch(urlsplit(request.target).path)
        if invoked and request.headers.get("X-Amz-Invocation-Type") == "Event":
            with self._lock:
                self.queued.append(request.body)
            return Response(202)
        if invoked:
            return Response(200, self.answers[unquote(invoked[1])], {"Content-Type": "application/json"})
        match request.headers.get("X-Amz-Target", "").rpartition(".")[2]:
            case "GetSecretValue":
                name = json.loads(request.body)["SecretId"]
                return json_response(200, {"ARN": name, "Name": name, "SecretString": self._secrets[name]})
            case "PutItem":
                return json_response(200, {}, {"Content-Type": "application/x-amz-json-1.0"})
        return json_response(400, {"__type": "UnknownOperationException"})
