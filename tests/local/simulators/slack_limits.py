"""What Slack refuses in a message, and in the blocks of a message or a view.

Limits of docs.slack.dev (Block Kit reference), and what it does not state: an empty table cell is refused; so is a
second table (`only_one_table_allowed`); so is a property that the reference does not list, such as `emoji` in mrkdwn;
so are about 13,200 characters in all, as `msg_blocks_too_long` (slackapi/bolt-js issues 2509 and 2867). What counts as
a character there is unknown: here it is a byte of UTF-8, and a block costs 100 of them, the most that was measured.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from tests.local.simulators.slack_elements import (
    additional,
    element_problems,
    image_problems,
    plain_text_problems,
    same_action_ids,
    text_object_problems,
    text_problems,
)
from tests.local.simulators.slack_rich_text import rich_text_problems
from tests.local.simulators.slack_tables import data_table_problems, table_problems, visible_text

MOST_BLOCKS = 50
MOST_BLOCK_BYTES = 13_200
_BLOCK_BYTES = 100
MOST_TEXT = 40_000
_MOST_CHARTS = 2
TABLES = ("table", "data_table")
# What a block may hold beside `type` and `block_id`.
_PROPERTIES: Mapping[str, frozenset[str]] = {
    "header": frozenset({"text"}),
    "section": frozenset({"text", "fields", "accessory", "expand"}),
    "context": frozenset({"elements"}),
    "divider": frozenset(),
    "actions": frozenset({"elements"}),
    "table": frozenset({"rows", "column_settings"}),
}


def refusal(message: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """Slack's error code for a message that it refuses, with the reasons in words; None for one that it takes."""
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        return "no_text", ["a message needs a top-level text: notifications and screen readers show it"]
    if len(text) > MOST_TEXT:
        return "msg_too_long", [f"text has {len(text)} characters, {MOST_TEXT} are allowed"]
    return _refusal_of_blocks(message["blocks"]) if message.get("blocks") is not None else None


def block_problems(blocks: Any, most: int, without: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Why blocks are refused: JSON pointers below them, and reasons. Blocks of the types `without` are refused too."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield "", "must be a list of objects"
        return
    if len(blocks) > most:
        yield "", f"no more than {most} items allowed"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(map(str, ids))) != len(ids):
        yield "", "block_id is not unique"
    for place, block in enumerate(blocks):
        yield from ((f"/{place}", problem) for problem in _block_problems(block, without))


def _refusal_of_blocks(blocks: Any) -> tuple[str, list[str]] | None:
    problems = [
        f"[ERROR] {problem} [json-pointer:/blocks{path}]" for path, problem in block_problems(blocks, MOST_BLOCKS)
    ]
    types = [] if problems else [block["type"] for block in blocks]
    if types.count("data_visualization") > _MOST_CHARTS:
        problems.append(f"[ERROR] no more than {_MOST_CHARTS} data_visualization blocks allowed [json-pointer:/blocks]")
    if problems:
        return "invalid_blocks", problems
    if sum(types.count(each) for each in TABLES) > 1:
        return "invalid_attachments", ["only_one_table_allowed"]
    length = sum(_BLOCK_BYTES + len(visible_text(block).encode()) for block in blocks)
    if length > MOST_BLOCK_BYTES:
        return "msg_blocks_too_long", [f"the blocks have {length} bytes, {MOST_BLOCK_BYTES} are allowed"]
    return None


def _block_problems(block: Mapping[str, Any], without: Collection[str]) -> Iterator[str]:
    kind = str(block.get("type"))
    check = _CHECKS.get(kind) if kind not in without else None
    if check is None:
        yield f"unsupported type: {kind}"
        return
    if kind in _PROPERTIES:
        yield from additional(block, _PROPERTIES[kind] | {"type", "block_id"})
    yield from check(block)
    yield from text_problems(block, "block_id", 255)


def _list_problems(holder: Mapping[str, Any], name: str, most: int) -> Iterator[str]:
    items = holder.get(name)
    if not isinstance(items, list) or not 1 <= len(items) <= most:
        yield f"{name} must have 1 to {most} items"


def _header_problems(block: Mapping[str, Any]) -> Iterator[str]:
    return plain_text_problems(block.get("text"), 150)


def _section_problems(block: Mapping[str, Any]) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "a section needs text or fields"
    if "text" in block:
        yield from text_object_problems(block["text"], 3000)
    if "fields" in block:
        yield from _list_problems(block, "fields", 10)
        for each in _items(block, "fields"):
            yield from text_object_problems(each, 2000)
    if "accessory" in block:
        yield from element_problems(block["accessory"])


def _context_problems(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _list_problems(block, "elements", 10)
    for each in _items(block, "elements"):
        if isinstance(each, dict) and each.get("type") == "image":
            yield from image_problems(each)
        else:
            yield from text_object_problems(each, 3000)


def _actions_problems(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _list_problems(block, "elements", 25)
    for each in _items(block, "elements"):
        yield from element_problems(each)
    yield from same_action_ids(_items(block, "elements"))


def _chart_problems(block: Mapping[str, Any]) -> Iterator[str]:
    yield from text_problems(block, "title", 50, required=True)
    chart = block.get("chart")
    if not isinstance(chart, dict) or chart.get("type") not in ("pie", "bar", "area", "line"):
        yield "chart must be a pie, bar, area or line"
        return
    yield from _list_problems(chart, "segments" if chart["type"] == "pie" else "series", 6)


def _items(block: Mapping[str, Any], name: str) -> list[Any]:
    items = block.get(name)
    return items if isinstance(items, list) else []


_CHECKS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "header": _header_problems,
    "section": _section_problems,
    "context": _context_problems,
    "divider": lambda _: iter(()),
    "actions": _actions_problems,
    "image": image_problems,
    "rich_text": rich_text_problems,
    "table": table_problems,
    "data_table": data_table_problems,
    "data_visualization": _chart_problems,
}
