"""What the page may ask for: the JSON of each deed, read strictly, and what it does to the scene."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.local.playground.scene import Scene
from tests.local.playground.workspace import CHANNELS, Channel, Member, member
from tests.local.simulators.documents import parse_object


def do(scene: Scene, name: str, body: bytes) -> None:
    """Do what the JSON object in `body` says. Raises ValueError for what is not understood or not possible any more."""
    deed = _DEEDS.get(name)
    if deed is None:
        raise ValueError(f"there is no {name}: {', '.join(_DEEDS)}")
    deed(scene, parse_object(body))


def _command(scene: Scene, said: Mapping[str, Any]) -> None:
    scene.command(_member(said), _channel(said), _text(said, "text"))


def _press(scene: Scene, said: Mapping[str, Any]) -> None:
    scene.press(_member(said), _place(said), _text(said, "action_id"))


def _home(scene: Scene, said: Mapping[str, Any]) -> None:
    scene.open_home(_member(said))


def _close_modal(scene: Scene, said: Mapping[str, Any]) -> None:
    scene.close_modal(_member(said))


def _schedule(scene: Scene, _: Mapping[str, Any]) -> None:
    scene.fire_schedule()


def _fault(scene: Scene, said: Mapping[str, Any]) -> None:
    scene.switches.turn(_text(said, "service"), _text(said, "fault") or None)
    scene.touch()


def _refuse_blocks(scene: Scene, said: Mapping[str, Any]) -> None:
    scene.refuse_blocks(said.get("is_on") is True)


_DEEDS: Mapping[str, Callable[[Scene, Mapping[str, Any]], None]] = {
    "command": _command,
    "press": _press,
    "home": _home,
    "close_modal": _close_modal,
    "schedule": _schedule,
    "fault": _fault,
    "refuse_blocks": _refuse_blocks,
}


def _member(said: Mapping[str, Any]) -> Member:
    return member(_text(said, "user"))


def _channel(said: Mapping[str, Any]) -> Channel:
    for channel in CHANNELS:
        if channel.id == said.get("channel"):
            return channel
    raise ValueError("there is no such channel")


def _place(said: Mapping[str, Any]) -> Mapping[str, str]:
    place = said.get("at")
    if not isinstance(place, dict):
        raise ValueError("`at` must name a message or a view")  # noqa: TRY004 - one error for all that is not understood
    return place


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise ValueError(f"`{name}` must be a text")  # noqa: TRY004 - one error for all that is not understood
    return value
