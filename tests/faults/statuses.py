"""Classes of faults with a name: HTTP statuses of the provider or a gateway, and refusals in its own words."""

from balance_core.errors import ErrorKind
from tests.faults.dialects import Dialect
from tests.faults.fault_class import ALL, FaultClass, Layer
from tests.faults.places import changing, sending
from tests.integration.fault_server import answer
from tests.local.simulators.exchange import Answer, json_answer

_PAGE = b"<html><head><title>Oops</title></head><body><h1>Traceback (most recent call last)</h1></body></html>"


def _status(status: int, kind: ErrorKind, what: str, body: bytes = _PAGE, **headers: str) -> FaultClass:
    return FaultClass(f"{status} {what}", Layer.STATUS, sending(answer(status, body, **headers)), kind)


STATUSES = [
    _status(400, ErrorKind.BAD_RESPONSE, "page"),
    _status(401, ErrorKind.AUTHENTICATION, "page"),
    _status(403, ErrorKind.PERMISSION_DENIED, "page"),
    _status(404, ErrorKind.BAD_RESPONSE, "page"),
    _status(408, ErrorKind.TIMEOUT, "empty", b""),
    _status(429, ErrorKind.RATE_LIMITED, "without Retry-After"),
    _status(429, ErrorKind.RATE_LIMITED, "with Retry-After: 0", Retry_After="0"),
    _status(429, ErrorKind.RATE_LIMITED, "with Retry-After of an hour", Retry_After="3600"),
    _status(429, ErrorKind.RATE_LIMITED, "with an absurd Retry-After", Retry_After="9" * 400),
    _status(429, ErrorKind.RATE_LIMITED, "with Retry-After as a date", Retry_After="Sat, 21 Nov 2026 04:00:00 GMT"),
    _status(500, ErrorKind.UNAVAILABLE, "empty", b""),
    _status(502, ErrorKind.UNAVAILABLE, "page"),
    _status(503, ErrorKind.UNAVAILABLE, "page", Retry_After="0"),
    _status(504, ErrorKind.TIMEOUT, "page"),
    _status(200, ErrorKind.BAD_RESPONSE, "page", Content_Type="text/html"),
    _status(200, ErrorKind.BAD_RESPONSE, "empty", b""),
    _status(204, ErrorKind.BAD_RESPONSE, "without a body", b""),
]


def _refusal(what: str, kind: ErrorKind, **codes: tuple[str, str]) -> FaultClass:
    def refuse(dialect: Dialect, _honest: Answer) -> Answer:
        return dialect.refusal(*codes[dialect.name])

    providers = tuple(name for name in ALL if name in codes)
    return FaultClass(what, Layer.REFUSAL, changing(refuse), kind, providers=providers)


def _odd_code(code: str) -> FaultClass:
    def refuse(dialect: Dialect, _honest: Answer) -> Answer:
        return dialect.refusal(code, "WORDS")

    return FaultClass(f"code of {len(code)} odd characters", Layer.REFUSAL, changing(refuse), ErrorKind.BAD_RESPONSE)


REFUSALS = [
    _refusal(
        "system error",
        ErrorKind.UNAVAILABLE,
        payby=("500", "SYSTEM_ERROR"),
        payermax=("SYSTEM_ERROR", "busy"),
        pagsmile=("20000", "service-unavailable"),
    ),
    _refusal(
        "too many questions",
        ErrorKind.RATE_LIMITED,
        payby=("402", "RATE_LIMIT_REJECT"),
        payermax=("TOO_MANY_REQUEST", "slow down"),
    ),
    _refusal(
        "clock skew",
        ErrorKind.INVALID_REQUEST,
        payby=("400", "REQUESTTIME_TOO_EARLY"),
        payermax=("REQ_TIME_OVER_TIME", "late"),
        pagsmile=("30001", "invalid-timestamp"),
    ),
    _refusal(
        "our signature or encryption refused",
        ErrorKind.AUTHENTICATION,
        payermax=("SIGN_VERIFY_FAILED", "bad"),
        pagsmile=("40002", "invalid-signature"),
    ),
    _refusal(
        "IP address or merchant refused",
        ErrorKind.PERMISSION_DENIED,
        payby=("403", "UNAUTHORIZED"),
        payermax=("ILLEGAL_IP_REQUEST", "10.0.0.1"),
        pagsmile=("40002", "merchant-status-abnormal"),
    ),
    _refusal(
        "code that nobody knows",
        ErrorKind.UNKNOWN,
        payby=("99999", "WHATEVER"),
        payermax=("WHATEVER", "KeyError: 'x'"),
        pagsmile=("99999", "whatever"),
    ),
    _odd_code("Traceback (most recent call last)"),
    _odd_code("X" * 10_000),
]


def _under_status(status: int) -> FaultClass:
    def change(_dialect: Dialect, _honest: Answer) -> Answer:
        return json_answer(b'{"status":"error"}', status)

    return FaultClass(f"{status} with other JSON", Layer.STATUS, changing(change), ErrorKind.UNAVAILABLE)


OTHER_JSON = [_under_status(503)]
