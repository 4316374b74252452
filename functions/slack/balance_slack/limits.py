"""Slack's limits for one message, and how a long answer is cut: only between lines, and never silently.

Sources: docs.slack.dev, Block Kit reference (50 blocks, 3,000 characters in a text object). That all blocks together
may hold about 13,200 characters stands nowhere, nor what counts as one: Slack answers `msg_blocks_too_long`, once at
11,341 characters of text (slackapi/bolt-js issues 2509 and 2867). So the whole is counted in bytes of JSON as it is
sent, which is never less than any other way of counting, and a sixth stays free. Only a table is counted by its text:
its JSON is three times as long, so every table of twenty accounts would be too long, and a second try has no table.

A view has 100 blocks and 250 kB of JSON (docs.slack.dev, `view_too_large`), of which less than half is used.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from balance_core.wire import dumps

SECTION_CHARACTERS = 3000
MESSAGE_BYTES = 11_000

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Lines(Generic[_Item]):
    """A line for each of `items`, made when it is read: of five thousand accounts a message shows a hundred."""

    make: Callable[[_Item], str]
    items: Sequence[_Item]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[str]:
        return map(self.make, self.items)


def size(part: object) -> int:
    """What a text, or a block with everything around its text, takes in the message: bytes of JSON without quotes."""
    return len(dumps(part)) - 2


def visible_size(part: object) -> int:
    """The UTF-8 bytes of everything that a reader sees of a block."""
    if isinstance(part, list):
        return sum(map(visible_size, part))
    if isinstance(part, dict):
        text = part.get("text")
        return len(text.encode()) if isinstance(text, str) else sum(map(visible_size, part.values()))
    return 0


def counted(number: int, one: str, many: str) -> str:
    """`1 more account`, `1,000 more accounts`."""
    return f"{number:,} {one if number == 1 else many}"


def fitting(lines: Sequence[str] | Lines[Any], room: int) -> list[str]:
    """The first lines that fit `room` bytes, line ends included."""
    kept: list[str] = []
    for line in lines:
        room -= _size_with_end(line)
        if room < 0:
            break
        kept.append(line)
    return kept


def cut(lines: Sequence[str] | Lines[Any], room: int, rest: Callable[[int], str]) -> list[str]:
    """The lines if they fit `room` bytes; else the first of them, and `rest(n)` as the last when n were left out.

    `room` must hold `rest`'s line at least.
    """
    kept = fitting(lines, room)
    if len(kept) == len(lines):
        return kept
    room -= sum(map(_size_with_end, kept))
    while kept and _size_with_end(rest(len(lines) - len(kept))) > room:
        room += _size_with_end(kept.pop())
    return [*kept, rest(len(lines) - len(kept))]


def _size_with_end(line: str) -> int:
    return size(line) + 1


def pieces(lines: Sequence[str]) -> list[str]:
    """The lines joined into as few texts as possible, each short enough for one section."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= SECTION_CHARACTERS:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts
