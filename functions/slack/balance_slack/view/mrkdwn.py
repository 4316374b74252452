"""Makes foreign text harmless in Slack: it cannot mention, link, format or reverse anything.

Source: docs.slack.dev, "Formatting message text": `&`, `<` and `>` are the only characters to escape.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

# Also the backtick, which would open or close `code`.
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "'"}
_EMPTY = "(unreadable)"
# ASCII words with nothing to escape, as nearly all are, skip the slow path.
_HARMLESS = re.compile(r"[!-%'-;=?-_a-~]+(?: [!-%'-;=?-_a-~]+)*")
# A digit tells an id from a word in capitals. People are mentioned with @, channels with #.
_SLACK_ID = re.compile(r"([UWCG])(?=[A-Z]*[0-9])[A-Z0-9]{1,20}")
_SIGNS = {"U": "@", "W": "@", "C": "#", "G": "#"}


def escape(text: str, max_length: int = 60) -> str:
    """`text` on one line, escaped, in at most `max_length` characters; `…` replaces what was cut.

    Control characters, invisible characters and those that change the writing direction are dropped.
    """
    return _clean(text, max_length, _ESCAPES)


def literal(text: str, max_length: int = 60) -> str:
    """The same for table cells, where Slack reads no mrkdwn and would show an escape as it is."""
    return _clean(text, max_length, {})


def code(text: str, max_length: int = 60) -> str:
    """A foreign word in `code` style, in which Slack formats and links nothing."""
    return f"`{escape(text, max_length)}`"


def date(instant: datetime, before: str = "") -> str:
    """A time that Slack shows in the reader's own time zone, such as `Today at 6:01 PM`; other programs show UTC.

    It reads right at the beginning of a line. Words that come `before` it, such as `since `, belong inside.
    """
    utc = instant.astimezone(UTC)
    shape = f"{before}{{date_short_pretty}} at {{time}}"
    return f"<!date^{int(utc.timestamp())}^{shape}|{before}{utc.day} {utc:%b %Y} at {utc:%H:%M} UTC>"


def mention(slack_id: str) -> str | None:
    """A person's or channel's id in the form for which Slack shows the name; None for every other text."""
    match = _SLACK_ID.fullmatch(slack_id)
    return f"<{_SIGNS[match[1]]}{slack_id}>" if match else None


def _clean(text: str, max_length: int, escapes: Mapping[str, str]) -> str:
    if len(text) <= max_length and _HARMLESS.fullmatch(text):
        return text
    kept: list[str] = []
    length = 0
    for character in _one_line(text):
        escaped = escapes.get(character, character)
        length += len(escaped)
        if length > max_length:
            return _shorten(kept, max_length - 1) + "…"
        kept.append(escaped)
    return "".join(kept) or _EMPTY


def _one_line(text: str) -> Iterator[str]:
    """The visible characters, with one space for each run of white space. Lazy: a text may be megabytes long."""
    has_begun = needs_space = False
    for character in text:
        if character.isspace():
            needs_space = has_begun
        elif not unicodedata.category(character).startswith("C"):
            if needs_space:
                yield " "
            yield character
            has_begun, needs_space = True, False


def _shorten(parts: list[str], max_length: int) -> str:
    while sum(map(len, parts)) > max_length:
        parts.pop()
    return "".join(parts)
