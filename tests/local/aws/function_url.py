"""A Lambda function URL: an HTTP request becomes an event in payload format 2.0, the result an HTTP response.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import json
import time
import uuid
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.stack import REGION
from tests.local.http_server import HttpService, Request, Response

# Everything else arrives in Base64, including forms (application/x-www-form-urlencoded).
_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")
_LARGEST_EVENT_BYTES = 6 * 1024 * 1024
_URL_ID = "local"
_DOMAIN = f"{_URL_ID}.lambda-url.{REGION}.on.aws"


class FunctionUrl(HttpService):
    """The URL of `target`, the name or ARN of a function with its alias. Raises FunctionNotFoundError."""

    def __init__(self, service: LambdaService, target: str) -> None:
        self._service, self._target = service, service.find(target).arn
        super().__init__()

    def answer(self, request: Request) -> Response:
        event = json.dumps(url_event(request, datetime.now(UTC))).encode()
        if len(event) > _LARGEST_EVENT_BYTES:
            return Response(413, b'{"message":"Request Too Long"}', {"Content-Type": "application/json"})
        result = self._service.invoke(self._target, event)
        if result.function_error:
            return Response(502, b"Internal Server Error", {"Content-Type": "application/json"})
        return url_response(result.payload)


def url_event(request: Request, now: datetime) -> dict[str, object]:
    """The event (payload format 2.0) that a function behind a URL without IAM authorization receives."""
    url = urlsplit(request.path)
    headers = dict(request.headers)
    headers |= {
        "host": _DOMAIN,
        "x-forwarded-for": request.peer,
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        "x-amzn-trace-id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}",
    }
    is_base64 = bool(request.body) and not headers.get("content-type", "").lower().startswith(_TEXT_TYPES)
    event: dict[str, object] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": url.path,
        "rawQueryString": url.query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": _URL_ID,
            "domainName": _DOMAIN,
            "domainPrefix": _URL_ID,
            "http": {
                "method": request.method,
                "path": unquote(url.path),
                "protocol": "HTTP/1.1",
                "sourceIp": request.peer,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": is_base64,
    }
    if url.query:
        query = parse_qs(url.query, keep_blank_values=True)
        event["queryStringParameters"] = {name: ",".join(values) for name, values in query.items()}
    if request.body:
        event["body"] = base64.b64encode(request.body).decode() if is_base64 else request.body.decode()
    return event


def url_response(payload: bytes) -> Response:
    """The HTTP response for what a function returned."""
    returned = json.loads(payload)
    body = returned.get("body") or ""
    content = base64.b64decode(body) if returned.get("isBase64Encoded") else body.encode()
    headers = {"content-type": "application/json"}
    headers |= {name.lower(): str(value) for name, value in (returned.get("headers") or {}).items()}
    headers.pop("content-length", None)
    return Response(returned["statusCode"], content, headers)
