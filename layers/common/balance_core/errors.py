"""Why a question got no answer: the kinds of error, the retry table, and the exception that carries one.

| kind | meaning |
|---|---|
| authentication | the provider refused our key, app or signature |
| address_refused | the provider does not accept our IP address |
| permission_denied | the provider knows us but refuses for another reason: contract, merchant status |
| rate_limited | too many requests |
| timeout | no answer before the deadline |
| unavailable | the provider, or the network path to it, is down |
| invalid_request | the question was wrong; `field` names the part |
| bad_response | an answer came, but it cannot be trusted or understood |
| configuration | our own secret or setting is missing or malformed |
| currency_not_supported | the provider does not hold that currency: an answer, not an outage |
| unknown | a code that no table lists |

Failures travel as data. Only a bug leaves a handler as an exception, so Lambda's Errors metric counts bugs.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct


class ErrorKind(StrEnum):
    """The kinds of failure, as they appear in JSON and as a metric dimension."""

    AUTHENTICATION = "authentication"
    ADDRESS_REFUSED = "address_refused"
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
        return RETRIES[self].is_retryable


class RetryRule(Struct, frozen=True):
    """How one kind of error is retried, and what to tell the person who asked.

    `retries` is how many more tries a function makes within its deadline. The first pause is `pause_seconds`, each
    further one is twice as long, with jitter. `advice` ends the message; it is empty where the message itself says what
    to change. `is_retryable` is what callers see: asking again later may help.
    """

    is_retryable: bool
    retries: int = 0
    pause_seconds: float = 0.2
    advice: str = ""


RETRIES: Mapping[ErrorKind, RetryRule] = MappingProxyType(
    {
        ErrorKind.AUTHENTICATION: RetryRule(is_retryable=False),
        ErrorKind.ADDRESS_REFUSED: RetryRule(is_retryable=False),
        ErrorKind.PERMISSION_DENIED: RetryRule(is_retryable=False),
        # The deadline ends these retries: a provider that limits our rate usually answers within seconds.
        ErrorKind.RATE_LIMITED: RetryRule(is_retryable=True, retries=50, advice="try again in a minute"),
        ErrorKind.TIMEOUT: RetryRule(is_retryable=True, retries=2, advice="try again in a minute"),
        ErrorKind.UNAVAILABLE: RetryRule(is_retryable=True, retries=2, advice="try again in a few minutes"),
        ErrorKind.INVALID_REQUEST: RetryRule(is_retryable=False),
        ErrorKind.BAD_RESPONSE: RetryRule(is_retryable=True, advice="ask the provider if it keeps happening"),
        ErrorKind.CONFIGURATION: RetryRule(is_retryable=False),
        ErrorKind.CURRENCY_NOT_SUPPORTED: RetryRule(is_retryable=False),
        ErrorKind.UNKNOWN: RetryRule(is_retryable=False, advice="try again once, then ask the provider what it means"),
    }
)


class ProviderError(Exception):
    """One provider could not answer one question.

    `problem` is a clause without a subject ("refused the signature") that may say what to change. It never holds a
    secret or an amount. `message` is the problem with the advice of the retry table. `provider_code` and `trace_id` are
    the provider's own, for a support ticket. `retries` and `advice` override the retry table; `retry_after_seconds` is
    the pause that the provider asked for.

    `new_key_may_help` says that the secret may hold a new key by now. `hides_money` is False when all money is in the
    totals nevertheless.
    """

    def __init__(
        self,
        kind: ErrorKind,
        problem: str,
        *,
        provider_code: str | None = None,
        trace_id: str | None = None,
        retries: int | None = None,
        advice: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        rule = RETRIES[kind]
        advice = rule.advice if advice is None else advice
        self.kind = kind
        self.message = f"{problem}; {advice}" if advice else problem
        self.provider_code = provider_code
        self.trace_id = trace_id
        self.retries = rule.retries if retries is None else retries
        self.retry_after_seconds = retry_after_seconds
        self.new_key_may_help = kind is ErrorKind.AUTHENTICATION
        self.hides_money = True
        super().__init__(f"{kind}: {self.message}")


class CodeRule(Struct, frozen=True):
    """What one provider code means: a row of a provider's table. `retries` and `advice` override the retry table."""

    kind: ErrorKind
    problem: str
    retries: int | None = None
    advice: str | None = None

    def error(self, provider_code: str | None = None, trace_id: str | None = None) -> ProviderError:
        """The error for an answer that carried `provider_code`."""
        return ProviderError(
            self.kind,
            self.problem,
            provider_code=provider_code,
            trace_id=trace_id,
            retries=self.retries,
            advice=self.advice,
        )


UNLISTED_CODE = CodeRule(ErrorKind.UNKNOWN, "answered with a code that is not in its documentation")
