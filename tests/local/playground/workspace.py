"""The playground's made-up Slack workspace: its members, its channels, and what the bot allows there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.local.company import (
    BRANCH_CHANNEL,
    DIGEST_CHANNEL,
    PARAMETERS,
    PROVIDERS,
    Company,
    ProviderSetUp,
    create_company,
)
from tests.local.simulators.slack_person import Person

_OTHER_CHANNEL = "C0RANDOM001"


@dataclass(frozen=True)
class Channel:
    """A channel; the topic tells a newcomer what is special about it.

    `is_direct`: the messages of the bot to one person, whose user ID it has.
    """

    id: str
    name: str
    topic: str
    is_direct: bool = False


@dataclass(frozen=True)
class Member:
    """A member, with the name that others see; `role` says what the bot lets them do."""

    person: Person
    name: str
    role: str

    @property
    def id(self) -> str:
        """The Slack user ID."""
        return self.person.user_id


@dataclass(frozen=True)
class Workspace:
    """Who is there, and where. `names` are what mentions of a user ID show."""

    members: Sequence[Member]
    channels: Sequence[Channel]
    names: Mapping[str, str]

    def member(self, user_id: str) -> Member:
        """The member with this ID. Raises ValueError when there is none."""
        for member in self.members:
            if member.id == user_id:
                return member
        raise ValueError(f"there is no member {user_id}")

    def channel(self, channel_id: str) -> Channel:
        """The channel with this ID. Raises ValueError when there is none."""
        for channel in self.channels:
            if channel.id == channel_id:
                return channel
        raise ValueError(f"there is no channel {channel_id}")

    def seen_by(self, member: Member) -> Sequence[Channel]:
        """The channels, and the bot's messages to this member."""
        return (*self.channels, Channel(member.id, "Messages", "Only you see what Balance Bot tells you here.", True))


CHANNELS = (
    Channel(DIGEST_CHANNEL, "finance", "Ask here, share here. The digest here has every currency."),
    Channel(BRANCH_CHANNEL, "finance-uae", "Ask here, but nobody may share. The digest here has AED only."),
    Channel(_OTHER_CHANNEL, "random", "The bot answers nobody here."),
)
DANA, BEN = Person(), Person("U0BEN00001", "ben")
MEMBERS = (
    Member(DANA, "Dana", "may ask, admin"),
    Member(BEN, "Ben", "may ask"),
    Member(Person("U0000000666", "eli"), "Eli", "not on the list"),
    Member(Person("U0GUEST0001", "gus", "T0GUEST0001", "T0GUEST0001", "guest-company"), "Gus", "guest from outside"),
)
WORKSPACE = Workspace(
    MEMBERS, CHANNELS, {member.id: member.name for member in MEMBERS} | {PARAMETERS["AdminContact"]: "Ada"}
)

WORKSPACE_PARAMETERS: Mapping[str, str] = {
    **PARAMETERS,
    # So that a fault shows at once, and not after the time for which an answer is reused.
    "FreshnessSeconds": "0",
    "SlackAllowedUserIds": f"{DANA.user_id},{BEN.user_id}",
    "SlackAdminUserIds": DANA.user_id,
    "SlackAllowedChannelIds": f"{DIGEST_CHANNEL},{BRANCH_CHANNEL}",
    "DigestChannels": f"{DIGEST_CHANNEL},{BRANCH_CHANNEL}:AED",
}


def create_workspace(keys: Path, providers: Mapping[str, ProviderSetUp] = PROVIDERS) -> Company:
    """The company, with the bot in every channel of the workspace; arguments as for create_company."""
    channels, people = [channel.id for channel in CHANNELS], [member.id for member in MEMBERS]
    return create_company(keys, providers, channels, people)
