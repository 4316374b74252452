"""A Lambda function URL: HTTP in, payload format 2.0, invocation, HTTP out.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import binascii
import json
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from tests.local.aws.invoke_api import LARGEST_SYNCHRONOUS_BYTES
from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.loopback_http import LoopbackFront, Request, Response
from tests.local.aws.stack import REGION

# Everything else arrives in Base64, a posted form (application/x-www-form-urlencoded) too.
_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")
_URL_ID = "local"
_DOMAIN = f"{_URL_ID}.lambda-url.{REGION}.on.aws"
_BAD_GATEWAY = Response(502, b"Internal Server Error", {"Content-Type": "application/json"})


class FunctionUrl(LoopbackFront):
    """The URL of `target` (a function's name or ARN, with its alias) in a service, which it does not own.

    Raises FunctionNotFoundError when the service does not know the target.
    """

    def __init__(self, service: LambdaService, target: str) -> None:
        self._service, self._target = service, service.find(target).arn
        super().__init__()

    def answer(self, request: Request) -> Response:
        event = json.dumps(url_event(request, datetime.now(UTC))).encode()
        if len(event) > LARGEST_SYNCHRONOUS_BYTES:
            return Response(413, b'{"message":"Request Too Long"}', {"Content-Type": "application/json"})
        result = self._service.invoke(self._target, event)
        return _BAD_GATEWAY if result.function_error else url_response(result.payload)


def url_event(request: Request, now: datetime) -> dict[str, object]:
    """The event (payload format 2.0) that a function behind a URL without IAM authorisation receives."""
    url = urlsplit(request.target)
    headers = _joined_headers(request)
    cookies = headers.pop("cookie", None)
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
    if cookies is not None:
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    if url.query:
        query = parse_qs(url.query, keep_blank_values=True)
        event["queryStringParameters"] = {name: ",".join(values) for name, values in query.items()}
    if request.body:
        event["body"] = base64.b64encode(request.body).decode() if is_base64 else request.body.decode()
    return event


def url_response(payload: bytes) -> Response:
    """The HTTP answer for what a function returned; 502 when that is no answer.

    Without a `statusCode` Lambda takes the whole return value for a JSON body with status 200.
    """
    returned = json.loads(payload)
    if not isinstance(returned, dict) or "statusCode" not in returned:
        return Response(200, payload, {"Content-Type": "application/json"})
    try:
        return _structured_response(returned)
    except (ValueError, TypeError, binascii.Error):
        return _BAD_GATEWAY


def _structured_response(returned: Mapping[str, object]) -> Response:
    body = returned.get("body") or ""
    given = returned.get("headers") or {}
    cookies = returned.get("cookies") or []
    if not (isinstance(body, str) and isinstance(given, dict) and isinstance(cookies, list)):
        raise TypeError("body is text, headers an object, cookies a list")
    content = base64.b64decode(body, validate=True) if returned.get("isBase64Encoded") else body.encode()
    headers: dict[str, str | list[str]] = {"content-type": "application/json"}
    headers.update({str(name).lower(): str(value) for name, value in given.items()})
    headers.pop("content-length", None)
    if cookies:
        headers["set-cookie"] = [str(cookie) for cookie in cookies]
    return Response(int(str(returned["statusCode"])), content, headers)


def _joined_headers(request: Request) -> dict[str, str]:
    """Lower-case names, one value each; the front adds what AWS's adds."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        known = headers.get(name.lower())
        headers[name.lower()] = value if known is None else f"{known},{value}"
    added = {
        "host": _DOMAIN,
        "x-forwarded-for": request.peer,
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        "x-amzn-trace-id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}",
    }
    return headers | added
