"""What the template tells the aggregator: whom to ask, and how long it may wait for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from balance_core.errors import ErrorKind, ProviderError

_DEFAULT_DEADLINE_SECONDS = "12"
_DEFAULT_FRESHNESS_SECONDS = "0"
# Lambda ends every function after 900 seconds.
_DEADLINE = re.compile(r"[1-9][0-9]?|[1-8][0-9]{2}")
_FRESHNESS = re.compile(r"[0-9]|[1-5][0-9]|60")
# The provider's id on the wire, then the ARN of its function's alias; an ARN has neither "=" nor ",".
_PROVIDER_FUNCTION = re.compile(r"([a-z][a-z0-9_-]{0,31})=([^\s=,]+)")


@dataclass(frozen=True, slots=True)
class Settings:
    """`functions` holds the function ARN of every provider, in the order in which people shall see them.

    The same question asked again within `freshness_seconds` shares the answer; 0 shares nothing.
    """

    functions: Mapping[str, str]
    deadline_seconds: int
    freshness_seconds: int


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read PROVIDER_FUNCTIONS (`name=arn,name=arn`), DEADLINE_SECONDS and FRESHNESS_SECONDS.

    Raises ProviderError (configuration).
    """
    return Settings(
        functions=_read_functions(environment.get("PROVIDER_FUNCTIONS", "")),
        deadline_seconds=_read_deadline(environment.get("DEADLINE_SECONDS", _DEFAULT_DEADLINE_SECONDS)),
        freshness_seconds=_read_freshness(environment.get("FRESHNESS_SECONDS", _DEFAULT_FRESHNESS_SECONDS)),
    )


def _read_functions(text: str) -> Mapping[str, str]:
    functions: dict[str, str] = {}
    for entry in text.split(","):
        match = _PROVIDER_FUNCTION.fullmatch(entry.strip())
        if match is None:
            raise _malformed("PROVIDER_FUNCTIONS", "name=arn pairs, separated by commas")
        if match[1] in functions:
            raise _malformed("PROVIDER_FUNCTIONS", "every provider once")
        functions[match[1]] = match[2]
    return functions


def _read_deadline(text: str) -> int:
    if not _DEADLINE.fullmatch(text):
        raise _malformed("DEADLINE_SECONDS", "a whole number from 1 to 899")
    return int(text)


def _read_freshness(text: str) -> int:
    if not _FRESHNESS.fullmatch(text):
        raise _malformed("FRESHNESS_SECONDS", "a whole number from 0 to 60")
    return int(text)


def _malformed(variable: str, expected: str) -> ProviderError:
    message = f"environment variable {variable} must hold {expected}: deploy with the project's template"
    return ProviderError(ErrorKind.CONFIGURATION, message)
