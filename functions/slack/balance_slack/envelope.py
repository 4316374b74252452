"""How AWS hands an HTTP request to a function and takes the answer, whichever of its fronts stands before it.

Function URL, HTTP API: payload format 2.0. REST API, HTTP API: 1.0, which says `httpMethod`. Load balancer: like 1.0,
with either `headers` or `multiValueHeaders`, and it takes the answer's headers in the same form only.
Source: docs.aws.amazon.com, Lambda "function URL payloads", API Gateway "payload format version", ELB "Lambda targets".
"""

from collections.abc import Mapping


def method(event: object) -> object:
    """The HTTP method, or whatever stands in its place; None when `event` is no HTTP request."""
    http = _mapping(_mapping(_mapping(event).get("requestContext")).get("http"))
    return http.get("method", _mapping(event).get("httpMethod"))


def headers(event: object) -> dict[str, object]:
    """The headers by lower-case name. Repeated ones are joined by commas, as format 2.0 does it."""
    several = _mapping(_mapping(event).get("multiValueHeaders")).items()
    joined = {str(name): ",".join(map(str, values)) for name, values in several if isinstance(values, list)}
    single = _mapping(_mapping(event).get("headers")).items()
    return {str(name).lower(): value for name, value in (*single, *joined.items())}


def answer(event: object, status: int, content: Mapping[str, str], body: str) -> dict[str, object]:
    """What the function returns: `content` are the answer's headers."""
    result: dict[str, object] = {"statusCode": status, "body": body, "isBase64Encoded": False}
    if _mapping(event).get("headers") is None and _mapping(event).get("multiValueHeaders") is not None:
        return {**result, "multiValueHeaders": {name: [value] for name, value in content.items()}}
    return {**result, "headers": dict(content)}


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, dict) else {}
