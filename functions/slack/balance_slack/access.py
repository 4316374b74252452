"""Who may ask. Slack cannot restrict a slash command, so this does: team, channel and person must each be allowed."""

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
    """The allowed IDs. An empty set allows nobody, `*` in it allows anyone."""

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

    def refusals(self, team_id: str, channel_id: str, user_id: str) -> list[Refused]:
        """What is missing before this person may ask here; empty means that they may. An ID that is empty never may."""
        checks = (
            (self.team_ids, Refused("this workspace", team_id, "SlackAllowedTeamIds")),
            (self.channel_ids, Refused("this channel", channel_id, "SlackAllowedChannelIds")),
            (self.user_ids, Refused("you", user_id, "SlackAllowedUserIds")),
        )
        return [refused for allowed, refused in checks if not _is_allowed(refused.slack_id, allowed)]


def _read_list(text: str) -> frozenset[str]:
    return frozenset(item.strip() for item in text.split(",") if item.strip())


def _is_allowed(slack_id: str, allowed: frozenset[str]) -> bool:
    return bool(slack_id) and (_ANYONE in allowed or slack_id in allowed)
