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

from msgspec import UNSET, Meta, UnsetType, ValidationError, convert, defstruct

MOST_BLOCK_BYTES = 13_200
_BLOCK_BYTES = 100
_MOST_TABLE_BYTES = 10_000
_MOST_TEXT = 40_000


_Properties = Mapping[str, Any]


def _struct(name: str, required: _Properties, optional: _Properties | None = None, *, tagged: bool = True) -> Any:
    """An object with these properties and no others; `type` must be `name` if it is `tagged`."""
    fields: list[Any] = [*required.items(), *((key, kind | UnsetType, UNSET) for key, kind in (optional or {}).items())]
    tag, tag_field = (name, "type") if tagged else (None, None)
    return defstruct(name, fields, tag=tag, tag_field=tag_field, forbid_unknown_fields=True)


def _text(most: int) -> Any:
    return Annotated[str, Meta(max_length=most, pattern=r"\S")]


def _list(kind: Any, most: int, fewest: int = 1) -> Any:
    return Annotated[list[kind], Meta(min_length=fewest, max_length=most)]


def _plain(most: int) -> Any:
    return _struct("plain_text", {"text": _text(most)}, {"emoji": bool})


def _any_text(most: int) -> Any:
    return _plain(most) | _struct("mrkdwn", {"text": _text(most)}, {"verbatim": bool})


_STYLE = Literal["primary", "danger"]
_BUTTON = _struct(
    "button",
    {"text": _plain(75)},
    {
        "action_id": _text(255),
        "url": _text(3000),
        "value": _text(2000),
        "style": _STYLE,
        "confirm": _struct(
            "confirm",
            {"title": _plain(100), "text": _plain(300), "confirm": _plain(30), "deny": _plain(30)},
            {"style": _STYLE},
            tagged=False,
        ),
        "accessibility_label": _text(75),
    },
)
_TEXT_STYLE = _struct("style", {}, dict.fromkeys(("bold", "italic", "strike", "code"), bool), tagged=False)
_RICH_ELEMENTS = (
    _struct("text", {"text": Annotated[str, Meta(min_length=1, max_length=3000)]}, {"style": _TEXT_STYLE})
    | _struct("emoji", {"name": _text(255)}, {"unicode": _text(255)})
    | _struct("link", {"url": _text(3000)}, {"text": _text(3000), "style": _TEXT_STYLE})
    | _struct("user", {"user_id": _text(255)})
)
_RICH_TEXT = {"elements": _list(_struct("rich_text_section", {"elements": _list(_RICH_ELEMENTS, 1000)}), 1000)}
_CELL = _struct("raw_text", {"text": _text(_MOST_TABLE_BYTES)}) | _struct("rich_text", _RICH_TEXT)
_COLUMN = _struct("column", {}, {"align": Literal["left", "center", "right"], "is_wrapped": bool}, tagged=False)
_LABEL = _text(20)
_CHART = _struct(
    "line",
    {
        "series": _list(
            _struct(
                "series",
                {"name": _LABEL, "data": _list(_struct("point", {"label": _LABEL, "value": float}, tagged=False), 20)},
                tagged=False,
            ),
            6,
        ),
        "axis_config": _struct(
            "axis", {"categories": _list(_LABEL, 20)}, {"x_label": _text(50), "y_label": _text(50)}, tagged=False
        ),
    },
)
# The required and the optional properties of each block, besides `type` and `block_id`.
_BLOCKS: Mapping[str, tuple[_Properties, _Properties]] = {
    "header": ({"text": _plain(150)}, {}),
    "section": ({"text": _any_text(3000)}, {"expand": bool}),
    "context": ({"elements": _list(_any_text(3000), 10)}, {}),
    "divider": ({}, {}),
    "actions": ({"elements": _list(_BUTTON, 25)}, {}),
    "rich_text": (_RICH_TEXT, {}),
    "data_visualization": ({"title": _text(50), "chart": _CHART}, {}),
    "table": ({"rows": _list(_list(_CELL, 20), 100)}, {"column_settings": _list(_COLUMN | None, 20, 0)}),
}


def _blocks(most: int, without: Collection[str] = ()) -> Any:
    kinds = [
        _struct(name, required, {**optional, "block_id": _text(255)})
        for name, (required, optional) in _BLOCKS.items()
        if name not in without
    ]
    return _list(reduce(or_, kinds), most, 0)


_MESSAGE_BLOCKS = _blocks(50)
_VIEW_BLOCKS = {"blocks": _blocks(100, without=("data_visualization", "table"))}
_VIEW_OPTIONS = {
    "private_metadata": Annotated[str, Meta(max_length=3000)],
    "callback_id": Annotated[str, Meta(max_length=255)],
    "external_id": Annotated[str, Meta(max_length=255)],
}
_VIEWS: Mapping[str, Any] = {
    "home": _struct("home", _VIEW_BLOCKS, _VIEW_OPTIONS),
    "modal": _struct(
        "modal",
        {"title": _plain(24), **_VIEW_BLOCKS},
        {"close": _plain(24), "submit": _plain(24), "clear_on_close": bool, "notify_on_close": bool, **_VIEW_OPTIONS},
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
    return _problems(view, _VIEWS[kind], "view")


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
