"""Who may ask: every combination of a person, a way to ask, a channel and settings, with the expected decision.

Slack names the workspace, the organisation (on Enterprise Grid), the channel and the person. A guest looks like a
member. A person of a connected company has their own workspace in a command, and ours beside theirs in a button press.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from itertools import product
from urllib.parse import urlencode

from balance_slack.access import AccessPolicy, Requester
from balance_slack.front.payloads import UrlCheck, read_payload
from balance_slack.front.request import RequestRefusedError

OURS, OUR_ORGANISATION = "T0123456789", "E0123456789"
THEIRS, THEIR_ORGANISATION = "T0999999999", "E0999999999"
LISTED_PERSON, COLLEAGUE, GUEST, STRANGER = "U0123456789", "U0222222222", "U0333333333", "U0999999999"
FINANCE, ELSEWHERE, DIRECT_MESSAGE = "C0123456789", "C0444444444", "D0555555555"
CHANNELS = (FINANCE, ELSEWHERE, DIRECT_MESSAGE, "")


class Surface(Enum):
    """How somebody asks."""

    COMMAND = "a command"
    BUTTON = "a button below a message"
    HOME_BUTTON = "a button on the Home tab"
    HOME = "the opened Home tab"

    @property
    def channels(self) -> Sequence[str]:
        """Where it can happen; the Home tab belongs to no channel."""
        return CHANNELS if self in (Surface.COMMAND, Surface.BUTTON) else ("",)


@dataclass(frozen=True)
class Person:
    """Somebody who asks, as Slack describes them."""

    name: str
    team_id: str
    user_id: str
    enterprise_id: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """The fields of a SlashCommand."""
        return {"team_id": self.team_id, "user_id": self.user_id}

    def body(self, surface: Surface, channel_id: str) -> str:
        """What Slack posts when they ask."""
        if surface is Surface.COMMAND:
            who = {**self.fields, "enterprise_id": self.enterprise_id, "channel_id": channel_id}
            return urlencode({"command": "/balance", "response_url": "https://hooks.slack.com/commands/1", **who})
        enterprise = {"enterprise_id": self.enterprise_id} if self.enterprise_id else {}
        if surface is Surface.HOME:
            event = {"event": {"type": "app_home_opened", "user": self.user_id, "tab": "home"}, "event_id": "Ev1"}
            return json.dumps({"type": "event_callback", "team_id": self.team_id, **enterprise, **event})
        is_on_home_tab = surface is Surface.HOME_BUTTON
        payload = {
            "type": "block_actions",
            "user": {"id": self.user_id, "team_id": self.team_id},
            "team": {"id": OURS if self.team_id == THEIRS else self.team_id},
            "enterprise": {"id": self.enterprise_id} if self.enterprise_id else None,
            "container": {"type": "view" if is_on_home_tab else "message"},
            **({} if is_on_home_tab else {"channel": {"id": channel_id}}),
            "actions": [{"action_id": "refresh"}],
        }
        return urlencode({"payload": json.dumps(payload)})

    def required_entries(self, surface: Surface) -> list[set[str]]:
        """For each workspace that Slack names, the entries of the list that allow it; one of them must be there."""
        if not self.team_id:
            return [set()]
        own, organisation = {self.team_id, "*"}, {self.enterprise_id} - {""}
        if self.team_id == THEIRS and surface in (Surface.BUTTON, Surface.HOME_BUTTON):
            return [{OURS, "*"} | organisation, own]
        return [own | organisation]


PEOPLE = (
    Person("the listed person", OURS, LISTED_PERSON),
    Person("the listed person, on Enterprise Grid", OURS, LISTED_PERSON, OUR_ORGANISATION),
    Person("the listed person in another workspace of ours", "T0777777777", LISTED_PERSON, OUR_ORGANISATION),
    Person("a colleague", OURS, COLLEAGUE),
    Person("a guest", OURS, GUEST),
    Person("a stranger of a connected company", THEIRS, STRANGER),
    Person("a stranger of a connected organisation", THEIRS, STRANGER, THEIR_ORGANISATION),
    Person("a stranger with our workspace", OURS, STRANGER),
    Person("a stranger with the listed person's id", THEIRS, LISTED_PERSON),
    Person("a person without a workspace", "", LISTED_PERSON),
    Person("a person with our organisation only", "", LISTED_PERSON, OUR_ORGANISATION),
    Person("a person without an id", OURS, ""),
    Person("a person whose id is a wildcard", OURS, "*"),
    Person("a person whose workspace is a wildcard", "*", LISTED_PERSON),
    Person("a person whose id is a list", OURS, f"{LISTED_PERSON},{COLLEAGUE}"),
)

# The value of each variable (None: not set), and whom it allows; "*" is everybody who has an id.
_NOBODY: dict[str | None, set[str]] = {None: set(), "": set(), " ": set(), ",": set(), " , ,": set()}
_TEAMS: dict[str | None, set[str]] = {
    **_NOBODY,
    OURS: {OURS},
    f" {OURS} , {THEIRS},": {OURS, THEIRS},
    OUR_ORGANISATION: {OUR_ORGANISATION},
    f"{OURS},{OUR_ORGANISATION}": {OURS, OUR_ORGANISATION},
    OURS.lower(): set(),
    OURS[:-1]: set(),
    OURS + "0": set(),
    "*": {"*"},
    f"{OURS},*": {"*"},
    "**": set(),
}
_CHANNELS = _NOBODY | {FINANCE: {FINANCE}, f"{FINANCE},{DIRECT_MESSAGE}": {FINANCE, DIRECT_MESSAGE}}
_CHANNELS |= {"finance": set(), "*": {"*"}}
_USERS = _NOBODY | {LISTED_PERSON: {LISTED_PERSON}, f"{LISTED_PERSON},{GUEST}": {LISTED_PERSON, GUEST}}
_USERS |= {"dana": set(), "*": {"*"}}


@dataclass(frozen=True)
class Row:
    """Settings, who asks where and how, and whether that is allowed."""

    settings: Mapping[str, str]
    policy: AccessPolicy
    person: Person
    channel_id: str
    surface: Surface
    is_allowed: bool

    @cached_property
    def is_let_in(self) -> bool:
        """The decision of the product about the request that Slack sends; a malformed request is refused."""
        requester = _requester(self.person, self.surface, self.channel_id)
        return requester is not None and not self.policy.refusals(requester)


@cache
def _requester(person: Person, surface: Surface, channel_id: str) -> Requester | None:
    try:
        payload = read_payload(person.body(surface, channel_id))
    except RequestRefusedError:
        return None
    assert not isinstance(payload, UrlCheck)
    return payload.requester


def rows() -> Iterator[Row]:
    """The table: every combination of settings with every person, surface and channel."""
    askers = [(person, surface, person.required_entries(surface)) for person, surface in product(PEOPLE, Surface)]
    for teams, channels, users in product(_TEAMS, _CHANNELS, _USERS):
        values = {"ALLOWED_TEAM_IDS": teams, "ALLOWED_CHANNEL_IDS": channels, "ALLOWED_USER_IDS": users}
        settings = {name: value for name, value in values.items() if value is not None}
        policy = AccessPolicy.from_environment(settings)
        for person, surface, required in askers:
            is_person_allowed = bool(person.user_id and _USERS[users] & {person.user_id, "*"})
            is_allowed = is_person_allowed and all(_TEAMS[teams] & any_of for any_of in required)
            for channel_id in surface.channels:
                is_in_place = surface.channels == ("",) or bool(channel_id and _CHANNELS[channels] & {channel_id, "*"})
                yield Row(settings, policy, person, channel_id, surface, is_allowed and is_in_place)


def wrong_decisions(table: Iterable[Row]) -> tuple[int, list[Row]]:
    """The number of rows, and those in which the product decides otherwise."""
    checked = [(row, row.is_let_in == row.is_allowed) for row in table]
    return len(checked), [row for row, is_right in checked if not is_right]
