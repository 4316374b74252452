"""A local function URL: what the function sees of a request, and what a client sees of the answer."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.throwaway_functions import by_name, function, runtime
from tests.local.aws.function_names import FunctionNotFoundError
from tests.local.aws.function_url import FunctionUrl
from tests.local.aws.lambda_service import LambdaService

# Gives back the event that it got, or what the request's header says.
MIRROR = (
    "import json\n"
    "def handler(event, context):\n"
    "    wanted = event['headers'].get('x-return')\n"
    "    if wanted == 'raise':\n"
    "        raise ValueError('a secret of the function')\n"
    "    return json.loads(wanted) if wanted else {'event': event, 'arn': context.invoked_function_arn}\n"
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("function_url")
    spec = function(folder, MIRROR)
    with LambdaService(by_name(spec), runtime(folder)) as service, FunctionUrl(service, "echo:live") as served:
        service.invoke("echo:live", b'{"headers": {}}')  # httpx would not wait for a slow start
        yield served.url


def event_of(reply: httpx.Response) -> dict[str, Any]:
    """The event that the mirror saw."""
    assert reply.status_code == 200
    seen: dict[str, Any] = json.loads(reply.content)["event"]
    return seen


def returned(url: str, value: object) -> httpx.Response:
    """The reply to a request that makes the mirror return a value."""
    return httpx.get(url, headers={"X-Return": json.dumps(value)})


def test_the_event_has_payload_format_two(url: str) -> None:
    headers = [
        ("Content-Type", "application/json"),
        ("X-Two", "a"),
        ("x-two", "b"),
        ("Cookie", "k=v; l=w"),
        ("User-Agent", "slackbot"),
    ]
    target = f"{url}/slack/events%20now?a=1&b=x%20y&a=2&c="
    reply = httpx.post(target, content='{"a": "é"}'.encode(), headers=headers)
    event = event_of(reply)
    assert json.loads(reply.content)["arn"].endswith(":function:echo:live")
    context = event.pop("requestContext")
    seen_headers = event.pop("headers")
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/slack/events%20now",
        "rawQueryString": "a=1&b=x%20y&a=2&c=",
        "queryStringParameters": {"a": "1,2", "b": "x y", "c": ""},
        "cookies": ["k=v", "l=w"],
        "body": '{"a": "é"}',
        "isBase64Encoded": False,
    }
    assert context["http"] == {
        "method": "POST",
        "path": "/slack/events now",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "slackbot",
    }
    assert seen_headers["x-two"] == "a,b"
    assert seen_headers["host"] == context["domainName"] == "local.lambda-url.eu-central-1.on.aws"
    assert "cookie" not in seen_headers


@pytest.mark.parametrize(
    ("content_type", "is_base64"),
    [
        ("application/x-www-form-urlencoded", True),
        ("application/octet-stream", True),
        ("image/png", True),
        ("", True),
        ("application/json; charset=utf-8", False),
        ("TEXT/plain", False),
        ("application/xml", False),
        ("application/javascript", False),
    ],
)
def test_only_text_types_arrive_as_text(url: str, content_type: str, is_base64: bool) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    event = event_of(httpx.post(url, content=b"command=%2Fbalance", headers=headers))
    assert event["isBase64Encoded"] is is_base64
    body = base64.b64decode(event["body"]) if is_base64 else event["body"].encode()
    assert body == b"command=%2Fbalance"


def test_without_a_body_there_is_none(url: str) -> None:
    event = event_of(httpx.get(url))
    assert "body" not in event
    assert event["isBase64Encoded"] is False


def test_a_structured_answer_becomes_the_response(url: str) -> None:
    value = {
        "statusCode": 201,
        "headers": {"Content-Type": "text/plain", "X-Own": "1"},
        "cookies": ["a=1"],
        "body": "è",
    }
    reply = returned(url, value)
    assert (reply.status_code, reply.content) == (201, "è".encode())
    assert (reply.headers["content-type"], reply.headers["x-own"]) == ("text/plain", "1")
    assert reply.headers["set-cookie"] == "a=1"


def test_a_base64_answer_is_decoded(url: str) -> None:
    body = base64.b64encode(b"\x00\xff").decode()
    assert returned(url, {"statusCode": 200, "body": body, "isBase64Encoded": True}).content == b"\x00\xff"


def test_an_answer_without_a_status_is_a_json_body(url: str) -> None:
    reply = returned(url, {"ok": True})
    assert (reply.status_code, json.loads(reply.content)) == (200, {"ok": True})
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "value",
    [
        {"statusCode": "soon"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "headers": ["x"]},
        {"statusCode": 200, "body": "%", "isBase64Encoded": True},
    ],
)
def test_an_answer_that_is_none_is_a_bad_gateway(url: str, value: object) -> None:
    assert returned(url, value).status_code == 502


def test_an_error_is_a_bad_gateway_that_tells_nothing(url: str) -> None:
    reply = httpx.get(url, headers={"X-Return": "raise"})
    assert (reply.status_code, reply.content) == (502, b"Internal Server Error")


def test_a_request_above_six_megabytes_is_too_long(url: str) -> None:
    assert httpx.post(url, content=b"x" * (6 << 20), headers={"Content-Type": "text/plain"}).status_code == 413


def test_a_head_request_gets_headers_alone(url: str) -> None:
    reply = httpx.head(url)
    assert (reply.status_code, reply.content) == (200, b"")
    assert int(reply.headers["content-length"]) > 0


def test_a_url_for_an_unknown_function_is_refused_at_start(tmp_path: Path) -> None:
    with LambdaService({}, runtime(tmp_path)) as service, pytest.raises(FunctionNotFoundError):
        FunctionUrl(service, "echo:live")
