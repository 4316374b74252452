"""The AWS services that a function calls, answering at once and always the same.

A cold start measured against it is the function's own time.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import unquote

from tests.local.http_server import HttpService, Request, Response, json_response

_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")


class AwsStandIn(HttpService):
    """Secrets Manager, DynamoDB and Lambda's Invoke. `secrets` maps names to JSON texts.

    `answers` holds what each function answers, by ARN. `invoked` collects the ARNs of synchronous invocations, `queued`
    the payloads of asynchronous ones.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.answers: dict[str, bytes] = {}
        self.invoked: list[str] = []
        self.queued: list[bytes] = []
        self._secrets = secrets
        super().__init__()

    def answer(self, request: Request) -> Response:
        if invocation := _INVOKE.fullmatch(request.route):
            return self._invoke(unquote(invocation[1]), request)
        match request.headers.get("x-amz-target", "").rpartition(".")[2]:
            case "GetSecretValue":
                name = json.loads(request.body)["SecretId"]
                return json_response(200, {"ARN": name, "Name": name, "SecretString": self._secrets[name]})
            case "PutItem":
                return json_response(200, {})
        return json_response(400, {"__type": "UnknownOperationException"})

    def _invoke(self, arn: str, request: Request) -> Response:
        if request.headers.get("x-amz-invocation-type") == "Event":
            self.queued.append(request.body)
            return Response(202)
        self.invoked.append(arn)
        return Response(200, self.answers[arn], {"Content-Type": "application/json"})
