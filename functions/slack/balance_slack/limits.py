"""Slack's limits for one message, and how a long answer is cut: only between lines, and never silently.

Sources: docs.slack.dev, Block Kit reference (50 blocks, 3,000 characters in a text object). That all blocks together
may hold about 13,200 characters stands nowhere, nor what counts as one: Slack answers `msg_blocks_too_long`, once at
11,341 characters of text (slackapi/bolt-js issues 2509 and 2867). So the whole is counted in bytes of JSON as it is
sent, which is never less than any other way of counting, and a sixth stays free. Only a table is counted by its text:
its JSON is three times as long, so every table of twenty accounts would be too long, and a second try has no table.

A view has 100 blocks and 250 kB of JSON (docs.slack.dev, `view_too_large`), of which less than half is used.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate

from balance_core.wire import dumps

SECTION_CHARACTERS = 3000
MESSAGE_BYTES = 11_000


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


def fits(lines: Sequence[str], room: int) -> bool:
    """Whether all lines, with their ends, take at most `room` bytes."""
    return sum(size(line) + 1 for line in lines) <= room


def counted(number: int, one: str, many: str) -> str:
    """`1 more account`, `1,000 more accounts`."""
    return f"{number:,} {one if number == 1 else many}"


def cut(lines: Sequence[str], room: int, rest: Callable[[int], str]) -> list[str]:
    """The first lines that fit `room` bytes, line ends included; `rest(n)` becomes the last when n were left out.

    `room` must hold `rest`'s line at least.
    """
    ends = list(accumulate(size(line) + 1 for line in lines))
    if not ends or ends[-1] <= room:
        return list(lines)
    for kept in range(len(lines) - 1, 0, -1):
        last = rest(len(lines) - kept)
        if ends[kept - 1] + size(last) + 1 <= room:
            return [*lines[:kept], last]
    return [rest(len(lines))]


def pieces(lines: Sequence[str]) -> list[str]:
    """The lines joined into as few texts as possible, each short enough for one section."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= SECTION_CHARACTERS:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return texts
