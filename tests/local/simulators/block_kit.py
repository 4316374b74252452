"""What Slack accepts in messages and views: the part of Block Kit that the bot uses, as msgspec types.

The limits are those of docs.slack.dev, reference/block-kit and reference/views, and some that it does not state: Slack
refuses an empty table cell, a second table (`only_one_table_allowed`), a property that the reference does not list
(such as `emoji` in mrkdwn), and more than about 13,200 characters (`msg_blocks_too_long`, slackapi/bolt-js issues 2509
and 2867). What counts as a character there is unknown: here it is a byte of UTF-8, and each block adds 100, the most
measured. Tables are refused in views, because the page of the table block lists messages only.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from msgspec import Meta, ValidationError, convert

from tests.local.simulators.block_kit_inputs import INPUT, input_problems
from tests.local.simulators.block_kit_types import (
    CONFIRM,
    STYLE,
    Properties,
    any_text,
    list_of,
    plain,
    struct,
    text_of,
)

MOST_BLOCK_BYTES = 13_200
_BLOCK_BYTES = 100
_MOST_TABLE_BYTES = 10_000
_MOST_TEXT = 40_000

_BUTTON = struct(
    "button",
    {"text": plain(75)},
    {
        "action_id": text_of(255),
        "url": text_of(3000),
        "value": text_of(2000),
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": text_of(75),
    },
)
_TEXT_STYLE = struct("style", {}, dict.fromkeys(("bold", "italic", "strike", "code"), bool), tagged=False)
_RICH_ELEMENTS = (
    struct("text", {"text": Annotated[str, Meta(min_length=1, max_length=3000)]}, {"style": _TEXT_STYLE})
    | struct("emoji", {"name": text_of(255)}, {"unicode": text_of(255)})
    | struct("link", {"url": text_of(3000)}, {"text": text_of(3000), "style": _TEXT_STYLE})
    | struct("user", {"user_id": text_of(255)})
)
_RICH_TEXT = {"elements": list_of(struct("rich_text_section", {"elements": list_of(_RICH_ELEMENTS, 1000)}), 1000)}
_CELL = struct("raw_text", {"text": text_of(_MOST_TABLE_BYTES)}) | struct("rich_text", _RICH_TEXT)
_COLUMN = struct("column", {}, {"align": Literal["left", "center", "right"], "is_wrapped": bool}, tagged=False)
_LABEL = text_of(20)
_CHART = struct(
    "line",
    {
        "series": list_of(
            struct(
                "series",
                {"name": _LABEL, "data": list_of(struct("point", {"label": _LABEL, "value": float}, tagged=False), 20)},
                tagged=False,
            ),
            6,
        ),
        "axis_config": struct(
            "axis", {"categories": list_of(_LABEL, 20)}, {"x_label": text_of(50), "y_label": text_of(50)}, tagged=False
        ),
    },
)
# The required and the optional properties of each block, besides `type` and `block_id`.
_BLOCKS: Mapping[str, tuple[Properties, Properties]] = {
    "header": ({"text": plain(150)}, {}),
    "section": ({"text": any_text(3000)}, {"expand": bool}),
    "context": ({"elements": list_of(any_text(3000), 10)}, {}),
    "divider": ({}, {}),
    "actions": ({"elements": list_of(_BUTTON, 25)}, {}),
    "input": INPUT,
    "rich_text": (_RICH_TEXT, {}),
    "data_visualization": ({"title": text_of(50), "chart": _CHART}, {}),
    "table": ({"rows": list_of(list_of(_CELL, 20), 100)}, {"column_settings": list_of(_COLUMN | None, 20, 0)}),
}


def _blocks(most: int, without: Collection[str] = ()) -> Any:
    kinds = [
        struct(name, required, {**optional, "block_id": text_of(255)})
        for name, (required, optional) in _BLOCKS.items()
        if name not in without
    ]
    return list_of(reduce(or_, kinds), most, 0)


_MESSAGE_BLOCKS = _blocks(50)
_VIEW_BLOCKS = {"blocks": _blocks(100, without=("data_visualization", "table"))}
_VIEW_OPTIONS = {
    "private_metadata": Annotated[str, Meta(max_length=3000)],
    "callback_id": Annotated[str, Meta(max_length=255)],
    "external_id": Annotated[str, Meta(max_length=255)],
}
_VIEWS: Mapping[str, Any] = {
    "home": struct("home", _VIEW_BLOCKS, _VIEW_OPTIONS),
    "modal": struct(
        "modal",
        {"title": plain(24), **_VIEW_BLOCKS},
        {"close": plain(24), "submit": plain(24), "clear_on_close": bool, "notify_on_close": bool, **_VIEW_OPTIONS},
    ),
}


def refusal(message: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """Slack's error code for a message that it refuses, and the reasons; None for one that it accepts."""
    text, blocks = message.get("text"), message.get("blocks")
    if not isinstance(text, str) or not text.strip():
        return "no_text", ["a message needs a top-level text, for notifications and screen readers"]
    if len(text) > _MOST_TEXT:
        return "msg_too_long", [f"text has {len(text)} characters, {_MOST_TEXT} are allowed"]
    return _refusal_of_blocks(blocks) if blocks is not None else None


