"""The way to a provider function: Lambda's Invoke API, its errors in our words.

Source of the error codes: the Lambda API reference, action Invoke.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

from balance_core.aws import KeptLambdaClient
from balance_core.errors import CodeRule, ErrorKind, ProviderError
from balance_core.wire import WireError, loads

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# Asks the function of an ARN with a payload and returns its answer's bytes, or raises ProviderError.
Invoke = Callable[[str, bytes], bytes]

_FORBIDDEN = CodeRule(
    ErrorKind.CONFIGURATION, "may not be asked: allow the aggregator's role lambda:InvokeFunction on its function"
)
_THROTTLED = CodeRule(
    ErrorKind.RATE_LIMITED, "is asked too often for Lambda's concurrency limit: try again in a minute"
)
_UNREACHABLE = CodeRule(
    ErrorKind.UNAVAILABLE, "could not be asked, Lambda did not take the call: try again in a minute"
)
_LATE = CodeRule(ErrorKind.TIMEOUT, "did not answer in time: try again in a minute")
_FAILED = CodeRule(
    ErrorKind.UNAVAILABLE,
    "could not answer, its function failed: try again in a minute, then look for the reference in that function's log",
)
_RULES: Mapping[str, CodeRule] = MappingProxyType(
    {
        "TooManyRequestsException": _THROTTLED,
        "ThrottlingException": _THROTTLED,
        "EC2ThrottledException": _THROTTLED,
        "AccessDeniedException": _FORBIDDEN,
        "ResourceNotFoundException": CodeRule(
            ErrorKind.CONFIGURATION,
            "has no function at its ARN in PROVIDER_FUNCTIONS: deploy with the project's template",
        ),
        "ValidationException": CodeRule(
            ErrorKind.CONFIGURATION, "has a malformed ARN in PROVIDER_FUNCTIONS: deploy with the project's template"
        ),
    }
)
# What Lambda itself calls a function that ran out of time; every other type is an error in the function.
_TIMED_OUT = "Sandbox.Timedout"
# A function answers when its caller has given up: one second more, so that the caller's own deadline comes first.
_READ_MARGIN_SECONDS = 1


def new_lambda_client(deadline_seconds: int, parallel_calls: int, now: Callable[[], datetime]) -> KeptLambdaClient:
    """A client that never asks twice: a retry would ask the provider again, behind the deadline's back."""
    config = Config(
        connect_timeout=1,
        read_timeout=deadline_seconds + _READ_MARGIN_SECONDS,
        max_pool_connections=max(10, parallel_calls),
    )
    return KeptLambdaClient(config, now)


class LambdaInvoker:
    """Invokes functions and waits for their answers; may be called from several threads at once."""

    def __init__(self, client: "LambdaClient") -> None:
        self._client = client

    def __call__(self, function_arn: str, payload: bytes) -> bytes:
        """The payload that the function returned.

        Raises ProviderError: rate_limited, configuration (forbidden, missing), timeout, unavailable (the function
        failed, or Lambda cannot be reached).
        """
        try:
            response = self._client.invoke(FunctionName=function_arn, Payload=payload)
            answer = response["Payload"].read()
        except ClientError as exc:
            raise _error(_RULES.get(exc.response.get("Error", {}).get("Code", ""), _UNREACHABLE)) from exc
        except (ConnectTimeoutError, ReadTimeoutError) as exc:
            raise _error(_LATE) from exc
        except BotoCoreError as exc:
            raise _error(_UNREACHABLE) from exc
        if response.get("FunctionError"):
            raise _error(_LATE if _error_type(answer) == _TIMED_OUT else _FAILED)
        return answer


def _error(rule: CodeRule) -> ProviderError:
    return ProviderError(rule.kind, rule.message)


def _error_type(answer: bytes) -> object:
    """The class of a function error, or None. Its message and stack stay unread: they may quote anything."""
    try:
        error_type = loads(answer).optional("errorType")
    except WireError:
        return None
    return error_type and error_type.value
