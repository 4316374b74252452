"""Asking every provider function at once through Lambda's Invoke API, and waiting no longer than the deadline.

Source of the error codes: the Lambda API reference, action Invoke.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

from balance_core.aws import error_code
from balance_core.contract import ContractError, read_provider_answer
from balance_core.errors import CodeRule, ErrorKind, ProviderError
from balance_core.models import ProviderAnswer
from balance_core.question import Question

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# Sends the payload to the function at an ARN and returns the bytes of its answer. Raises ProviderError.
Invoke = Callable[[str, bytes], bytes]

_FORBIDDEN = CodeRule(
    ErrorKind.CONFIGURATION, "may not be asked: allow the aggregator's role lambda:InvokeFunction on its function"
)
_THROTTLED = CodeRule(ErrorKind.RATE_LIMITED, "could not be asked, because Lambda's concurrency limit was reached")
_UNREACHABLE = CodeRule(ErrorKind.UNAVAILABLE, "could not be asked, because Lambda did not take the call")
_TIMED_OUT = CodeRule(ErrorKind.TIMEOUT, "did not answer in time")
_FAILED = CodeRule(
    ErrorKind.UNAVAILABLE,
    "could not answer, because its function failed",
    advice="try again in a minute, then look for the reference in that function's log",
)
_RULES: Mapping[str, CodeRule] = MappingProxyType(
    {
        "TooManyRequestsException": _THROTTLED,
        "ThrottlingException": _THROTTLED,
        "EC2ThrottledException": _THROTTLED,
        "AccessDeniedException": _FORBIDDEN,
        "ResourceNotFoundException": CodeRule(
            ErrorKind.CONFIGURATION,
            "has no function at its ARN in PROVIDER_FUNCTION: deploy with the project's template",
        ),
        "ValidationException": CodeRule(
            ErrorKind.CONFIGURATION, "has a malformed ARN in PROVIDER_FUNCTION: deploy with the project's template"
        ),
    }
)


class _FunctionError(msgspec.Struct, rename="camel"):
    """The part of a function's error that is safe to read: its message and stack trace may quote anything."""

    error_type: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """What came of asking one provider, and how long it took."""

    provider: str
    outcome: ProviderAnswer | ProviderError
    latency_ms: int


def ask_all(
    functions: Mapping[str, str],
    questions: Mapping[str, Question],
    timeout_seconds: float,
    invoke: Invoke,
    clock_seconds: Callable[[], float] = time.monotonic,
) -> list[Leg]:
    """Ask each provider of `functions` (ids and ARNs, at least one) its question; one leg each, in order.

    It takes no longer than `timeout_seconds`. `invoke` is called once for each provider, in a thread of its own. Any
    exception but a ProviderError is a bug and propagates.
    """
    payloads = {provider: msgspec.json.encode(questions[provider]) for provider in functions}
    started_seconds = clock_seconds()

    def latency_ms() -> int:
        return round((clock_seconds() - started_seconds) * 1000)

    def ask(provider: str, function_arn: str) -> Leg:
        try:
            return Leg(provider, _read(provider, invoke(function_arn, payloads[provider])), latency_ms())
        except ProviderError as exc:
            return Leg(provider, exc, latency_ms())

    executor = ThreadPoolExecutor(max_workers=len(functions), thread_name_prefix="leg")
    pending = {provider: executor.submit(ask, provider, arn) for provider, arn in functions.items()}
    done, _ = wait(pending.values(), timeout=max(0, timeout_seconds))
    # Without waiting: a late call keeps its thread until the connection's own timeout, and nobody reads its answer.
    executor.shutdown(wait=False)
    late = _TIMED_OUT.error()
    return [leg.result() if leg in done else Leg(provider, late, latency_ms()) for provider, leg in pending.items()]


def invoke_function(client: "LambdaClient", function_arn: str, payload: bytes) -> bytes:
    """Invoke a function and wait for its answer; thread-safe.

    Raises ProviderError: rate_limited, configuration (forbidden, missing), timeout, unavailable (the function failed,
    or Lambda cannot be reached).
    """
    try:
        response = client.invoke(FunctionName=function_arn, Payload=payload)
        answer = response["Payload"].read()
    except ClientError as exc:
        raise _RULES.get(error_code(exc), _UNREACHABLE).error() from exc
    except (ConnectTimeoutError, ReadTimeoutError) as exc:
        raise _TIMED_OUT.error() from exc
    except BotoCoreError as exc:
        raise _UNREACHABLE.error() from exc
    if response.get("FunctionError"):
        raise (_TIMED_OUT if _error_type(answer) == "Sandbox.Timedout" else _FAILED).error()
    return answer


def _error_type(answer: bytes) -> str:
    """The type of a function's error; Lambda itself reports a timeout as Sandbox.Timedout."""
    try:
        return msgspec.json.decode(answer, type=_FunctionError).error_type
    except msgspec.MsgspecError:
        return ""


def _read(provider: str, payload: bytes) -> ProviderAnswer:
    try:
        answer = read_provider_answer(payload)
    except ContractError as exc:
        raise _unreadable(str(exc)) from exc
    names = [item.provider for items in (answer.reports, answer.failures, answer.notices) for item in items]
    if any(name != provider for name in [answer.provider, *names]):
        raise _unreadable("it is another provider's: check PROVIDER_FUNCTION")
    return answer


def _unreadable(problem: str) -> ProviderError:
    return ProviderError(ErrorKind.BAD_RESPONSE, f"gave an answer that cannot be read ({problem})", advice="")
