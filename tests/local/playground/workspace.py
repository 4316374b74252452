"""The playground's made-up Slack workspace: its members, its channels, and what the bot allows there."""

from collections.abc import Mapping
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
    """A channel; the topic tells a newcomer what is special about it."""

    id: str
    name: str
    topic: str


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


CHANNELS = (
    Channel(DIGEST_CHANNEL, "finance", "Ask here, share here. The digest here has every currency."),
    Channel(BRANCH_CHANNEL, "finance-uae", "Ask here, but nobody may share. The digest here has AED only."),
    Channel(_OTHER_CHANNEL, "random", "The bot answers nobody here."),
)
MEMBERS = (
    Member(Person(), "Dana", "may ask"),
    Member(Person("U0000000666", "eli"), "Eli", "not on the list"),
    Member(Person("U0GUEST0001", "gus", "T0GUEST0001", "T0GUEST0001", "guest-company"), "Gus", "guest from outside"),
)
# What Slack shows where the bot mentions a user ID.
NAMES: Mapping[str, str] = {member.id: member.name for member in MEMBERS} | {PARAMETERS["AdminContact"]: "Ada"}

WORKSPACE_PARAMETERS: Mapping[str, str] = {
    **PARAMETERS,
    # So that a fault shows at once, and not after the time for which an answer is reused.
    "FreshnessSeconds": "0",
    "SlackAllowedChannelIds": f"{DIGEST_CHANNEL},{BRANCH_CHANNEL}",
    "DigestChannels": f"{DIGEST_CHANNEL},{BRANCH_CHANNEL}:AED",
}


def create_workspace(keys: Path, providers: Mapping[str, ProviderSetUp] = PROVIDERS) -> Company:
    """The company, with the bot in every channel of the workspace; arguments as for create_company."""
    return create_company(keys, providers, [channel.id for channel in CHANNELS])


def find_channel(channel_id: str) -> Channel:
    """The channel with this ID. Raises ValueError when there is none."""
    for channel in CHANNELS:
        if channel.id == channel_id:
            return channel
    raise ValueError(f"there is no channel {channel_id}")


def find_member(user_id: str) -> Member:
    """The member with this ID. Raises ValueError when there is none."""
    for member in MEMBERS:
        if member.id == user_id:
            return member
    raise ValueError(f"there is no member {user_id}")
