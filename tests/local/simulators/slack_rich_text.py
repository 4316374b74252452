"""What Slack refuses in rich text, the only formatted text that a table cell takes.

As in docs.slack.dev, reference/block-kit/blocks/rich-text-block and the elements it names. Lists, quotes and
preformatted text are not known here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.local.simulators.slack_elements import additional, text_problems

_STYLES = frozenset({"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"})
# What an element must have, and what it may have, beside its type.
_ELEMENTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "text": (frozenset({"text"}), frozenset({"style"})),
    "emoji": (frozenset({"name"}), frozenset({"unicode", "style"})),
    "link": (frozenset({"url"}), frozenset({"text", "unsafe", "style"})),
    "user": (frozenset({"user_id"}), frozenset({"style"})),
    "channel": (frozenset({"channel_id"}), frozenset({"style"})),
}


def rich_text_problems(block: Mapping[str, Any]) -> Iterator[str]:
    """The reasons to refuse a rich_text block or cell."""
    yield from additional(block, frozenset({"type", "block_id", "elements"}))
    sections = block.get("elements")
    if not isinstance(sections, list) or not sections:
        yield "missing required field: elements"
        return
    for section in sections:
        if not isinstance(section, dict) or section.get("type") != "rich_text_section":
            yield "this simulator knows only rich_text_section in rich_text"
        elif not isinstance(section.get("elements"), list):
            yield "missing required field: elements"
        else:
            yield from additional(section, frozenset({"type", "elements"}))
            for element in section["elements"]:
                yield from _element_problems(element)


def _element_problems(element: Any) -> Iterator[str]:
    found = _ELEMENTS.get(str(element.get("type"))) if isinstance(element, dict) else None
    if found is None:
        yield f"this simulator knows only {', '.join(_ELEMENTS)} in a rich_text_section"
        return
    required, optional = found
    yield from additional(element, required | optional | {"type"})
    for name in sorted(required):
        value = element.get(name)
        if not isinstance(value, str) or not value:
            yield f"{name} must be more than 0 characters"
    yield from text_problems(element, "unicode", 255)
    style = element.get("style", {})
    if not isinstance(style, dict) or not all(isinstance(each, bool) for each in style.values()):
        yield "style must be an object of booleans"
    else:
        yield from additional(style, _STYLES)
