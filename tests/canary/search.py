"""Finds secrets in text, in every form and encoding in which they may be there: the search behind the canary run.

A canary is found when any 16 characters in a row of one of its forms are in the text, so a part of it is enough.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote

WINDOW = 16
# A form shorter than a window must be there as a whole; below this length it would be found by chance.
_SHORTEST = 9


class Kind(Enum):
    """What a canary is, which decides where it may be."""

    KEY = "key"
    TOKEN = "token"
    SIGNATURE = "signature"
    RESPONSE_URL = "response URL"
    TRIGGER = "trigger id"
    AMOUNT = "amount"
    TYPED_TOKEN = "token typed in the wrong place"
    TYPED_AMOUNT = "amount typed in the wrong place"


@dataclass(frozen=True)
class Canary:
    """One thing that must not be found. `forms` are the bytes in which its owner has it (a key: PEM, DER ...).

    `structure` are forms of another thing of the same kind: what both have in common is not secret.
    """

    name: str
    kind: Kind
    forms: tuple[bytes, ...] = field(repr=False)
    structure: tuple[bytes, ...] = field(default=(), repr=False)


def representations(form: bytes) -> Mapping[str, str]:
    """The texts that these bytes may appear as, by encoding."""
    raw = form.decode("latin-1")
    escaped = json.dumps(raw)[1:-1]
    texts = {
        "raw": raw,
        "JSON": escaped,
        "JSON in JSON": json.dumps(escaped)[1:-1],
        "URL": quote(form, safe=""),
        "hex": form.hex(),
        "HEX": form.hex().upper(),
        "bytes": repr(form)[2:-1],
    }
    for shift in range(3):
        text = _base64(form, shift)
        texts[f"Base64 +{shift}"] = text
        texts[f"Base64 URL +{shift}"] = text.replace("+", "-").replace("/", "_")
    return texts


def _base64(form: bytes, shift: int) -> str:
    """The characters that depend on these bytes alone, with `shift` (0 to 2) other bytes before them and any after."""
    text = b64encode(bytes(shift) + form).decode().rstrip("=")
    last = len(text) - 1 if (shift + len(form)) % 3 else len(text)
    return text[(0, 2, 3)[shift] : last]


def windows(form: bytes) -> set[str]:
    """Every piece of every representation that counts as a find."""
    found: set[str] = set()
    for text in representations(form).values():
        if len(text) < WINDOW:
            found |= {text} if len(text) >= _SHORTEST else set()
        else:
            found |= {text[start : start + WINDOW] for start in range(len(text) - WINDOW + 1)}
    return found


class Search:
    """Looks for all `canaries` at once."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._owners: dict[str, Canary] = {}
        for canary in canaries:
            structure = {piece for form in canary.structure for piece in windows(form)}
            for form in canary.forms:
                self._owners |= dict.fromkeys(windows(form) - structure, canary)
        self._short: Sequence[str] = [piece for piece in self._owners if len(piece) < WINDOW]

    @property
    def size(self) -> int:
        """How many different pieces of text are looked for."""
        return len(self._owners)

    def find(self, text: str) -> set[Canary]:
        """The canaries of which at least a part is in `text`."""
        here = {text[start : start + WINDOW] for start in range(len(text) - WINDOW + 1)}
        return {self._owners[piece] for piece in here & self._owners.keys()} | {
            self._owners[piece] for piece in self._short if piece in text
        }
