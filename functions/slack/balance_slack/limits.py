"""Slack's limits for one message, and how a long answer is cut: only between lines, and never silently.

Sources: docs.slack.dev, Block Kit reference (50 blocks, 3,000 characters in a text object). That all blocks together
may hold about 13,200 characters stands nowhere; Slack answers `msg_blocks_too_long` (slackapi/bolt-js issue 2509).
"""

from collections.abc import Callable, Sequence
from itertools import accumulate

SECTION_CHARACTERS = 3000
# A good deal below 13,200: nobody knows how Slack counts.
MESSAGE_CHARACTERS = 12_000


def cut(lines: Sequence[str], room: int, rest: Callable[[int], str]) -> list[str]:
    """The first lines that fit `room` characters, line ends included; `rest(n)` becomes the last when n were left out.

    `room` must hold `rest`'s line at least.
    """
    ends = list(accumulate(len(line) + 1 for line in lines))
    if not ends or ends[-1] <= room:
        return list(lines)
    for kept in range(len(lines) - 1, 0, -1):
        last = rest(len(lines) - kept)
        if ends[kept - 1] + len(last) + 1 <= room:
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
