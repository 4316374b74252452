"""The event that somebody opened the app's Home tab (`app_home_opened`). Source: docs.slack.dev, Events API."""

from collections.abc import Mapping
from dataclasses import dataclass

from balance_core.wire import Node
from balance_slack.access import Asker, Workspace

_MOST_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Who opened it. `event_id` is the same in each of Slack's three retries, which are signed anew."""

    event_id: str
    asker: Asker


def read_home_opened(body: Mapping[str, object]) -> HomeOpened | None:
    """Read the event with its envelope; None when it was another tab. Raises WireError for a malformed one."""
    envelope = Node(body)
    event = envelope.get("event")
    event_id, user_id = envelope.get("event_id").text(_MOST_CHARACTERS), event.get("user").text(_MOST_CHARACTERS)
    organisation = envelope.optional("enterprise_id")
    workspace = Workspace(
        envelope.get("team_id").text(_MOST_CHARACTERS), organisation.text(_MOST_CHARACTERS) if organisation else ""
    )
    tab = event.optional("tab")
    is_home = tab is not None and tab.text(_MOST_CHARACTERS) == "home"
    return HomeOpened(event_id, Asker(user_id, None, (workspace,))) if is_home else None
