"""Everybody who can ask, by every way there is, and every way to fill in who may: the whole truth table.

What Slack tells about a person is the workspace, the organisation on Enterprise Grid, the channel and the user id.
A guest's command looks like a member's. A person of a connected company comes with that company's workspace, and below
our messages with ours beside it; should Slack ever name ours alone, only the lists of channels and people keep that
person out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from itertools import product

from balance_core.wire import WireError
from balance_slack.access import AccessPolicy, Asker, Workspace
from balance_slack.home_event import read_home_opened
from balance_slack.interaction import read_press

OURS, OUR_ORGANISATION = "T0123456789", "E0123456789"
THEIRS, THEIR_ORGANISATION = "T0999999999", "E0999999999"
LISTED_PERSON, COLLEAGUE, GUEST, STRANGER = "U0123456789", "U0222222222", "U0333333333", "U0999999999"
FINANCE, ELSEWHERE, DIRECT_MESSAGE = "C0123456789", "C0444444444", "D0555555555"
CHANNELS = (FINANCE, ELSEWHERE, DIRECT_MESSAGE, "")


@dataclass(frozen=True)
class Person:
    """Somebody who asks, by what Slack says of them."""

    name: str
    team_id: str
    user_id: str
    enterprise_id: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """The fields of a SlashCommand."""
        return {"team_id": self.team_id, "user_id": self.user_id}

    @property
    def is_of_connected_company(self) -> bool:
        """Whether buttons below our messages name our workspace, and this person's own one beside it."""
        return self.team_id == THEIRS

    def press(self, channel_id: str, is_home: bool) -> dict[str, object]:
        """A pressed button's payload, as far as it says who pressed it and where."""
        team_id = OURS if self.is_of_connected_company else self.team_id
        place = {"container": {"type": "view"}} if is_home else {"container": {"type": "message"}}
        return {
            "user": {"id": self.user_id, "team_id": self.team_id},
            "team": {"id": team_id},
            "enterprise": {"id": self.enterprise_id} if self.enterprise_id else None,
            **place,
            **({} if is_home else {"channel": {"id": channel_id}}),
            "actions": [{"action_id": "refresh"}],
        }

    def home_opened(self) -> dict[str, object]:
        """The event that this person opened the Home tab."""
        organisation = {"enterprise_id": self.enterprise_id} if self.enterprise_id else {}
        event = {"type": "app_home_opened", "user": self.user_id, "tab": "home"}
        return {"team_id": self.team_id, **organisation, "event": event, "event_id": "Ev1"}

    def workspaces(self, surface: "Surface") -> list[set[str]]:
        """For each workspace that is named, the entries of the list of which one would allow it."""
        if not self.team_id:
            return [set()]
        own = {self.team_id, "*"}
        organisation = {self.enterprise_id} - {""}
        if self.is_of_connected_company and surface in (Surface.BUTTON, Surface.HOME_BUTTON):
            return [{OURS, "*"} | organisation, own]
        return [own | organisation]

    @property
    def is_listed(self) -> bool:
        """Whether lists that name our workspace and the one person let them ask."""
        return (self.team_id, self.user_id) == (OURS, LISTED_PERSON)


PEOPLE = (
    Person("the listed person", OURS, LISTED_PERSON),
    Person("the listed person, on Enterprise Grid", OURS, LISTED_PERSON, OUR_ORGANISATION),
    Person("the listed person in another workspace of ours", "T0777777777", LISTED_PERSON, OUR_ORGANISATION),
    Person("a colleague", OURS, COLLEAGUE),
    Person("a guest", OURS, GUEST),
    Person("a stranger of a connected company", THEIRS, STRANGER),
    Person("a stranger of a connected organisation", THEIRS, STRANGER, THEIR_ORGANISATION),
    Person("a stranger who comes as one of ours", OURS, STRANGER),
    Person("a stranger with the listed person's id", THEIRS, LISTED_PERSON),
    Person("nobody's workspace", "", LISTED_PERSON),
    Person("no workspace, but our organisation", "", LISTED_PERSON, OUR_ORGANISATION),
    Person("nobody", OURS, ""),
    Person("a person whose id is a wildcard", OURS, "*"),
    Person("a workspace whose id is a wildcard", "*", LISTED_PERSON),
    Person("a person whose id is a list", OURS, f"{LISTED_PERSON},{COLLEAGUE}"),
)