def view_problems(view: Any, kind: str) -> list[str]:
    """Why Slack refuses a view of this `kind` (`home` or `modal`); empty for a view that it accepts."""
    problems = _problems(view, _VIEWS[kind], "view")
    if problems or kind != "modal" or "submit" in view or all(block["type"] != "input" for block in view["blocks"]):
        return problems
    return ["[ERROR] view: submit is required when an input block is within the blocks"]


def _refusal_of_blocks(blocks: Any) -> tuple[str, list[str]] | None:
    if problems := _problems(blocks, _MESSAGE_BLOCKS, "blocks"):
        return "invalid_blocks", problems
    if Counter(block["type"] for block in blocks)["table"] > 1:
        return "invalid_attachments", ["only_one_table_allowed"]
    length = sum(_BLOCK_BYTES + len(_visible_text(block).encode()) for block in blocks)
    if length > MOST_BLOCK_BYTES:
        return "msg_blocks_too_long", [f"the blocks have {length} bytes, {MOST_BLOCK_BYTES} are allowed"]
    return None


def _problems(value: Any, kind: Any, where: str) -> list[str]:
    try:
        convert(value, kind)
    except ValidationError as error:
        return [f"[ERROR] {where}: {error}"]
    blocks = value["blocks"] if isinstance(value, dict) else value
    return [f"[ERROR] {where}: {problem}" for problem in _problems_of_all(blocks)]


def _problems_of_all(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What a type cannot express, because it involves more than one property."""
    yield from _repeated("block_id", blocks)
    yield from input_problems(blocks)
    for block in blocks:
        if block["type"] == "actions":
            yield from _repeated("action_id", block["elements"])
        if block["type"] == "table":
            yield from _table_problems(block)
        if block["type"] == "data_visualization":
            yield from _chart_problems(block["chart"])


def _chart_problems(chart: Mapping[str, Any]) -> Iterator[str]:
    categories = chart["axis_config"]["categories"]
    if len(set(categories)) != len(categories):
        yield "a category must not be repeated"
    if any([point["label"] for point in series["data"]] != categories for series in chart["series"]):
        yield "each series must have one point for each category"


def _table_problems(table: Mapping[str, Any]) -> Iterator[str]:
    if any(not _visible_text(cell).strip() for row in table["rows"] for cell in row):
        yield "a cell must not be empty"
    if len(_visible_text(table).encode()) > _MOST_TABLE_BYTES:
        yield f"the cells of a table may have {_MOST_TABLE_BYTES} characters in all"


def _repeated(name: str, items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    counts = Counter(item[name] for item in items if name in item)
    yield from (f"{name} is not unique: {each}" for each, count in counts.items() if count > 1)


def _visible_text(node: Any) -> str:
    """The text that a block displays, in order, without ids, URLs and types."""
    if isinstance(node, list):
        return "".join(map(_visible_text, node))
    if not isinstance(node, dict):
        return ""
    if node.get("type") == "emoji":
        return f":{node['name']}:"
    own = "".join(node[name] for name in ("text", "title") if isinstance(node.get(name), str))
    return own + "".join(map(_visible_text, node.values()))
