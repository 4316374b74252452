"""What a type checker sees of a JSON value, and the same with a property's name wrong."""

import re
from collections.abc import Iterator
from typing import Any

# A type may want one word of a few (`section`, `right`), but no type looks into a sentence.
_WORD = re.compile(r"[a-z_]+")
_SENTENCE = "…"


def shape(value: Any) -> Any:
    """The value with one item of each shape in its lists and nothing left of its texts but words."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        shapes: list[Any] = []
        for item in map(shape, value):
            if item not in shapes:
                shapes.append(item)
        return shapes
    return _SENTENCE if isinstance(value, str) and not _WORD.fullmatch(value) else value


def misspelt(value: Any) -> Iterator[Any]:
    """The value once for every property in it, with that property's name wrong. A list keeps the wrong item only."""
    if isinstance(value, dict):
        for name, member in value.items():
            others = {other: kept for other, kept in value.items() if other != name}
            yield {**others, f"{name}x": member}
            yield from ({**others, name: wrong} for wrong in misspelt(member))
    elif isinstance(value, list):
        for item in value:
            yield from ([wrong] for wrong in misspelt(item))