# A setting as it stands in the environment (None: absent), and whom it allows; "*" is everybody who has an id.
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
_CHANNELS: dict[str | None, set[str]] = {
    **_NOBODY,
    FINANCE: {FINANCE},
    f"{FINANCE},{DIRECT_MESSAGE}": {FINANCE, DIRECT_MESSAGE},
    "finance": set(),
    "*": {"*"},
}
_USERS: dict[str | None, set[str]] = {
    **_NOBODY,
    LISTED_PERSON: {LISTED_PERSON},
    f"{LISTED_PERSON},{GUEST}": {LISTED_PERSON, GUEST},
    "dana": set(),
    "*": {"*"},
}


class Surface(Enum):
    """By which way somebody asks."""

    COMMAND = "a command"
    BUTTON = "a button below a message"
    HOME_BUTTON = "a button on the Home tab"
    HOME = "the opened Home tab"

    @property
    def channels(self) -> Sequence[str]:
        """The channels in which it can be; the Home tab is in none."""
        return CHANNELS if self in (Surface.COMMAND, Surface.BUTTON) else ("",)


@dataclass(frozen=True)
class Row:
    """One line of the truth table: the settings, who asks where and how, and whether that is allowed."""

    settings: Mapping[str, str]
    policy: AccessPolicy
    person: Person
    channel_id: str
    surface: Surface
    is_allowed: bool

    @cached_property
    def is_let_in(self) -> bool:
        """What the policy says of the request as Slack sends it; a malformed one asks for nothing."""
        asker = _asker(self.person, self.surface, self.channel_id)
        return asker is not None and not self.policy.refusals(asker)


@cache
def _asker(person: Person, surface: Surface, channel_id: str) -> Asker | None:
    try:
        if surface is Surface.COMMAND:
            return Asker(person.user_id, channel_id, (Workspace(person.team_id, person.enterprise_id),))
        if surface is Surface.HOME:
            opened = read_home_opened(person.home_opened())
            assert opened
            return opened.asker
        return read_press(person.press(channel_id, surface is Surface.HOME_BUTTON)).asker
    except WireError:
        return None


def rows() -> Iterator[Row]:
    """Every setting of the three lists with everybody, everywhere, by every way."""
    # What the lists would have to hold is the same for all of them.
    asking = [(person, surface, person.workspaces(surface)) for person, surface in product(PEOPLE, Surface)]
    for teams, channels, users in product(_TEAMS, _CHANNELS, _USERS):
        named = {"ALLOWED_TEAM_IDS": teams, "ALLOWED_CHANNEL_IDS": channels, "ALLOWED_USER_IDS": users}
        settings = {name: value for name, value in named.items() if value is not None}
        policy = AccessPolicy.from_settings(settings)
        for person, surface, workspaces in asking:
            is_person_allowed = bool(person.user_id and _USERS[users] & {person.user_id, "*"})
            is_allowed = is_person_allowed and all(_TEAMS[teams] & any_of for any_of in workspaces)
            for channel_id in surface.channels:
                is_placed = surface.channels == ("",) or bool(channel_id and _CHANNELS[channels] & {channel_id, "*"})
                yield Row(settings, policy, person, channel_id, surface, is_allowed and is_placed)


def wrong_decisions(table: Iterable[Row]) -> tuple[int, list[Row]]:
    """How many rows there are, and those that the policy decides in another way."""
    tried = 0
    wrong = []
    for row in table:
        tried += 1
        if row.is_let_in != row.is_allowed:
            wrong.append(row)
    return tried, wrong
