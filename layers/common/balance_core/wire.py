"""Strict JSON: exact numbers in, the same bytes out, and no surprise in between.

The standard parser accepts NaN, lets the last of two equal keys win, and builds integers of any size. Money cannot live
with that. `loads` refuses all of it; `Node` then reads the tree and names the place of whatever is missing or wrong.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import NoReturn

# No provider writes an amount with more characters; a longer one is an attack or a bug.
_MAX_NUMBER_CHARACTERS = 60
_MAX_EXPONENT = 60
# JSON can escape half a character ("\\ud800"), which no UTF-8 output could carry on.
_SURROGATE = re.compile("[\ud800-\udfff]")
# Made once: a new one takes longer than to encode a line of text.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class WireError(ValueError):
    """The bytes are not the JSON that was agreed on. `path` tells where ("$" is the whole); no value is quoted."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.path = path
        self.problem = problem


def _refuse_constant(_: str) -> NoReturn:
    raise WireError("$", "holds NaN or Infinity, which JSON does not have")


def _bounded(text: str) -> str:
    if len(text) > _MAX_NUMBER_CHARACTERS:
        raise WireError("$", "holds an absurdly long number")
    return text


def _exact_decimal(text: str) -> Decimal:
    problem = "holds an absurdly large or small number"
    try:
        number = Decimal(_bounded(text))
    except InvalidOperation as exc:  # an exponent of twenty digits
        raise WireError("$", problem) from exc
    if abs(number.adjusted()) > _MAX_EXPONENT:
        raise WireError("$", problem)
    return number


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise WireError("$", "holds the same key twice in one object")
    return members


def loads(data: bytes) -> "Node":
    """Parse UTF-8 JSON bytes into a Node; numbers become int or Decimal, exactly as written.

    Raises WireError for other encodings, a byte order mark, NaN, duplicate keys, absurd numbers and too deep nesting.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            parse_float=_exact_decimal,
            parse_int=lambda text: int(_bounded(text)),
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique_members,
        )
    except UnicodeDecodeError as exc:
        raise WireError("$", "is not UTF-8 text") from exc
    except json.JSONDecodeError as exc:
        raise WireError("$", f"is not JSON (at character {exc.pos})") from exc
    except RecursionError as exc:
        raise WireError("$", "is nested too deeply") from exc
    return Node(value)


def dumps(value: object) -> bytes:
    """Compact UTF-8 JSON bytes of dicts, lists, strings, booleans, ints and None.

    Raises TypeError for a Decimal or datetime and ValueError for NaN: a caller decides their text, not a default.
    """
    return _ENCODER.encode(value).encode("utf-8")


@dataclass(frozen=True, slots=True, repr=False)
class Node:
    """One place in a JSON document. Every reader raises WireError that names `path`; none quotes the value."""

    value: object
    path: str = "$"

    def _expected(self, what: str) -> WireError:
        return WireError(self.path, f"must be {what}")

    def members(self) -> Mapping[str, "Node"]:
        """The members of an object, by name."""
        if not isinstance(self.value, dict):
            raise self._expected("an object")
        return {name: Node(member, f"{self.path}.{name}") for name, member in self.value.items()}

    def items(self) -> Iterator["Node"]:
        """The elements of an array, in order."""
        if not isinstance(self.value, list):
            raise self._expected("a list")
        return (Node(item, f"{self.path}[{index}]") for index, item in enumerate(self.value))

    def optional(self, name: str) -> "Node | None":
        """The member `name` of an object, or None when it is absent or null."""
        if not isinstance(self.value, dict):
            raise self._expected("an object")
        member = self.value.get(name)
        return None if member is None else Node(member, f"{self.path}.{name}")

    def get(self, name: str) -> "Node":
        """The member `name` of an object; absent or null is an error."""
        member = self.optional(name)
        if member is None:
            raise WireError(f"{self.path}.{name}", "is missing")
        return member

    def text(self, max_length: int = 10_000) -> str:
        """The string here, not empty and at most `max_length` characters."""
        if not isinstance(self.value, str) or not 0 < len(self.value) <= max_length:
            raise self._expected(f"text of 1 to {max_length} characters")
        if _SURROGATE.search(self.value):
            raise self._expected("text without half a surrogate pair")
        return self.value

    def boolean(self) -> bool:
        """The true or false here; 0, 1 and "true" are not."""
        if not isinstance(self.value, bool):
            raise self._expected("true or false")
        return self.value

    def instant(self) -> datetime:
        """The RFC 3339 time here, with an offset, as aware UTC."""
        try:
            instant = datetime.fromisoformat(self.text(64))
            if instant.tzinfo is not None:
                return instant.astimezone(UTC)
        except (ValueError, OverflowError) as exc:  # overflow: year 1 with an offset lies before year 1
            raise self._expected("an RFC 3339 time with an offset") from exc
        raise self._expected("an RFC 3339 time with an offset")


def to_rfc3339(instant: datetime) -> str:
    """Aware `instant` as UTC text with milliseconds: `2026-11-21T01:45:38.960Z`. A naive one raises ValueError."""
    if instant.tzinfo is None:
        raise ValueError("a time without an offset has no place on the wire")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
