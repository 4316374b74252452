"""Slack's limits for one message, and how a long answer is cut: only between lines, and never silently.

Sources: docs.slack.dev, Block Kit reference (50 blocks, 3,000 characters in a text object). That all blocks together
may hold about 13,200 characters stands nowhere, nor what counts as one: Slack answers `msg_blocks_too_long`, once at
11,341 characters of text (slackapi/bolt-js issues 2509 and 2867). So the whole is counted in bytes of JSON as it is
sent, which is never less than any other way of counting, and a sixth stays free.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate

from balance_core.wire import dumps

SECTION_CHARACTERS = 3000
MESSAGE_BYTES = 11_000


def size(part: object) -> int:
    """What a text, or a block with everything around its text, takes in the message: bytes of JSON without quotes."""
    return len(dumps(part)) - 2


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
