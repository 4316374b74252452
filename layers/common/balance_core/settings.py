"""Reading a function's settings from its environment. Only handlers pass `os.environ` in.

Every reader raises ProviderError (configuration) that names the variable, never its value.
"""

import re
from collections.abc import Mapping

from balance_core.errors import ErrorKind, ProviderError

# The provider's id, then the name people know it by; 40 characters fit one line on a phone.
_NAME_PAIR = re.compile(r"\s*([a-z][a-z0-9_-]{0,31})\s*=\s*([^\s=,][^=,]{0,39})")
# The provider's id, then the ARN of its function's alias; an ARN contains neither "=" nor ",".
_FUNCTION_PAIR = re.compile(r"\s*([a-z][a-z0-9_-]{0,31})=([^\s=,]+)\s*")


def required_text(environment: Mapping[str, str], variable: str) -> str:
    """The value of `variable`, not empty."""
    value = environment.get(variable, "")
    if not value:
        raise _error(f"environment variable {variable} is not set")
    return value


def whole_number(environment: Mapping[str, str], variable: str, *, default: int, least: int, most: int) -> int:
    """The whole number in `variable`, from `least` to `most`; `default` when it is not set."""
    text = environment.get(variable, str(default))
    if re.fullmatch(r"[0-9]{1,6}", text) and least <= int(text) <= most:
        return int(text)
    raise _error(f"environment variable {variable} must hold a whole number from {least} to {most}")


def provider_names(environment: Mapping[str, str], variable: str = "PROVIDERS") -> Mapping[str, str]:
    """Display names by provider id, in the order of the setting: `pagsmile=Pagsmile,payby=PayBy`."""
    return _pairs(environment, variable, _NAME_PAIR, "id=name pairs, each provider once")


def provider_functions(environment: Mapping[str, str], variable: str = "PROVIDER_FUNCTIONS") -> Mapping[str, str]:
    """Function ARNs by provider id, in the order in which people see the providers."""
    return _pairs(environment, variable, _FUNCTION_PAIR, "name=arn pairs, each provider once")


def _pairs(environment: Mapping[str, str], variable: str, pattern: re.Pattern[str], expected: str) -> Mapping[str, str]:
    pairs: dict[str, str] = {}
    for entry in environment.get(variable, "").split(","):
        match = pattern.fullmatch(entry)
        if match is None or match[1] in pairs:
            raise _error(f"environment variable {variable} must hold {expected}, separated by commas")
        pairs[match[1]] = match[2].strip()
    return pairs


def _error(problem: str) -> ProviderError:
    return ProviderError(ErrorKind.CONFIGURATION, f"{problem}: deploy with the project's template")
