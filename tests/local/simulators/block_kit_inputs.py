"""The `input` block and the elements that the bot puts into it; there are no option groups."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from msgspec import Meta

from tests.local.simulators.block_kit_types import CONFIRM, Properties, any_text, list_of, plain, struct, text_of

_MOST_TYPED = 3000
_ACTION: Properties = {"action_id": text_of(255), "focus_on_load": bool}
_CONFIRMED: Properties = {**_ACTION, "confirm": CONFIRM}
_MENU: Properties = {**_CONFIRMED, "placeholder": plain(150)}
# Before 2001-09-09 and after 2286-11-20 it has not ten digits.
_MOMENT = Annotated[int, Meta(ge=10**9, lt=10**10)]
_KINDS_OF_CONVERSATION = Literal["im", "mpim", "private", "public"]


def _options(most: int, text: Any) -> tuple[Properties, Properties]:
    option = struct("option", {"text": text, "value": text_of(150)}, {"description": plain(75)}, tagged=False)
    return {"options": list_of(option, most)}, {"initial_option": option}


_CHOICES, _CHOSEN = _options(100, plain(75))
_BUTTONS, _PRESSED = _options(10, any_text(75))
_FILTER = struct(
    "filter",
    {},
    {
        "include": list_of(_KINDS_OF_CONVERSATION, 4),
        "exclude_external_shared_channels": bool,
        "exclude_bot_users": bool,
    },
    tagged=False,
)
# The required and the optional properties of each element, besides `type`.
_ELEMENTS: Mapping[str, tuple[Properties, Properties]] = {
    "plain_text_input": (
        {},
        {
            **_ACTION,
            "placeholder": plain(150),
            "initial_value": str,
            "multiline": bool,
            "min_length": Annotated[int, Meta(ge=0, le=_MOST_TYPED)],
            "max_length": Annotated[int, Meta(ge=1, le=_MOST_TYPED)],
        },
    ),
    "static_select": (_CHOICES, {**_MENU, **_CHOSEN}),
    "radio_buttons": (_BUTTONS, {**_CONFIRMED, **_PRESSED}),
    "users_select": ({}, {**_MENU, "initial_user": text_of(255)}),
    "conversations_select": (
        {},
        {
            **_MENU,
            "initial_conversation": text_of(255),
            "default_to_current_conversation": bool,
            "response_url_enabled": bool,
            "filter": _FILTER,
        },
    ),
    "datetimepicker": ({}, {**_CONFIRMED, "initial_date_time": _MOMENT}),
}
_ELEMENT = reduce(or_, (struct(name, *properties) for name, properties in _ELEMENTS.items()))
INPUT: tuple[Properties, Properties] = (
    {"label": plain(2000), "element": _ELEMENT},
    {"hint": plain(2000), "optional": bool, "dispatch_action": bool},
)


def input_problems(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What the types cannot express."""
    elements = [block["element"] for block in blocks if block["type"] == "input"]
    if sum(bool(element.get("focus_on_load")) for element in elements) > 1:
        yield "only one element may have focus_on_load"
    for element in elements:
        if "initial_option" in element and element["initial_option"] not in element["options"]:
            yield "initial_option is not exactly one of the options"
        if element.get("min_length", 0) > element.get("max_length", _MOST_TYPED):
            yield "min_length is above max_length"
        if element.get("filter") == {}:
            yield "a filter needs at least one property"
