"""How Block Kit's objects are described: msgspec types with the limits of docs.slack.dev, reference/block-kit."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType, defstruct

Properties = Mapping[str, Any]


def struct(name: str, required: Properties, optional: Properties | None = None, *, tagged: bool = True) -> Any:
    """An object with these properties and no others; `type` must be `name` if it is `tagged`."""
    fields: list[Any] = [*required.items(), *((key, kind | UnsetType, UNSET) for key, kind in (optional or {}).items())]
    tag, tag_field = (name, "type") if tagged else (None, None)
    return defstruct(name, fields, tag=tag, tag_field=tag_field, forbid_unknown_fields=True)


def text_of(most: int) -> Any:
    """A string with something to read in it, and at most so many characters."""
    return Annotated[str, Meta(max_length=most, pattern=r"\S")]


def list_of(kind: Any, most: int, fewest: int = 1) -> Any:
    """A list with so many members."""
    return Annotated[list[kind], Meta(min_length=fewest, max_length=most)]


def plain(most: int) -> Any:
    """A `plain_text` object."""
    return struct("plain_text", {"text": text_of(most)}, {"emoji": bool})


def any_text(most: int) -> Any:
    """A `plain_text` or a `mrkdwn` object."""
    return plain(most) | struct("mrkdwn", {"text": text_of(most)}, {"verbatim": bool})


STYLE = Literal["primary", "danger"]
CONFIRM = struct(
    "confirm",
    {"title": plain(100), "text": plain(300), "confirm": plain(30), "deny": plain(30)},
    {"style": STYLE},
    tagged=False,
)
