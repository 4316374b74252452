"""Everybody who can type /balance, and every way to fill in who may: the whole truth table.

What Slack tells about a person is the workspace, the organisation on Enterprise Grid, the channel and the user id.
A guest's command looks like a member's. A person of a connected company comes with that company's workspace; should
Slack ever name ours instead, only the lists of channels and people keep that person out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from balance_slack.access import AccessPolicy

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


@dataclass(frozen=True)
class Row:
    """One line of the truth table: the settings, who asks where, and whether that is allowed."""

    settings: dict[str, str]
    person: Person
    channel_id: str
    is_allowed: bool

    def decided(self) -> bool:
        """What the policy says."""
        ids = {**self.person.fields, "channel_id": self.channel_id, "enterprise_id": self.person.enterprise_id}
        return not AccessPolicy.from_settings(self.settings).refusals(**ids)


def rows() -> Iterator[Row]:
    """Every setting of the three lists with everybody in every channel."""
    for teams, channels, users in product(_TEAMS, _CHANNELS, _USERS):
        named = {"ALLOWED_TEAM_IDS": teams, "ALLOWED_CHANNEL_IDS": channels, "ALLOWED_USER_IDS": users}
        settings = {name: value for name, value in named.items() if value is not None}
        for person, channel_id in product(PEOPLE, CHANNELS):
            from_here = {person.team_id, person.enterprise_id, "*"} if person.team_id else set()
            is_allowed = (
                bool(_TEAMS[teams] & from_here - {""})
                and bool(channel_id and _CHANNELS[channels] & {channel_id, "*"})
                and bool(person.user_id and _USERS[users] & {person.user_id, "*"})
            )
            yield Row(settings, person, channel_id, is_allowed)


def wrong_decisions() -> tuple[int, list[Row]]:
    """How many rows there are, and those that the policy decides in another way."""
    tried = 0
    wrong = []
    for row in rows():
        tried += 1
        if row.decided() != row.is_allowed:
            wrong.append(row)
    return tried, wrong
