"""What Slack refuses in a table block and in a data_table block.

As in docs.slack.dev, reference/block-kit/blocks/table-block and data-table-block. All cells of a `table` together hold
at most 10,000 characters, here bytes of UTF-8.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.local.simulators.slack_elements import additional
from tests.local.simulators.slack_rich_text import rich_text_problems

_MOST_COLUMNS = 20
_MOST_BYTES = 10_000
_SHOWN = ("text", "title", "caption", "alt_text")
_ALIGNMENTS = (None, "left", "center", "right")


def table_problems(block: Mapping[str, Any]) -> Iterator[str]:
    """The reasons to refuse a block of type `table`."""
    yield from _rows_problems(block.get("rows"), 1, 100, ("raw_text", "rich_text"))
    if len(visible_text(block.get("rows")).encode()) > _MOST_BYTES:
        yield f"all cells together must have at most {_MOST_BYTES} characters"
    settings = block.get("column_settings", [])
    if not isinstance(settings, list) or len(settings) > _MOST_COLUMNS:
        yield f"column_settings must have at most {_MOST_COLUMNS} items"
        return
    for each in settings:
        yield from additional(each or {}, frozenset({"align", "is_wrapped"}))
        if (each or {}).get("align") not in _ALIGNMENTS:
            yield "align must be left, center or right"


def data_table_problems(block: Mapping[str, Any]) -> Iterator[str]:
    """The reasons to refuse a block of type `data_table`, whose first row is the header."""
    rows = block.get("rows")
    if not isinstance(block.get("caption"), str) or not block["caption"]:
        yield "caption is required"
    yield from _rows_problems(rows, 2, 201, ("raw_text", "raw_number", "rich_text"))
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield "all rows must have the same number of cells"
    if isinstance(rows, list) and any(cell.get("type") == "rich_text" for cell in _cells(rows[:1])):
        yield "rich_text is not allowed in the header row"


def visible_text(node: Any) -> str:
    """All the text that a block shows, in order; ids, urls and types are not shown."""
    return "".join(_visible_texts(node))


def _visible_texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for item in node for text in _visible_texts(item)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "emoji":
        return [f":{node.get('name', '')}:"]
    texts = [node[name] for name in _SHOWN if isinstance(node.get(name), str)]
    for value in node.values():
        if isinstance(value, list | dict):
            texts += _visible_texts(value)
    return texts


def _rows_problems(rows: Any, fewest: int, most: int, types: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(rows, list) or not fewest <= len(rows) <= most:
        yield f"rows must have {fewest} to {most} items"
        return
    if not all(isinstance(row, list) and 1 <= len(row) <= _MOST_COLUMNS for row in rows):
        yield f"every row must have 1 to {_MOST_COLUMNS} cells"
    for cell in _cells(rows):
        if cell.get("type") not in types:
            yield f"a cell must be {' or '.join(types)}"
        elif cell["type"] != "raw_number" and not visible_text(cell).strip():
            yield "a cell must not be empty"
        elif cell["type"] == "rich_text":
            yield from rich_text_problems(cell)
        else:
            yield from additional(cell, frozenset({"type", "text", "value"}))


def _cells(rows: list[Any]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        for cell in row if isinstance(row, list) else []:
            yield cell if isinstance(cell, dict) else {}
