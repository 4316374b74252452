"""The actions that the page can ask for: methods of the controller, whose parameters are the fields of the JSON."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

from msgspec import MsgspecError, defstruct
from msgspec.json import decode
from msgspec.structs import asdict

from tests.local.playground.controller import Controller

_ACTIONS: Mapping[str, Callable[..., None]] = {
    "command": Controller.command,
    "press": Controller.press,
    "submit": Controller.submit,
    "home": Controller.open_home,
    "close_modal": Controller.close_modal,
    "close_all_modals": Controller.close_all_modals,
    "play": Controller.play,
    "step": Controller.step,
    "schedule": Controller.fire_schedule,
    "fault": Controller.set_fault,
    "refuse_blocks": Controller.refuse_blocks,
}


def perform(controller: Controller, name: str, body: bytes) -> None:
    """Perform the action that the JSON object in `body` describes. Raises ValueError with a message for a person."""
    if name not in _ACTIONS:
        raise ValueError(f"there is no action {name}: {', '.join(_ACTIONS)}")
    try:
        arguments = decode(body, type=_PARAMETERS[name])
    except MsgspecError as error:
        raise ValueError(f"{name}: {error}") from error
    _ACTIONS[name](controller, **asdict(arguments))


def _parameters_of(action: Callable[..., None]) -> Any:
    hints = get_type_hints(action)
    del hints["return"]
    defaults = {name: each.default for name, each in inspect.signature(action).parameters.items()}
    fields: list[Any] = [
        (name, kind) if defaults[name] is inspect.Parameter.empty else (name, kind, defaults[name])
        for name, kind in hints.items()
    ]
    return defstruct(action.__name__, fields, forbid_unknown_fields=True)


_PARAMETERS = {name: _parameters_of(action) for name, action in _ACTIONS.items()}
