"""What people fill into the input blocks of a view, and `state.values` as Slack sends it.

The names of the members are those of docs.slack.dev, reference/block-kit/block-elements.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# The member of an element that holds what it shows at first, and the member of its state.
_MEMBERS: Mapping[str, tuple[str, str]] = {
    "plain_text_input": ("initial_value", "value"),
    "static_select": ("initial_option", "selected_option"),
    "radio_buttons": ("initial_option", "selected_option"),
    "users_select": ("initial_user", "selected_user"),
    "conversations_select": ("initial_conversation", "selected_conversation"),
    "datetimepicker": ("initial_date_time", "selected_date_time"),
}
_IDS: Mapping[str, tuple[str, ...]] = {"users_select": ("U", "W"), "conversations_select": ("C", "D", "G")}


def with_ids(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, each with an id, and inputs with an action_id: Slack adds one where it is missing."""
    return [_with_action_id({"block_id": f"block-{place}", **block}) for place, block in enumerate(blocks)]


def _with_action_id(block: dict[str, Any]) -> dict[str, Any]:
    if block["type"] != "input":
        return block
    return {**block, "element": {"action_id": f"action-of-{block['block_id']}", **block["element"]}}


def inputs_of(blocks: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The input blocks, with ids."""
    return (block for block in with_ids(blocks) if block["type"] == "input")


def state_of(
    blocks: Sequence[Mapping[str, Any]], values: Mapping[str, Any], channel_id: str = ""
) -> dict[str, dict[str, Any]]:
    """`state.values`, with `values` by block_id and the initial ones elsewhere.

    A value is the text, the `value` of the option, the id of the user or channel, or seconds since 1970; None for an
    empty field. `channel_id` is where the modal was opened. Raises ValueError for what nobody can enter.
    """
    inputs = {block["block_id"]: block for block in inputs_of(blocks)}
    if unknown := sorted(values.keys() - inputs.keys()):
        raise ValueError(f"there is no input block {', '.join(unknown)}, but: {', '.join(inputs) or 'none'}")
    return {name: _state(block, values, channel_id) for name, block in inputs.items()}


def initial_values(blocks: Sequence[Mapping[str, Any]], channel_id: str = "") -> dict[str, Any]:
    """What the input blocks hold at first, by block_id, as values for `state_of`."""
    states = {name: next(iter(state.values())) for name, state in state_of(blocks, {}, channel_id).items()}
    held = {name: state[_MEMBERS[state["type"]][1]] for name, state in states.items()}
    return {name: value["value"] if isinstance(value, Mapping) else value for name, value in held.items()}


def check_filled(blocks: Sequence[Mapping[str, Any]], state: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises ValueError when Slack would not send the form: a required field is empty, a text too short or too long."""
    for block in inputs_of(blocks):
        element, label = block["element"], block["label"]["text"]
        value = state[block["block_id"]][element["action_id"]][_MEMBERS[element["type"]][1]]
        if value is None and not block.get("optional"):
            raise ValueError(f"“{label}” is required")
        if isinstance(value, str) and element["type"] == "plain_text_input":
            _check_length(element, label, value)


def _check_length(element: Mapping[str, Any], label: str, text: str) -> None:
    fewest, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not fewest <= len(text) <= most:
        raise ValueError(f"“{label}” has {len(text)} characters: from {fewest} to {most} are allowed")


def _state(block: Mapping[str, Any], values: Mapping[str, Any], channel_id: str) -> dict[str, Any]:
    element = block["element"]
    initial, member = _MEMBERS[element["type"]]
    if block["block_id"] in values:
        value = _entered(element, values[block["block_id"]])
    else:
        value = element.get(initial)
        if value is None and element.get("default_to_current_conversation"):
            value = channel_id
    return {element["action_id"]: {"type": element["type"], member: None if value == "" else value}}


def _entered(element: Mapping[str, Any], value: Any) -> Any:
    """The value as the state holds it. Raises ValueError when the element cannot have it."""
    kind = element["type"]
    if value is None:
        return None
    if kind == "datetimepicker":
        is_right = isinstance(value, int) and not isinstance(value, bool)
    else:
        is_right = isinstance(value, str)
    if not is_right or (kind in _IDS and not value.startswith(_IDS[kind])):
        raise ValueError(f"nobody can enter {value!r} into a {kind}")
    if "options" not in element:
        return value
    for option in element["options"]:
        if option["value"] == value:
            return option
    raise ValueError(f"there is no option {value!r}, but: {', '.join(each['value'] for each in element['options'])}")
