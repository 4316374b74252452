"""What Slack refuses in the parts that blocks are made of: texts, images, buttons and their confirmations.

Limits of docs.slack.dev, Block Kit: reference/block-kit/composition-objects/text-object and confirmation-dialog-object,
reference/block-kit/block-elements/button-element and image-element. A property that they do not list is refused too.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_STYLES = (None, "primary", "danger")
# What a part may hold beside its type and what every part of its kind has.
_PROPERTIES: Mapping[str, frozenset[str]] = {
    "mrkdwn": frozenset({"verbatim"}),
    "plain_text": frozenset({"emoji"}),
    "button": frozenset({"text", "action_id", "url", "value", "style", "confirm", "accessibility_label"}),
    "confirm": frozenset({"title", "text", "confirm", "deny", "style"}),
}


def additional(holder: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    """The properties that are not `known`, in Slack's words."""
    yield from (f"invalid additional property: {name}" for name in sorted(holder.keys() - known))


def text_problems(holder: Mapping[str, Any], name: str, longest: int, *, required: bool = False) -> Iterator[str]:
    """Why the bare text under `name` is refused; one that is not there is fine unless it is `required`."""
    value = holder.get(name)
    if value is None and not required:
        return
    if not isinstance(value, str) or not value.strip():
        yield f"{name} must be a text that is not empty"
    elif len(value) > longest:
        yield f"{name} must be less than {longest + 1} characters"


def text_object_problems(value: Any, longest: int, types: tuple[str, ...] = ("mrkdwn", "plain_text")) -> Iterator[str]:
    """Why a text object of at most `longest` characters is refused."""
    if not isinstance(value, dict) or value.get("type") not in types:
        yield f"must be a text object of type {' or '.join(types)}"
        return
    yield from additional(value, _PROPERTIES[value["type"]] | {"type", "text"})
    yield from text_problems(value, "text", longest, required=True)


def plain_text_problems(value: Any, longest: int) -> Iterator[str]:
    """The same where only plain_text may stand."""
    return text_object_problems(value, longest, ("plain_text",))


def image_problems(image: Mapping[str, Any]) -> Iterator[str]:
    """Why an image, as a block or as an element, is refused."""
    yield from text_problems(image, "image_url", 3000, required=True)
    yield from text_problems(image, "alt_text", 2000, required=True)


def element_problems(element: Any) -> Iterator[str]:
    """Why an element of an actions block or a section's accessory is refused."""
    if not isinstance(element, dict) or element.get("type") not in ("button", "image"):
        yield "this simulator knows only buttons and images as elements"
    elif element["type"] == "image":
        yield from image_problems(element)
    else:
        yield from _button_problems(element)


def same_action_ids(elements: list[Any]) -> Iterator[str]:
    """The action_ids that more than one element of a block has."""
    ids = [each["action_id"] for each in elements if isinstance(each, dict) and "action_id" in each]
    yield from (
        f"action_id is not unique: {each}" for each in sorted({str(each) for each in ids if ids.count(each) > 1})
    )


def _button_problems(button: Mapping[str, Any]) -> Iterator[str]:
    yield from additional(button, _PROPERTIES["button"] | {"type"})
    yield from plain_text_problems(button.get("text"), 75)
    yield from text_problems(button, "action_id", 255)
    yield from text_problems(button, "value", 2000)
    yield from text_problems(button, "url", 3000)
    yield from text_problems(button, "accessibility_label", 75)
    yield from _style_problems(button)
    if "confirm" in button:
        yield from _confirm_problems(button["confirm"])


def _confirm_problems(confirm: Any) -> Iterator[str]:
    if not isinstance(confirm, dict):
        yield "confirm must be an object"
        return
    yield from additional(confirm, _PROPERTIES["confirm"])
    for name, longest in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from (f"confirm.{name} {problem}" for problem in plain_text_problems(confirm.get(name), longest))
    yield from _style_problems(confirm)


def _style_problems(holder: Mapping[str, Any]) -> Iterator[str]:
    if holder.get("style") not in _STYLES:
        yield "style must be primary or danger"
