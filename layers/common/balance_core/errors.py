"""Why a question got no answer: the kinds, and the error that carries one.

| kind | meaning | outage | asking again may help |
|---|---|---|---|
| authentication | the provider refused our key, app or signature | yes | no |
| permission_denied | known, but not allowed: IP address, contract, merchant status | yes | no |
| rate_limited | too many questions | yes | yes |
| timeout | no answer before the deadline | yes | yes |
| unavailable | the provider, or the way to it, is down | yes | yes |
| invalid_request | the question was wrong; `field` names the part | yes | no |
| bad_response | an answer came, but it cannot be trusted or understood | yes | yes |
| configuration | our own secret or setting is missing or malformed | yes | no |
| currency_not_supported | the provider does not hold that currency: an answer | no | no |
| unknown | a code that no table knows | yes | no |

Failures travel as data. Only a bug leaves a handler as an exception, so that Lambda's Errors metric means "bug".
"""

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    """The kinds of failure, as they appear on the wire and as a metric dimension."""

    AUTHENTICATION = "authentication"
    PERMISSION_DENIED = "permission_denied"
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    INVALID_REQUEST = "invalid_request"
    BAD_RESPONSE = "bad_response"
    CONFIGURATION = "configuration"
    CURRENCY_NOT_SUPPORTED = "currency_not_supported"
    UNKNOWN = "unknown"

    @property
    def is_outage(self) -> bool:
        """Whether money may be missing from the answer because of it."""
        return self is not ErrorKind.CURRENCY_NOT_SUPPORTED

    @property
    def is_retryable(self) -> bool:
        """Whether the same question may succeed later without anybody changing anything."""
        return self in _RETRYABLE


_RETRYABLE = frozenset({ErrorKind.RATE_LIMITED, ErrorKind.TIMEOUT, ErrorKind.UNAVAILABLE, ErrorKind.BAD_RESPONSE})


class ProviderError(Exception):
    """One provider could not answer one question.

    `message` is a sentence for a person, without subject ("refused the signature"), with what to do, and never holds a
    secret or an amount. `provider_code` and `trace_id` are the provider's own words for a support ticket. `retries` is
    how many further tries the cause is worth; `retry_after_seconds` the pause that the provider asked for.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        *,
        provider_code: str | None = None,
        trace_id: str | None = None,
        retries: int = 0,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message
        self.provider_code = provider_code
        self.trace_id = trace_id
        self.retries = retries
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class CodeRule:
    """What one provider code means: a row of a provider's table."""

    kind: ErrorKind
    message: str
    retries: int = 0

    def error(self, provider_code: str, trace_id: str | None = None) -> ProviderError:
        """The error for an answer that carried `provider_code`."""
        return ProviderError(
            self.kind, self.message, provider_code=provider_code, trace_id=trace_id, retries=self.retries
        )


UNLISTED_CODE = CodeRule(
    ErrorKind.UNKNOWN,
    "answered with a code that is not in its documentation: try again once, then ask the provider what it means",
)
