"""How a caller may name a function: by name or by ARN, each with an optional version or alias."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.local.aws.stack import ACCOUNT_ID, REGION, FunctionSpec

LATEST = "$LATEST"
# Local functions are published once: every alias points to this version.
_PUBLISHED = "1"
_NAME = re.compile(
    rf"(?:arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:)?(?P<name>[A-Za-z0-9_-]+)(?::(?P<qualifier>\$LATEST|[\w-]+))?"
)


class FunctionNotFoundError(LookupError):
    """There is no such function, version or alias; the message is Lambda's own and contains the ARN."""


@dataclass(frozen=True)
class FunctionVersion:
    """A function and the qualifier (version or alias) with which it was called, if any."""

    spec: FunctionSpec
    qualifier: str | None

    @property
    def version(self) -> str:
        """The version that runs: $LATEST, or the number to which every alias points."""
        return LATEST if self.qualifier in (None, LATEST) else _PUBLISHED

    @property
    def arn(self) -> str:
        """The ARN with the qualifier of the call, if any, as the function sees it in its context."""
        return function_arn(self.spec.name, self.qualifier)


def function_arn(name: str, qualifier: str | None) -> str:
    """The ARN of a function in the local account."""
    unqualified = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{name}"
    return f"{unqualified}:{qualifier}" if qualifier else unqualified


def find_function(functions: Mapping[str, FunctionSpec], name: str) -> FunctionVersion:
    """The function that a caller means; `functions` are keyed by name. Raises FunctionNotFoundError."""
    parts = _NAME.fullmatch(name)
    if parts is None:
        raise FunctionNotFoundError(f"Function not found: {name}")
    spec, qualifier = functions.get(parts["name"]), parts["qualifier"]
    if spec is None or qualifier not in (None, LATEST, *((_PUBLISHED, *spec.aliases) if spec.aliases else ())):
        raise FunctionNotFoundError(f"Function not found: {function_arn(parts['name'], qualifier)}")
    return FunctionVersion(spec, qualifier)
