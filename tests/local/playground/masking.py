"""Takes out of what the page gets everything secret: by its form, and the company's own by their value."""

import json
import re
from collections.abc import Iterator, Mapping

from balance_core.scrubbing import SCRUBBED, scrub

MASKED = "•••• masked ••••"
# Also where it stands behind the digits of an escaped quotation mark.
_TRIGGER_ID = re.compile(r"(?:(?<!\d)|(?<=%22))\d{1,13}\.\d{1,13}\.[0-9a-f]{32}")
_SECRET_FIELDS = frozenset({"private_key", "signing_secret", "bot_token"})


class Mask:
    """Knows the texts of a company's secrets, by their names, as Company has them."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._known = [value for text in secrets.values() for value in _secret_values(json.loads(text))]

    def mask(self, text: str) -> str:
        """`text` without keys, tokens, signatures, response URLs and trigger ids; JSON stays JSON."""
        for secret in self._known:
            text = text.replace(secret, MASKED)
        return scrub(_TRIGGER_ID.sub(MASKED, text)).replace(SCRUBBED, MASKED)


def _secret_values(document: object) -> Iterator[str]:
    if isinstance(document, Mapping):
        for name, value in document.items():
            if name in _SECRET_FIELDS and isinstance(value, str):
                yield value
            else:
                yield from _secret_values(value)
