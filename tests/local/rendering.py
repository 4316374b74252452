"""A Block Kit message or view as plain text for a terminal."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.local.mrkdwn import plain_text, read_mrkdwn

_WIDTH = 72
_GAP = "  "


def render_message(message: Mapping[str, Any]) -> str:
    """The lines a person would see: the blocks when there are some, else the text. Unknown blocks show their type."""
    blocks = message.get("blocks")
    if not blocks:
        return read_mrkdwn(str(message.get("text", "")))
    return "\n".join(_render_block(block) for block in blocks)


def render_view(view: Mapping[str, Any]) -> str:
    """The lines of a modal or a Home tab: the title, if there is one, and the blocks."""
    title = [_header({"text": view["title"]})] if "title" in view else []
    return "\n".join([*title, *(_render_block(block) for block in view["blocks"])])


def _render_block(block: Mapping[str, Any]) -> str:
    render = _RENDERERS.get(str(block.get("type")))
    return render(block) if render else f"({block.get('type')} block)"


def _text(value: Mapping[str, Any]) -> str:
    """A text object, a table cell, a rich_text tree or an image, as one text."""
    read = _READERS.get(str(value.get("type")))
    if read:
        return read(value)
    if "elements" in value:
        return "".join(_text(element) for element in value["elements"])
    # Raw and rich text is literal: Slack reads neither mrkdwn nor entities in it.
    return str(value.get("text", value.get("url", "")))


def _header(block: Mapping[str, Any]) -> str:
    title = _text(block["text"])
    return f"{title}\n{'=' * _width(title)}"


def _section(block: Mapping[str, Any]) -> str:
    lines = [_text(block["text"])] if "text" in block else []
    fields = [_text(field) for field in block.get("fields", [])]
    pairs = [fields[place : place + 2] for place in range(0, len(fields), 2)]  # Slack sets fields in two columns
    lines += [row for pair in pairs for row in _side_by_side(pair, _longest_line(fields[::2]))]
    if "accessory" in block:
        lines.append(_text(block["accessory"]))
    return "\n".join(lines)


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
    return "\n".join([plain_text(block["caption"]), *lines] if "caption" in block else lines)


def _chart(block: Mapping[str, Any]) -> str:
    chart = block["chart"]
    lines = [f"{plain_text(block['title'])} ({chart['type']} chart)"]
    series = chart.get("series") or [{"name": "", "data": chart.get("segments", [])}]
    for each in series:
        points = ", ".join(f"{point['label']} {point['value']}" for point in each["data"])
        lines.append(f"{each['name']}: {points}" if each["name"] else points)
    return "\n".join(lines)


def _side_by_side(texts: Sequence[str], width: int) -> list[str]:
    columns = [text.split("\n") for text in texts]
    height = max(len(lines) for lines in columns)
    padded = [lines + [""] * (height - len(lines)) for lines in columns]
    rows = zip(*padded, strict=True)
    return [_GAP.join(_pad(cell, width, right=False) for cell in row).rstrip() for row in rows]


def _longest_line(texts: Sequence[str]) -> int:
    return max((_width(line) for text in texts for line in text.split("\n")), default=0)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    """Columns in a terminal: wide characters take two, marks that combine take none."""
    return sum(_width_of_one(each) for each in text)


def _width_of_one(character: str) -> int:
    if unicodedata.combining(character) or character == "\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


_READERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "mrkdwn": lambda value: read_mrkdwn(value["text"]),
    "plain_text": lambda value: plain_text(value["text"]),
    "raw_number": lambda value: str(value.get("text", value.get("value", ""))),
    "image": lambda value: f"[{value.get('alt_text', 'image')}]",
    "button": lambda value: f"[{_text(value['text'])}]",
    "emoji": lambda value: f":{value['name']}:",
}
_RENDERERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": lambda _: "-" * _WIDTH,
    "actions": _actions,
    "image": _text,
    "table": _table,
    "data_table": _table,
    "data_visualization": _chart,
    "rich_text": _text,
}
