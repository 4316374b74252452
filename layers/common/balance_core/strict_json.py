"""Strict JSON for bytes that a provider, Slack or a person wrote: exact numbers, no duplicate keys, bounded sizes.

The standard parser accepts NaN, lets the last of two equal keys win and builds integers of any size, so amounts could
change unnoticed. Here such a value becomes unreadable, and only that value: the rest of the document stays readable.
`Node` reads the tree and names the path of what is missing or wrong. Our own contracts are msgspec structs instead (see
`contract.py`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from msgspec import Struct

# No provider writes an amount this long; a longer one is an attack or a bug.
_MAX_NUMBER_CHARACTERS = 60
_MAX_EXPONENT = 60
# JSON can escape half a surrogate pair ("\\ud800"), which UTF-8 cannot encode.
_SURROGATE = re.compile("[\ud800-\udfff]")
# Made once: creating an encoder takes longer than encoding a line of text.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class JsonError(ValueError):
    """The bytes are not the JSON that was expected. `path` says where ("$" is the root); no value is quoted."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.path = path
        self.problem = problem


class Unreadable(Struct, frozen=True):
    """Takes the place of a value that cannot be trusted. Reading it raises JsonError with `problem`."""

    problem: str


def _constant(_: str) -> Unreadable:
    return Unreadable("is NaN or Infinity, which are not numbers")


def _exact_integer(text: str) -> int | Unreadable:
    return int(text) if len(text) <= _MAX_NUMBER_CHARACTERS else Unreadable("is a number that is far too long")


def _exact_decimal(text: str) -> Decimal | Unreadable:
    too_extreme = Unreadable("is a number that is far too large, too small or too long")
    try:
        number = Decimal(text) if len(text) <= _MAX_NUMBER_CHARACTERS else None
    except InvalidOperation:  # an exponent of twenty digits
        return too_extreme
    return too_extreme if number is None or abs(number.adjusted()) > _MAX_EXPONENT else number


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object] | Unreadable:
    members = dict(pairs)
    return members if len(members) == len(pairs) else Unreadable("holds the same key twice")


def loads(data: bytes) -> "Node":
    """Parse UTF-8 JSON bytes into a Node; numbers become int or Decimal, exactly as written.

    A byte order mark is skipped. NaN, an oversized number and an object with a repeated key become `Unreadable`. Raises
    JsonError for other encodings, text that is not JSON, and deep nesting.
    """
    try:
        value = json.loads(
            data.decode("utf-8-sig"),
            parse_float=_exact_decimal,
            parse_int=_exact_integer,
            parse_constant=_constant,
            object_pairs_hook=_unique_members,
        )
    except UnicodeDecodeError as exc:
        raise JsonError("$", "is not UTF-8 text") from exc
    except json.JSONDecodeError as exc:
        raise JsonError("$", f"is not JSON (at character {exc.pos})") from exc
    except RecursionError as exc:
        raise JsonError("$", "is nested too deeply") from exc
    return Node(value)


def dumps(value: object) -> bytes:
    """Compact UTF-8 JSON bytes of dicts, lists, strings, booleans, ints and None.

    Raises TypeError for a Decimal or datetime and ValueError for NaN: the caller decides how they are written.
    """
    return _ENCODER.encode(value).encode("utf-8")


class Node(Struct, frozen=True):
    """One value in a JSON document. Every reader raises JsonError that names `path`; none quotes the value."""

    value: object
    path: str = "$"

    def __repr__(self) -> str:
        return f"Node({self.path})"

    def _expected(self, what: str) -> JsonError:
        return JsonError(self.path, self.value.problem if isinstance(self.value, Unreadable) else f"must be {what}")

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
            raise JsonError(f"{self.path}.{name}", "is missing")
        return member

    def text(self, max_length: int = 10_000) -> str:
        """The string here, not empty and at most `max_length` characters."""
        if not isinstance(self.value, str) or not 0 < len(self.value) <= max_length:
            raise self._expected(f"text of 1 to {max_length} characters")
        if _SURROGATE.search(self.value):
            raise self._expected("text without broken surrogate pairs")
        return self.value

    def boolean(self) -> bool:
        """The true or false here; 0, 1 and "true" are not."""
        if not isinstance(self.value, bool):
            raise self._expected("true or false")
        return self.value

    def whole_number(self) -> int:
        """The integer here; true, 1.0 and "1" are not."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self._expected("a whole number")
        return self.value

    def instant(self) -> datetime:
        """The RFC 3339 time here, with an offset, as aware UTC."""
        try:
            instant = datetime.fromisoformat(self.text(64))
            if instant.tzinfo is not None:
                return instant.astimezone(UTC)
        except (ValueError, OverflowError) as exc:  # overflow: year 1 with an offset is before year 1
            raise self._expected("an RFC 3339 time with an offset") from exc
        raise self._expected("an RFC 3339 time with an offset")


def to_rfc3339(instant: datetime) -> str:
    """Aware `instant` as UTC text with milliseconds: `2026-11-21T01:45:38.960Z`. A naive one raises ValueError."""
    if instant.tzinfo is None:
        raise ValueError("a time without an offset is ambiguous")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
