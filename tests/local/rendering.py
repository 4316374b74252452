"""A Block Kit message or view as plain text for a terminal."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from tests.local.mrkdwn import plain_text, read_mrkdwn

_WIDTH = 72
_GAP = "  "


def render_message(message: Mapping[str, Any]) -> str:
    """The lines that a person sees: the blocks, or the text without blocks. Unknown blocks show their type."""
    blocks = message.get("blocks")
    if not blocks:
        return read_mrkdwn(str(message.get("text", "")))
    return "\n".join(_render_block(block) for block in blocks)


def render_view(view: Mapping[str, Any]) -> str:
    """The lines of a modal or a Home tab: the title, if any, and the blocks."""
    title = [_header({"text": view["title"]})] if "title" in view else []
    return "\n".join([*title, *(_render_block(block) for block in view["blocks"])])


def _render_block(block: Mapping[str, Any]) -> str:
    render = _RENDERERS.get(str(block.get("type")))
    return render(block) if render else f"({block.get('type')} block)"


def _text(value: Mapping[str, Any]) -> str:
    """A text object, a table cell or rich_text as a string."""
    read = _READERS.get(str(value.get("type")))
    if read:
        return read(value)
    if "elements" in value:
        return "".join(_text(element) for element in value["elements"])
    # Slack interprets neither mrkdwn nor entities in raw text and rich text.
    return str(value.get("text", value.get("url", "")))


def _header(block: Mapping[str, Any]) -> str:
    title = _text(block["text"])
    return f"{title}\n{'=' * _width(title)}"


def _context(block: Mapping[str, Any]) -> str:
    return "  ".join(_text(element) for element in block["elements"])


def _actions(block: Mapping[str, Any]) -> str:
    return " ".join(_text(element) for element in block["elements"])


def _table(block: Mapping[str, Any]) -> str:
    rows = [[_text(cell).replace("\n", " ") for cell in row] for row in block["rows"]]
    settings = block.get("column_settings", [])
    right = [bool(setting) and setting.get("align") == "right" for setting in settings]
    widths = [max(_width(row[column]) for row in rows if column < len(row)) for column in range(max(map(len, rows)))]
    right += [False] * (len(widths) - len(right))
    lines = [_GAP.join(_pad(*cell) for cell in zip(row, widths, right, strict=False)).rstrip() for row in rows]
    lines.insert(1, _GAP.join("-" * width for width in widths))
    return "\n".join(lines)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    """The number of terminal columns: wide characters take two, combining marks none."""
    return sum(_width_of_one(each) for each in text)


def _width_of_one(character: str) -> int:
    if unicodedata.combining(character) or character == "\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


_READERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "mrkdwn": lambda value: read_mrkdwn(value["text"]),
    "plain_text": lambda value: plain_text(value["text"]),
    "button": lambda value: f"[{_text(value['text'])}]",
    "emoji": lambda value: f":{value['name']}:",
}
_RENDERERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "header": _header,
    "section": lambda block: _text(block["text"]),
    "context": _context,
    "divider": lambda _: "-" * _WIDTH,
    "actions": _actions,
    "table": _table,
    "data_visualization": lambda block: f"(chart: {block['title']})",
    "rich_text": _text,
}
