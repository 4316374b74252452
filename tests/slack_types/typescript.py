"""What the bot sends as TypeScript: literals, in which `tsc` refuses a property that the type does not have."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tests.slack_types.corpus import Sent
from tests.slack_types.shapes import misspelt, shape

_HEAD = 'import type { Home, Message, Modal } from "./surfaces";\n'


def source_of(corpus: Iterable[Sent]) -> str:
    """One literal for each shape in the corpus, then each misspelt in every way.

    `tsc` fails for a line of the latter in which it finds no error: so it is known to see every property.
    """
    first: dict[str, Sent] = {}
    for sent in corpus:
        first.setdefault(f"{sent.surface} {json.dumps(shape(sent.value))}", sent)
    return "\n".join([_HEAD, *_right(first.values()), *_wrong(first.values())])


def _right(corpus: Iterable[Sent]) -> Iterator[str]:
    for number, sent in enumerate(corpus):
        yield f"// {sent.name}\n{_literal('right', number, sent.surface, sent.value)}"


def _wrong(corpus: Iterable[Sent]) -> Iterator[str]:
    wrongs = ((sent.surface, json.dumps(wrong)) for sent in corpus for wrong in misspelt(shape(sent.value)))
    for number, (surface, wrong) in enumerate(dict.fromkeys(wrongs)):
        yield f"// @ts-expect-error\n{_literal('wrong', number, surface, json.loads(wrong))}"


def _literal(name: str, number: int, surface: str, value: Any) -> str:
    # JSON in ASCII is a literal in TypeScript, too.
    return f"export const {name}{number}: {surface} = {json.dumps(value)};"
