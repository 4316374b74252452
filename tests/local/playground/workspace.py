"""The made-up workspace of the playground: who looks at it, which channels it has, and what is allowed in them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.local.company import BOT_TOKEN, DIGEST_CHANNEL, PARAMETERS, Company, Holdings, found_company
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_person import Person

_BRANCH_CHANNEL = "C0BRANCH001"
_OTHER_CHANNEL = "C0RANDOM001"


@dataclass(frozen=True)
class Channel:
    """A channel, and what a newcomer should know about it."""

    id: str
    name: str
    topic: str


@dataclass(frozen=True)
class Member:
    """A person to be, with the name that others see and what the bot lets them do."""

    person: Person
    name: str
    role: str

    @property
    def id(self) -> str:
        """The Slack user ID."""
        return self.person.user_id


CHANNELS = (
    Channel(DIGEST_CHANNEL, "finance", "Ask here, share here. The digest comes here with every currency."),
    Channel(_BRANCH_CHANNEL, "finance-uae", "Ask here, but nobody may share. The digest is about AED only."),
    Channel(_OTHER_CHANNEL, "random", "Not one of the channels in which the bot may be asked."),
)
MEMBERS = (
    Member(Person(), "Dana", "may ask"),
    Member(Person("U0000000666", "eli"), "Eli", "not on the list"),
    Member(Person("U0GUEST0001", "gus", "T0GUEST0001", "T0GUEST0001", "guest-company"), "Gus", "guest from outside"),
)
# People whom the bot mentions by their ID, as Slack shows them.
NAMES: Mapping[str, str] = {member.id: member.name for member in MEMBERS} | {PARAMETERS["AdminContact"]: "Ada"}

WORKSPACE_PARAMETERS: Mapping[str, str] = {
    **PARAMETERS,
    # A switched fault is to be seen at once, and not only after the seconds for which an answer is shared.
    "FreshnessSeconds": "0",
    "SlackAllowedChannelIds": f"{DIGEST_CHANNEL},{_BRANCH_CHANNEL}",
    "DigestChannels": f"{DIGEST_CHANNEL},{_BRANCH_CHANNEL}:AED",
}


def found_workspace(keys: Path, holdings: Holdings | None = None) -> Company:
    """The usual company with a Slack in which the bot was invited to every channel; `keys` is where keys are kept."""
    usual = found_company(keys, holdings)
    usual.slack.stop()
    return replace(usual, slack=SlackSimulator(BOT_TOKEN, [channel.id for channel in CHANNELS]))


def member(user_id: str) -> Member:
    """The member with this ID. Raises ValueError for nobody's."""
    for each in MEMBERS:
        if each.id == user_id:
            return each
    raise ValueError(f"nobody here has the ID {user_id}")
