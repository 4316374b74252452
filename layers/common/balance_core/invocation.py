"""Another of our functions, invoked and waited for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from balance_core.aws import error_code
from balance_core.contract import ContractError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_Answer = TypeVar("_Answer")


class InvocationError(Exception):
    """No answer from the function. The message tells the operator why, and quotes nothing from an answer."""


def invoke(
    client: "LambdaClient", function: str, request: Struct, name: str, read: Callable[[bytes], _Answer]
) -> _Answer:
    """The answer, which `read` makes of its JSON; `name` is how messages call the function. Raises InvocationError.

    It is asked once: nobody knows what became of a call that failed.
    """
    try:
        response = client.invoke(FunctionName=function, Payload=msgspec.json.encode(request))
        payload = response["Payload"].read()
    except ClientError as exc:
        raise InvocationError(f"Lambda refused to invoke {name} ({error_code(exc)})") from exc
    except BotoCoreError as exc:
        raise InvocationError(f"{name} gave no answer in time ({type(exc).__name__})") from exc
    if response.get("FunctionError"):
        raise InvocationError(f"{name} failed: its log tells why")
    try:
        return read(payload)
    except ContractError as exc:
        raise InvocationError(f"{name}'s answer cannot be understood: {exc}") from exc
