"""Text that others wrote, made harmless for Slack: it cannot mention, link, format or reverse anything.

Source: docs.slack.dev, "Formatting message text": `&`, `<` and `>` are the only characters to escape.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

# A backtick, too: it would open or close somebody else's `code`.
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "'"}
_NOTHING_LEFT = "(unreadable)"
# Words of ASCII letters, digits and signs with nothing to escape, as nearly all are: these need no second look.
_HARMLESS = re.compile(r"[!-%'-;=?-_a-~]+(?: [!-%'-;=?-_a-~]+)*")
# A digit tells an id from a word in capitals. People are mentioned with @, channels with #.
_ID = re.compile(r"([UWCG])(?=[A-Z]*[0-9])[A-Z0-9]{1,20}")
_SIGNS = {"U": "@", "W": "@", "C": "#", "G": "#"}


def escape(text: str, most: int) -> str:
    """`text` on one line, escaped, in at most `most` characters; `…` stands for what was cut.

    Control characters, invisible ones and those that turn the direction of writing are dropped.
    """
    return _kept(text, most, _ESCAPED)


def literal(text: str, most: int) -> str:
    """The same for a table's cells, in which Slack reads no mrkdwn: it would show an escape as it is."""
    return _kept(text, most, {})


def code(text: str, most: int = 60) -> str:
    """Somebody else's own word in `code` style, in which Slack formats and links nothing; `most` without backticks."""
    return f"`{escape(text, most)}`"


def date(instant: datetime) -> str:
    """A time that Slack shows in the reader's own time zone; programs that cannot do that show it in UTC."""
    utc = instant.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{{date_short_pretty}} {{time}}|{utc:%Y-%m-%d %H:%M} UTC>"


def mention(slack_id: str) -> str | None:
    """A person's or a channel's id as Slack shows its name; None for anything else, such as a direct message's id."""
    match = _ID.fullmatch(slack_id)
    return f"<{_SIGNS[match[1]]}{slack_id}>" if match else None


def _kept(text: str, most: int, escapes: Mapping[str, str]) -> str:
    if len(text) <= most and _HARMLESS.fullmatch(text):
        return text
    kept: list[str] = []
    length = 0
    for character in _one_line(text):
        escaped = escapes.get(character, character)
        length += len(escaped)
        if length > most:
            return _within(kept, most - 1) + "…"
        kept.append(escaped)
    return "".join(kept) or _NOTHING_LEFT


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
