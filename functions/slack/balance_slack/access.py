"""Who may ask. Slack cannot restrict a slash command, so this does: team, channel and person must each be allowed.

A command names its workspace (`team_id`), its organisation (`enterprise_id`, on Enterprise Grid only), the channel and
the person. It does not say whether the person is a guest, nor whether the channel is shared with another company.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_ANYONE = "*"


@dataclass(frozen=True, slots=True)
class Refused:
    """One of the three that is not allowed: what it is, its Slack ID, and the template parameter that lists it."""

    what: str
    slack_id: str
    parameter: str


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """The allowed IDs. An empty set allows nobody, `*` in it allows anyone.

    An organisation's ID among `team_ids` allows all of its workspaces.
    """

    team_ids: frozenset[str] = frozenset()
    channel_ids: frozenset[str] = frozenset()
    user_ids: frozenset[str] = frozenset()

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "AccessPolicy":
        """The policy in ALLOWED_TEAM_IDS, ALLOWED_CHANNEL_IDS and ALLOWED_USER_IDS: comma lists, absent means empty."""
        return cls(
            team_ids=_read_list(settings.get("ALLOWED_TEAM_IDS", "")),
            channel_ids=_read_list(settings.get("ALLOWED_CHANNEL_IDS", "")),
            user_ids=_read_list(settings.get("ALLOWED_USER_IDS", "")),
        )

    def refusals(self, team_id: str, channel_id: str, user_id: str, enterprise_id: str = "") -> list[Refused]:
        """What is missing before this person may ask here; empty means that they may. An ID that is empty never may."""
        is_own = bool(team_id) and bool(enterprise_id) and enterprise_id in self.team_ids
        checks = (
            (is_own or _is_allowed(team_id, self.team_ids), Refused("this workspace", team_id, "SlackAllowedTeamIds")),
            (_is_allowed(channel_id, self.channel_ids), Refused("this channel", channel_id, "SlackAllowedChannelIds")),
            (_is_allowed(user_id, self.user_ids), Refused("you", user_id, "SlackAllowedUserIds")),
        )
        return [refused for is_allowed, refused in checks if not is_allowed]


def _read_list(text: str) -> frozenset[str]:
    return frozenset(item.strip() for item in text.split(",") if item.strip())


def _is_allowed(slack_id: str, allowed: frozenset[str]) -> bool:
    return bool(slack_id) and (_ANYONE in allowed or slack_id in allowed)
