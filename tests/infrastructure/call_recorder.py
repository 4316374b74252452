"""Who calls what in AWS: a proxy in front of one of the local AWS servers that records every call.

The access key id in the signature identifies the caller. Source: AWS Signature Version 4.
"""

import json
import re
import threading
import urllib.parse
from collections.abc import Iterable, Mapping
from http.client import HTTPConnection
from types import MappingProxyType
from typing import NamedTuple

from tests.local.http_server import HttpService, Request, Response

_CREDENTIAL = re.compile(r"Credential=(?P<caller>[^/]+)/\d{8}/[^/]+/(?P<service>[^/]+)/aws4_request")
_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
# The field of the request's JSON that names the resource of the action.
_RESOURCE_FIELDS: Mapping[str, str] = MappingProxyType(
    {"secretsmanager:GetSecretValue": "SecretId", "kms:Sign": "KeyId", "kms:GetPublicKey": "KeyId"}
    | dict.fromkeys(
        [f"dynamodb:{name}" for name in ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query")], "TableName"
    )
)
# Each call names several tables.
_BATCHES = frozenset({"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"})
_HOP_BY_HOP = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


class ApiCall(NamedTuple):
    """One call, as IAM sees it: `resource` is the name or ARN that the caller gave, empty for an unknown action."""

    caller: str
    action: str
    resource: str


class CallRecorder(HttpService):
    """Forwards requests to the server at `upstream_url`, and adds the calls to `calls`."""

    def __init__(self, upstream_url: str, calls: set[ApiCall]) -> None:
        self._upstream = urllib.parse.urlsplit(upstream_url).netloc
        self._calls, self._lock = calls, threading.Lock()
        super().__init__()

    def answer(self, request: Request) -> Response:
        with self._lock:
            self._calls.update(calls_in(request))
        return self._pass_on(request)

    def _pass_on(self, request: Request) -> Response:
        connection = HTTPConnection(self._upstream)
        try:
            connection.request(request.method, request.path, request.body, _passed_on(request.headers.items()))
            answer = connection.getresponse()
            return Response(answer.status, answer.read(), _passed_on(answer.getheaders()))
        finally:
            connection.close()


def calls_in(request: Request) -> list[ApiCall]:
    """The calls in a request; the caller of an unsigned one is `nobody`."""
    signature = _CREDENTIAL.search(request.headers.get("authorization", ""))
    caller, service = (signature["caller"], signature["service"]) if signature else ("nobody", "unsigned")
    invoked = _INVOKE.fullmatch(request.route)
    if service == "lambda" and invoked:
        return [ApiCall(caller, "lambda:InvokeFunction", urllib.parse.unquote(invoked[1]))]
    operation = request.headers.get("x-amz-target", f".{request.method} {request.path}").partition(".")[2]
    action = f"{service}:{operation}"
    if action == "events:PutEvents":
        return [ApiCall(caller, action, entry.get("EventBusName", "")) for entry in json.loads(request.body)["Entries"]]
    if action == "dynamodb:TransactWriteItems":
        # IAM knows only the actions in it (DynamoDB Developer Guide, "IAM: transactions").
        parts = [part for each in json.loads(request.body)["TransactItems"] for part in each.items()]
        return [ApiCall(caller, f"dynamodb:{name}Item", part["TableName"]) for name, part in parts]
    if action in _BATCHES:
        return [ApiCall(caller, action, table) for table in json.loads(request.body)["RequestItems"]]
    field = _RESOURCE_FIELDS.get(action)
    return [ApiCall(caller, action, json.loads(request.body)[field] if field else "")]


def _passed_on(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in _HOP_BY_HOP}
