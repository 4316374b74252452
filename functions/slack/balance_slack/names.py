"""The providers as people know them, from the setting PROVIDERS: `pagsmile=Pagsmile,payby=PayBy`."""

import re
from collections.abc import Iterable, Mapping

from balance_core.errors import ErrorKind, ProviderError

# The provider's id on the wire, then the name that its own company uses; at most 40 characters fit a line on a phone.
_ENTRY = re.compile(r"\s*([a-z][a-z0-9_-]{0,31})\s*=\s*([^\s=,][^=,]{0,39})")


def read_names(setting: str) -> Mapping[str, str]:
    """The display name of every provider by its id, in the order of the setting.

    Raises ProviderError (configuration) for anything but name=text pairs, each provider once.
    """
    names: dict[str, str] = {}
    for entry in setting.split(","):
        match = _ENTRY.fullmatch(entry)
        if match is None or match[1] in names:
            message = "environment variable PROVIDERS must hold id=name pairs: deploy with the project's template"
            raise ProviderError(ErrorKind.CONFIGURATION, message)
        names[match[1]] = match[2].strip()
    return names


def listed(words: Iterable[str], conjunction: str = "and") -> str:
    """`Pagsmile, PayBy and PayerMax`; the empty text for no words."""
    *rest, last = list(words) or [""]
    return f"{', '.join(rest)} {conjunction} {last}" if rest else last
