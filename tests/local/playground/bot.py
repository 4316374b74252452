"""The bot as Slack reaches it, and the clock of a day that is played."""

from collections.abc import Mapping
from typing import Protocol

from tests.local.simulators.slack_commands import CommandReply, post


class Bot(Protocol):
    """What answers Slack's requests."""

    def post(self, headers: Mapping[str, str], body: bytes) -> CommandReply:
        """The answer to a signed request. Raises OSError when there is none."""


class BotAtUrl:
    """A bot behind a Request URL."""

    def __init__(self, url: str) -> None:
        self._url = url

    def post(self, headers: Mapping[str, str], body: bytes) -> CommandReply:
        return post(self._url, headers, body)


class Player(Protocol):
    """Plays a day on its own clock; safe to use from several threads."""

    def play(self, is_playing: bool) -> None:
        """Play from now on, or pause."""

    def step(self) -> None:
        """Play the next quarter of an hour now."""

    def to_json(self) -> dict[str, object]:
        """For the page: see `Day` in page/src/api.ts."""
