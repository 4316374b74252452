"""The AWS services that a function calls, answering at once and always the same; only KMS takes its time.

A cold start measured against it is the function's own time.
"""

import base64
import json
import re
import time
from collections.abc import Mapping
from urllib.parse import unquote

from tests.local.http_server import HttpService, Request, Response, json_response
from tests.local.simulators.keys import KeyPair

KMS_SECONDS = 0.01
_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")


class AwsStandIn(HttpService):
    """Secrets Manager, DynamoDB, KMS and Lambda's Invoke. `secrets` maps names to JSON texts; `key` is the one in KMS.

    `answers` holds what each function answers, by ARN. `invoked` collects the ARNs of synchronous invocations, `queued`
    the payloads of asynchronous ones.
    """

    def __init__(self, secrets: Mapping[str, str], key: KeyPair | None = None) -> None:
        self.answers: dict[str, bytes] = {}
        self.invoked: list[str] = []
        self.queued: list[bytes] = []
        self._secrets, self._key = secrets, key
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
            case "GetPublicKey" if self._key:
                return json_response(200, {"KeyUsage": "SIGN_VERIFY", "PublicKey": self._key.public_base64})
            case "Sign" if self._key:
                time.sleep(KMS_SECONDS)
                message = base64.b64decode(json.loads(request.body)["Message"])
                return json_response(200, {"Signature": self._key.sign(message)})
        return json_response(400, {"__type": "UnknownOperationException"})

    def _invoke(self, arn: str, request: Request) -> Response:
        if request.headers.get("x-amz-invocation-type") == "Event":
            self.queued.append(request.body)
            return Response(202)
        self.invoked.append(arn)
        return Response(200, self.answers[arn], {"Content-Type": "application/json"})
