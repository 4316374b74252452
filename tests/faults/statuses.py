"""Faults that carry a code: HTTP statuses of a provider or its gateway, and refusals in a provider's own words."""

from collections.abc import Mapping

from balance_core.errors import ErrorKind
from tests.faults.dialects import Dialect
from tests.faults.fault_class import FaultClass, classes
from tests.faults.transport import changing, sending
from tests.integration.fault_server import answer
from tests.local.http_server import Response

_PAGE = b"<html><head><title>Oops</title></head><body><h1>Traceback (most recent call last)</h1></body></html>"


def _status(status: int, kind: ErrorKind, what: str, body: bytes = _PAGE, **headers: str) -> FaultClass:
    return FaultClass(f"{status} {what}", sending(answer(status, body, **headers)), kind)


def _refusal(what: str, kind: ErrorKind, codes: Mapping[str, str]) -> FaultClass:
    """A refusal with its code and word for each provider that has one for it."""

    def refuse(dialect: Dialect, _honest: Response) -> Response:
        return dialect.refusal(*codes[dialect.provider.name].split())

    return FaultClass(what, changing(refuse), kind, tuple(codes))


STATUSES = [
    _status(400, ErrorKind.BAD_RESPONSE, "page"),
    _status(401, ErrorKind.AUTHENTICATION, "page"),
    _status(403, ErrorKind.PERMISSION_DENIED, "page"),
    _status(404, ErrorKind.CONFIGURATION, "page"),
    _status(408, ErrorKind.TIMEOUT, "empty", b""),
    _status(429, ErrorKind.RATE_LIMITED, "without Retry-After"),
    _status(429, ErrorKind.RATE_LIMITED, "with Retry-After: 0", Retry_After="0"),
    _status(429, ErrorKind.RATE_LIMITED, "with Retry-After of an hour", Retry_After="3600"),
    _status(429, ErrorKind.RATE_LIMITED, "with an absurd Retry-After", Retry_After="9" * 400),
    _status(429, ErrorKind.RATE_LIMITED, "with Retry-After as a date", Retry_After="Sat, 21 Nov 2026 04:00:00 GMT"),
    _status(500, ErrorKind.UNAVAILABLE, "empty", b""),
    _status(502, ErrorKind.UNAVAILABLE, "page"),
    _status(503, ErrorKind.UNAVAILABLE, "page", Retry_After="0"),
    _status(503, ErrorKind.UNAVAILABLE, "with other JSON", b'{"status":"error"}'),
    _status(504, ErrorKind.TIMEOUT, "page"),
    _status(200, ErrorKind.BAD_RESPONSE, "page", Content_Type="text/html"),
    _status(200, ErrorKind.BAD_RESPONSE, "empty", b""),
    _status(204, ErrorKind.BAD_RESPONSE, "without a body", b""),
    _refusal(
        "system error",
        ErrorKind.UNAVAILABLE,
        {"payby": "500 SYSTEM_ERROR", "payermax": "SYSTEM_ERROR busy", "pagsmile": "20000 service-unavailable"},
    ),
    _refusal("too many questions", ErrorKind.RATE_LIMITED, {"payby": "402 X", "payermax": "TOO_MANY_REQUEST X"}),
    _refusal(
        "clock skew",
        ErrorKind.INVALID_REQUEST,
        {"payby": "400 REQUESTTIME_TOO_EARLY", "payermax": "REQ_TIME_OVER_TIME x", "pagsmile": "30001 timestamp"},
    ),
    _refusal(
        "our signature or encryption refused",
        ErrorKind.AUTHENTICATION,
        {"payermax": "SIGN_VERIFY_FAILED bad", "pagsmile": "40002 invalid-signature"},
    ),
    _refusal(
        "IP address or merchant refused",
        ErrorKind.PERMISSION_DENIED,
        {"payby": "403 X", "payermax": "ILLEGAL_IP_REQUEST 10.0.0.1", "pagsmile": "40002 merchant-status-abnormal"},
    ),
    _refusal("unknown code", ErrorKind.UNKNOWN, {"payby": "99999 X", "payermax": "X KeyError", "pagsmile": "99999 x"}),
    *classes(
        ErrorKind.BAD_RESPONSE,
        {
            "code with spaces": changing(lambda dialect, _: dialect.refusal("Traceback (most recent call last)", "X")),
            "code of 10,000 characters": changing(lambda dialect, _: dialect.refusal("X" * 10_000, "X")),
        },
    ),
]
