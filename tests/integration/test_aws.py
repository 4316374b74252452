"""The session that starts quickly sends what boto3 sends, to the same place, in every part of the world."""

from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from balance_core.aws import new_client

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("put_item", {"TableName": "t", "Item": {"request_key": {"S": "k"}}}),
    "events": ("put_events", {"Entries": [{"Source": "s", "DetailType": "d", "Detail": "{}"}]}),
    "lambda": ("invoke", {"FunctionName": "f", "Payload": b"{}"}),
}


class _Silence:
    """An answer without content."""

    @staticmethod
    def stream(**_: object) -> list[bytes]:
        return [b"{}"]

    def read(self, *_: object) -> bytes:
        return b""


def sent(client: Any, service: str) -> tuple[str, str, object, str]:
    """Method, address, body and the signature's scope of one call; nothing leaves this machine."""
    requests: list[AWSPreparedRequest] = []

    def keep(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        requests.append(request)
        return AWSResponse(request.url, 200, HTTPHeaders(), _Silence())

    client.meta.events.register("before-send", keep)
    operation, parameters = CALLS[service]
    getattr(client, operation)(**parameters)
    (request,) = requests
    scope = str(request.headers["Authorization"]).partition("Credential=")[2].partition(",")[0]
    return str(request.method), str(request.url), request.body, scope.partition("/")[2].partition("/")[2]


@pytest.mark.parametrize(
    "region", ["us-east-1", "eu-central-1", "ap-southeast-5", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"]
)
@pytest.mark.parametrize("service", CALLS)
def test_sends_what_boto3_sends(monkeypatch: pytest.MonkeyPatch, service: Any, region: str) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    ours = sent(new_client(service, Config()), service)
    assert ours == sent(boto3.client(service), service)
    assert f".{region}.amazonaws." in ours[1]
