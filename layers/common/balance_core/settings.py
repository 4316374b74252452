"""Reading a function's settings from its environment. Only handlers pass `os.environ` in.

Every reader raises ProviderError (configuration) that names the variable, never its value.
"""

import re
from collections.abc import Mapping

from balance_core.errors import ErrorKind, ProviderError

_ID = re.compile(r"[a-z][a-z0-9]{0,31}")
# The name that people know a provider by; 40 characters fit one line on a phone.
_NAME = re.compile(r"[^\s=,][^=,]{0,39}")


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


def provider_ids(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The providers' ids in PROVIDERS, separated by commas, in the order in which people see the providers."""
    ids = tuple(entry.strip() for entry in environment.get("PROVIDERS", "").split(","))
    if len(set(ids)) < len(ids) or not all(_ID.fullmatch(each) for each in ids):
        raise _error("environment variable PROVIDERS must hold ids separated by commas, each provider once")
    return ids


def provider_names(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Display names by provider id, in the order of PROVIDERS, from PROVIDER_NAMES: `pagsmile=Pagsmile,payby=PayBy`.

    A provider without a name gets its id with a capital letter. Names of other providers are ignored.
    """
    names: dict[str, str] = {}
    setting = environment.get("PROVIDER_NAMES", "")
    for entry in setting.split(",") if setting else ():
        provider, _, name = (part.strip() for part in entry.partition("="))
        if provider in names or not (_ID.fullmatch(provider) and _NAME.fullmatch(name)):
            raise _error("environment variable PROVIDER_NAMES must hold id=name pairs, each provider once")
        names[provider] = name
    return {provider: names.get(provider, provider.capitalize()) for provider in provider_ids(environment)}


def provider_functions(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Function ARNs by provider id, in the order of PROVIDERS: PROVIDER_FUNCTION with the id for `{provider}`."""
    pattern = environment.get("PROVIDER_FUNCTION", "")
    if "{provider}" not in pattern:
        raise _error("environment variable PROVIDER_FUNCTION must hold an ARN with {provider} in it")
    return {provider: pattern.replace("{provider}", provider) for provider in provider_ids(environment)}


def _error(problem: str) -> ProviderError:
    return ProviderError(ErrorKind.CONFIGURATION, f"{problem}: deploy with the project's template")
