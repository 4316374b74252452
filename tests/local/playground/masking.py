"""Masks secrets in everything that the page receives: those that the company has, and others by their form."""

import importlib
import json
import re
from collections.abc import Collection, Iterator, Mapping

from balance_core.observability import SCRUBBED, scrub
from balance_core.provider.credentials import secret_names
from balance_core.provider.protocol import Provider
from tests.local.company import Company

MASKED = "•••• masked ••••"
# Also after the digits of an escaped quotation mark.
_TRIGGER_ID = re.compile(r"(?:(?<!\d)|(?<=%22))\d{1,13}\.\d{1,13}\.[0-9a-f]{32}")
_SECRET_HEADER = re.compile(r"(.*-)?(authorization|sign|signature|token|key|secret)")
_SLACK_FIELDS = frozenset({"signing_secret", "bot_token"})


def is_secret_header(name: str) -> bool:
    """Whether a header, named in lower case, holds a credential or a signature, such as `x-slack-signature`."""
    return _SECRET_HEADER.fullmatch(name) is not None


class Mask:
    """Masks the values that `secrets`, JSON by name as in Company, have in `fields`."""

    def __init__(self, secrets: Mapping[str, str], fields: Collection[str]) -> None:
        self._known = [value for text in secrets.values() for value in _values(json.loads(text), fields)]

    def mask(self, text: str) -> str:
        """`text` without keys, tokens, signatures, response URLs and trigger ids; JSON remains valid JSON."""
        for secret in self._known:
            text = text.replace(secret, MASKED)
        return scrub(_TRIGGER_ID.sub(MASKED, text)).replace(SCRUBBED, MASKED)


def mask_for(company: Company) -> Mask:
    """Masks Slack's secrets, and the secret fields that each provider declares in its package."""
    return Mask(company.secrets, _SLACK_FIELDS.union(*(_declared_by(name) for name in company.providers)))


def _declared_by(name: str) -> Collection[str]:
    provider: Provider = importlib.import_module(f"{name}_balance.client").PROVIDER
    return secret_names(provider.fields)


def _values(document: object, fields: Collection[str]) -> Iterator[str]:
    if isinstance(document, Mapping):
        for name, value in document.items():
            if name in fields and isinstance(value, str):
                yield value
            else:
                yield from _values(value, fields)
