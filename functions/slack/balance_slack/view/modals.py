"""Modals: a text, a form and its fields. Source: docs.slack.dev, "Modal views" and "Input block"."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from balance_slack.view.blocks import Block, View, plain_text, sections

_TITLE_CHARACTERS = 24
_LABEL_CHARACTERS = 75


def modal(title: str, *blocks: Block, close: str = "Close") -> View:
    """A modal that can only be closed."""
    return {"type": "modal", "title": plain_text(title), "close": plain_text(close), "blocks": list(blocks)}


def text_modal(title: str, text: str, close: str = "Close") -> View:
    """One text (mrkdwn) in a modal that can only be closed."""
    return modal(title, *sections(text.split("\n")), close=close)


def form(callback_id: str, title: str, submit: str, blocks: Sequence[Block], *, close: str, metadata: str) -> View:
    """A modal that can be submitted. `metadata` comes back with what was entered."""
    view = modal(title, *blocks, close=close)
    return {**view, "callback_id": callback_id, "submit": plain_text(submit), "private_metadata": metadata}


def field(name: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """An input block whose id, and whose element's, is `name`."""
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label),
        "element": {**element, "action_id": name},
        "optional": optional,
    }
    return {**block, "hint": plain_text(hint)} if hint else block


def text_input(initial: str = "", placeholder: str = "", most: int = 200) -> Block:
    """One line of text."""
    begun = {"initial_value": initial} if initial else {}
    shown = {"placeholder": plain_text(placeholder)} if placeholder else {}
    return {"type": "plain_text_input", "max_length": most, **begun, **shown}


def select(choices: Mapping[str, str], chosen: str) -> Block:
    """A list of at most 100 `choices`, label by value, of which one is `chosen`."""
    options = {value: _option(value, label) for value, label in choices.items()}
    return {"type": "static_select", "options": list(options.values()), "initial_option": options[chosen]}


def radio(choices: Mapping[str, str], chosen: str) -> Block:
    """At most ten `choices`, label by value, all of which are shown."""
    return {**select(choices, chosen), "type": "radio_buttons"}


def person_select(chosen: str = "") -> Block:
    """A person of this Slack."""
    return {"type": "users_select", **({"initial_user": chosen} if chosen else {})}


def channel_select(chosen: str = "") -> Block:
    """A channel of this Slack. A direct message, in which the form may have been asked for, cannot be chosen."""
    channels: Block = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    return {**channels, **({"initial_conversation": chosen} if chosen.startswith(("C", "G")) else {})}


def date_time_picker(chosen: datetime) -> Block:
    """A time, which Slack shows in the person's own time zone."""
    return {"type": "datetimepicker", "initial_date_time": int(chosen.timestamp())}


def _option(value: str, label: str) -> Block:
    text = label if len(label) <= _LABEL_CHARACTERS else f"{label[: _LABEL_CHARACTERS - 1]}…"
    return {"text": plain_text(text), "value": value}
