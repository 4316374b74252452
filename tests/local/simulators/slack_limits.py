"""What Slack refuses in a message's blocks.

Limits of docs.slack.dev (Block Kit reference), and what it does not state: an empty table cell is refused; so is a
second table (`only_one_table_allowed`); so is a property that the reference does not list, such as `emoji` in mrkdwn;
so are about 13,200 characters in all, as `msg_blocks_too_long` (slackapi/bolt-js issues 2509 and 2867). What counts as
a character there is unknown: here it is a byte of UTF-8, and a block costs 100 of them, the most that was measured.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.local.simulators.slack_tables import data_table_problems, table_problems, visible_text

MOST_BLOCKS = 50
MOST_BLOCK_BYTES = 13_200
_BLOCK_BYTES = 100
MOST_TEXT = 40_000
_MOST_CHARTS = 2
_TABLES = ("table", "data_table")
# What a block may hold beside `type` and `block_id`, and a text object beside `type` and `text`.
_PROPERTIES: Mapping[str, frozenset[str]] = {
    "header": frozenset({"text"}),
    "section": frozenset({"text", "fields", "accessory", "expand"}),
    "context": frozenset({"elements"}),
    "divider": frozenset(),
    "actions": frozenset({"elements"}),
    "mrkdwn": frozenset({"verbatim"}),
    "plain_text": frozenset({"emoji"}),
}


def refusal(message: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """Slack's error code for a message that it refuses, with the reasons in words; None for one that it takes."""
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        return "no_text", ["a message needs a top-level text: notifications and screen readers show it"]
    if len(text) > MOST_TEXT:
        return "msg_too_long", [f"text has {len(text)} characters, {MOST_TEXT} are allowed"]
    return _refusal_of_blocks(message["blocks"]) if message.get("blocks") is not None else None


def _refusal_of_blocks(blocks: Any) -> tuple[str, list[str]] | None:
    problems = list(_block_problems(blocks))
    if problems:
        return "invalid_blocks", problems
    types = [block["type"] for block in blocks]
    if sum(types.count(each) for each in _TABLES) > 1:
        return "invalid_attachments", ["only_one_table_allowed"]
    length = sum(_BLOCK_BYTES + len(visible_text(block).encode()) for block in blocks)
    if length > MOST_BLOCK_BYTES:
        return "msg_blocks_too_long", [f"the blocks have {length} bytes, {MOST_BLOCK_BYTES} are allowed"]
    return None


def _block_problems(blocks: Any) -> Iterator[str]:
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield "blocks is not a list of objects"
        return
    if len(blocks) > MOST_BLOCKS:
        yield f"no more than {MOST_BLOCKS} items allowed [blocks]"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(map(str, ids))) != len(ids):
        yield "block_id is not unique"
    if [block.get("type") for block in blocks].count("data_visualization") > _MOST_CHARTS:
        yield f"no more than {_MOST_CHARTS} data_visualization blocks allowed"
    for place, block in enumerate(blocks):
        check = _CHECKS.get(str(block.get("type")))
        yield from (f"{problem} [/blocks/{place}]" for problem in _property_problems(block, {"type", "block_id"}))
        found = check(block) if check else iter([f"unsupported type: {block.get('type')}"])
        yield from (f"{problem} [/blocks/{place}]" for problem in found)
        yield from (f"{problem} [/blocks/{place}/block_id]" for problem in _text_problems(block, "block_id", 255))


def _property_problems(holder: Mapping[str, Any], general: set[str]) -> Iterator[str]:
    known = _PROPERTIES.get(str(holder.get("type")))
    if known is not None:
        yield from (f"invalid additional property: {name}" for name in sorted(holder.keys() - known - general))


def _text_problems(holder: Mapping[str, Any], name: str, longest: int, *, required: bool = False) -> Iterator[str]:
    value = holder.get(name)
    if value is None and not required:
        return
    if not isinstance(value, str) or not value.strip():
        yield f"{name} must be a text that is not empty"
    elif len(value) > longest:
        yield f"{name} must be less than {longest + 1} characters"


def _text_object_problems(value: Any, longest: int, types: tuple[str, ...] = ("mrkdwn", "plain_text")) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") not in types:
        yield f"must be a text object of type {' or '.join(types)}"
        return
    yield from _property_problems(value, {"type", "text"})
    yield from _text_problems(value, "text", longest, required=True)


def _list_problems(holder: Mapping[str, Any], name: str, most: int) -> Iterator[str]:
    items = holder.get(name)
    if not isinstance(items, list) or not 1 <= len(items) <= most:
        yield f"{name} must have 1 to {most} items"


def _header_problems(block: Mapping[str, Any]) -> Iterator[str]:
    return _text_object_problems(block.get("text"), 150, ("plain_text",))


def _section_problems(block: Mapping[str, Any]) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "a section needs text or fields"
    if "text" in block:
        yield from _text_object_problems(block["text"], 3000)
    if "fields" in block:
        yield from _list_problems(block, "fields", 10)
        for each in _items(block, "fields"):
            yield from _text_object_problems(each, 2000)
    if "accessory" in block:
        yield from _element_problems(block["accessory"])


def _context_problems(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _list_problems(block, "elements", 10)
    for each in _items(block, "elements"):
        if isinstance(each, dict) and each.get("type") == "image":
            yield from _image_problems(each)
        else:
            yield from _text_object_problems(each, 3000)


def _actions_problems(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _list_problems(block, "elements", 25)
    for each in _items(block, "elements"):
        yield from _element_problems(each)


def _element_problems(element: Any) -> Iterator[str]:
    if not isinstance(element, dict) or element.get("type") not in ("button", "image"):
        yield "this simulator knows only buttons and images as elements"
    elif element["type"] == "image":
        yield from _image_problems(element)
    else:
        yield from _text_object_problems(element.get("text"), 75, ("plain_text",))
        yield from _text_problems(element, "action_id", 255)
        yield from _text_problems(element, "value", 2000)
        yield from _text_problems(element, "url", 3000)


def _image_problems(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _text_problems(block, "image_url", 3000, required=True)
    yield from _text_problems(block, "alt_text", 2000, required=True)


def _chart_problems(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _text_problems(block, "title", 50, required=True)
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
    "image": _image_problems,
    "table": table_problems,
    "data_table": data_table_problems,
    "data_visualization": _chart_problems,
}
