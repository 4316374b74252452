"""How a caller may name a function: its name, a partial or a whole ARN, each with a version or an alias after it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.local.aws.stack import ACCOUNT_ID, REGION, FunctionSpec

LATEST = "$LATEST"
# A local function is published once: its aliases point at this version.
PUBLISHED = "1"
_NAME = re.compile(
    rf"(?:arn:aws:lambda:{REGION}:)?(?:{ACCOUNT_ID}:function:)?"
    r"(?P<name>[A-Za-z0-9_-]+)(?::(?P<qualifier>\$LATEST|[A-Za-z0-9_-]+))?"
)


class FunctionNotFoundError(LookupError):
    """No such function, version or alias; the message is Lambda's own and gives the ARN that was looked for."""


class QualifierMismatchError(ValueError):
    """The name carries one qualifier and the request another."""


@dataclass(frozen=True)
class FunctionVersion:
    """A function together with the qualifier that it was called by, None without one."""

    spec: FunctionSpec
    qualifier: str | None

    @property
    def version(self) -> str:
        """The version that runs: $LATEST, or the number that every alias points at."""
        return LATEST if self.qualifier in (None, LATEST) else PUBLISHED

    @property
    def arn(self) -> str:
        """The ARN as it was called, with the qualifier if there was one: what the function sees in its context."""
        return function_arn(self.spec.name, self.qualifier)


def function_arn(name: str, qualifier: str | None) -> str:
    """The ARN of a function in the local account."""
    unqualified = f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{name}"
    return f"{unqualified}:{qualifier}" if qualifier else unqualified


def find_function(functions: Mapping[str, FunctionSpec], name: str, qualifier: str | None) -> FunctionVersion:
    """The function that a caller means; `functions` are keyed by name.

    Raises FunctionNotFoundError, and QualifierMismatchError when `name` carries another qualifier than `qualifier`.
    """
    parts = _NAME.fullmatch(name)
    if parts is None:
        raise FunctionNotFoundError(f"Function not found: {name}")
    carried = parts["qualifier"]
    if carried and qualifier and carried != qualifier:
        raise QualifierMismatchError(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    wanted = carried or qualifier
    spec = functions.get(parts["name"])
    if spec is None or wanted not in (None, LATEST, *_published(spec)):
        raise FunctionNotFoundError(f"Function not found: {function_arn(parts['name'], wanted)}")
    return FunctionVersion(spec, wanted)


def _published(spec: FunctionSpec) -> tuple[str, ...]:
    return (PUBLISHED, *spec.aliases) if spec.aliases else ()
