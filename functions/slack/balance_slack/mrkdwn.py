"""Text that others wrote, made harmless for Slack's mrkdwn: it cannot mention, link, format or reverse anything.

Source: docs.slack.dev, "Formatting message text": `&`, `<` and `>` are the only characters to escape.
"""

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime

# A backtick, too: it would open or close somebody else's `code`.
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "'"}
_NOTHING_LEFT = "(unreadable)"


def escape(text: str, most: int) -> str:
    """`text` on one line, escaped, in at most `most` characters; `…` stands for what was cut.

    Control characters, invisible ones and those that turn the direction of writing are dropped.
    """
    kept: list[str] = []
    length = 0
    for character in _one_line(text):
        escaped = _ESCAPED.get(character, character)
        length += len(escaped)
        if length > most:
            return _within(kept, most - 1) + "…"
        kept.append(escaped)
    return "".join(kept) or _NOTHING_LEFT


def code(text: str, most: int = 60) -> str:
    """Somebody else's own word in `code` style, in which Slack formats and links nothing; `most` without backticks."""
    return f"`{escape(text, most)}`"


def date(instant: datetime) -> str:
    """A time that Slack shows in the reader's own time zone; programs that cannot do that show it in UTC."""
    utc = instant.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{{date_short_pretty}} {{time}}|{utc:%Y-%m-%d %H:%M} UTC>"


def _one_line(text: str) -> Iterator[str]:
    """The visible characters, and one space for all that parts two of them. Lazy: a text may be megabytes long."""
    is_begun = is_apart = False
    for character in text:
        if character.isspace():
            is_apart = is_begun
        elif not unicodedata.category(character).startswith("C"):
            if is_apart:
                yield " "
            yield character
            is_begun, is_apart = True, False


def _within(parts: list[str], most: int) -> str:
    while sum(map(len, parts)) > most:
        parts.pop()
    return "".join(parts)
