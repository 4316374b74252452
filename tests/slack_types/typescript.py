"""What the bot sends as TypeScript literals, in which `tsc` refuses a property that the type does not have."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.slack_types.corpus import Sent

_HEAD = 'import type { Home, Message, Modal } from "./surfaces";\n'
# A type may accept only some words (`section`, `right`), but no type checks a sentence.
_WORD = re.compile(r"[a-z_]+")
_SENTENCE = "…"


def source_of(corpus: Iterable[Sent]) -> str:
    """One literal for each shape in the corpus, and each of them with every property misspelt in turn.

    `tsc` fails if it finds no error in a misspelt one, which proves that it checks every property.
    """
    first: dict[str, Sent] = {}
    for sent in corpus:
        first.setdefault(f"{sent.type_name} {json.dumps(shape(sent.value))}", sent)
    return "\n".join([_HEAD, *_right(first.values()), *_wrong(first.values())])


def shape(value: Any) -> Any:
    """What a type checker can tell apart: one item of each shape in a list, and of the texts only single words."""
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
    """The value once for each of its properties, with that property misspelt. A list keeps only the wrong item."""
    if isinstance(value, dict):
        for name, member in value.items():
            others = {other: kept for other, kept in value.items() if other != name}
            yield {**others, f"{name}x": member}
            yield from ({**others, name: wrong} for wrong in misspelt(member))
    elif isinstance(value, list):
        for item in value:
            yield from ([wrong] for wrong in misspelt(item))


def _right(corpus: Iterable[Sent]) -> Iterator[str]:
    for number, sent in enumerate(corpus):
        yield f"// {sent.name}\n{_literal('right', number, sent.type_name, sent.value)}"


def _wrong(corpus: Iterable[Sent]) -> Iterator[str]:
    wrongs = ((sent.type_name, json.dumps(wrong)) for sent in corpus for wrong in misspelt(shape(sent.value)))
    for number, (type_name, wrong) in enumerate(dict.fromkeys(wrongs)):
        yield f"// @ts-expect-error\n{_literal('wrong', number, type_name, json.loads(wrong))}"


def _literal(name: str, number: int, type_name: str, value: Any) -> str:
    # JSON in ASCII is a TypeScript literal, too.
    return f"export const {name}{number}: {type_name} = {json.dumps(value)};"
