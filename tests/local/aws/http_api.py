"""API Gateway's HTTP API with one route: a request becomes an event in payload format 2.0, the result a response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
import time
import uuid
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.stack import ACCOUNT_ID, REGION
from tests.local.http_server import HttpService, Request, Response, json_response

# Everything else arrives in Base64, including forms (application/x-www-form-urlencoded).
_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")
_LARGEST_EVENT_BYTES = 6 * 1024 * 1024
_API_ID = "local"
_DOMAIN = f"{_API_ID}.execute-api.{REGION}.amazonaws.com"


class HttpApi(HttpService):
    """The API whose only route, such as `POST /slack`, leads to `target`, the name or ARN of a function with its alias.

    Raises FunctionNotFoundError.
    """

    def __init__(self, service: LambdaService, route: str, target: str) -> None:
        self._service, self._route, self._target = service, route, service.find(target).arn
        super().__init__()

    def answer(self, request: Request) -> Response:
        if f"{request.method} {request.route}" != self._route:
            return json_response(404, {"message": "Not Found"})
        event = json.dumps(http_event(request, datetime.now(UTC))).encode()
        if len(event) > _LARGEST_EVENT_BYTES:
            return json_response(413, {"message": "Request Too Long"})
        result = self._service.invoke(self._target, event)
        if result.function_error:
            return json_response(500, {"message": "Internal Server Error"})
        return http_response(result.payload)


def http_event(request: Request, now: datetime) -> dict[str, object]:
    """The event (payload format 2.0) that the function behind an HTTP API without an authorizer receives."""
    url = urlsplit(request.path)
    route = f"{request.method} {url.path}"
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
        "routeKey": route,
        "rawPath": url.path,
        "rawQueryString": url.query,
        "headers": headers,
        "requestContext": {
            "accountId": ACCOUNT_ID,
            "apiId": _API_ID,
            "domainName": _DOMAIN,
            "domainPrefix": _API_ID,
            "http": {
                "method": request.method,
                "path": unquote(url.path),
                "protocol": "HTTP/1.1",
                "sourceIp": request.peer,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": route,
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


def http_response(payload: bytes) -> Response:
    """The HTTP response for what a function returned."""
    returned = json.loads(payload)
    body = returned.get("body") or ""
    content = base64.b64decode(body) if returned.get("isBase64Encoded") else body.encode()
    headers = {"content-type": "application/json"}
    headers |= {name.lower(): str(value) for name, value in (returned.get("headers") or {}).items()}
    headers.pop("content-length", None)
    return Response(returned["statusCode"], content, headers)
