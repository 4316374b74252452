"""JSON in and out without floats: a Decimal is written with exactly its own digits."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def parse_json(text: bytes | str) -> Any:
    """Read JSON, with fractions as Decimal. Raises ValueError for anything else, NaN and Infinity included."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def parse_object(text: bytes | str) -> dict[str, Any]:
    """Read a JSON object as `parse_json` does. Raises ValueError for anything else."""
    value = parse_json(text)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - one error for all unusable text
    return value


def to_json(value: object) -> str:
    """Compact JSON in the given order: Decimal("0.59") is written as 0.59, Decimal("100265403") as 100265403.

    Raises TypeError for a float, because its digits may not be the intended ones.
    """
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(key))}:{to_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(to_json(item) for item in value) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    if value is None or isinstance(value, str | bool | int):
        return json.dumps(value)
    raise TypeError(f"a {type(value).__name__} cannot be written as exact JSON")
