"""Who may ask. Slack cannot restrict a slash command, so this does: team, channel and person must each be allowed.

Slack names the workspace (`team_id`), its organisation (`enterprise_id`, on Enterprise Grid only), the channel and the
person. It does not say whether the person is a guest, nor whether the channel is shared with another company.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_ANYONE = "*"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace that a request names, its organisation (empty for none), and how the person calls it."""

    team_id: str
    enterprise_id: str = ""
    what: str = "this workspace"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where: `channel_id` is None on the Home tab, which is in no channel.

    A pressed button may name two workspaces, the message's and the person's own.
    """

    user_id: str
    channel_id: str | None
    workspaces: tuple[Workspace, ...]

    @property
    def team_id(self) -> str:
        """The workspace in which it happens; empty if none is named."""
        return self.workspaces[0].team_id if self.workspaces else ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is not allowed: what it is, its Slack ID, and the template parameter that lists it."""

    what: str
    slack_id: str
    parameter: str


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """The allowed IDs. An empty set allows nobody, `*` in it allows anyone.

    An organisation's ID among `team_ids` allows all of its workspaces. `share_channel_ids` are the channels in which an
    answer may be shown to everybody; people must be allowed to ask there, too.
    """

    team_ids: frozenset[str] = frozenset()
    channel_ids: frozenset[str] = frozenset()
    user_ids: frozenset[str] = frozenset()
    share_channel_ids: frozenset[str] = frozenset()

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "AccessPolicy":
        """The policy in ALLOWED_TEAM_IDS, ALLOWED_CHANNEL_IDS, ALLOWED_USER_IDS and SHARE_CHANNEL_IDS.

        Comma lists; absent means empty.
        """
        return cls(
            team_ids=_read_list(settings.get("ALLOWED_TEAM_IDS", "")),
            channel_ids=_read_list(settings.get("ALLOWED_CHANNEL_IDS", "")),
            user_ids=_read_list(settings.get("ALLOWED_USER_IDS", "")),
            share_channel_ids=_read_list(settings.get("SHARE_CHANNEL_IDS", "")),
        )

    def refusals(self, asker: Asker) -> list[Refused]:
        """What is missing before `asker` may ask there; empty means that they may. An ID that is empty never may.

        Every workspace that is named must be allowed, and no workspace at all is refused like an unknown one.
        """
        workspaces = asker.workspaces or (Workspace(""),)
        checks = [(self._is_ours(each), Refused(each.what, each.team_id, "SlackAllowedTeamIds")) for each in workspaces]
        if asker.channel_id is not None:
            channel = Refused("this channel", asker.channel_id, "SlackAllowedChannelIds")
            checks.append((_is_allowed(asker.channel_id, self.channel_ids), channel))
        checks.append((_is_allowed(asker.user_id, self.user_ids), Refused("you", asker.user_id, "SlackAllowedUserIds")))
        return [refused for is_allowed, refused in checks if not is_allowed]

    def share_refusals(self, asker: Asker) -> list[Refused]:
        """What is missing before `asker` may share an answer with everybody there; asking must be allowed as well."""
        channel_id = asker.channel_id or ""
        if _is_allowed(channel_id, self.share_channel_ids):
            return self.refusals(asker)
        return [*self.refusals(asker), Refused("sharing in this channel", channel_id, "SlackShareChannelIds")]

    def may_ask(self, channel_id: str) -> bool:
        """Whether those who may ask at all may ask in this channel: then a button there is worth showing."""
        return _is_allowed(channel_id, self.channel_ids)

    def may_share(self, channel_id: str) -> bool:
        """Whether those who may ask in this channel may also share there: then the button is worth showing."""
        return self.may_ask(channel_id) and _is_allowed(channel_id, self.share_channel_ids)

    def _is_ours(self, workspace: Workspace) -> bool:
        is_own = bool(workspace.team_id) and bool(workspace.enterprise_id) and workspace.enterprise_id in self.team_ids
        return is_own or _is_allowed(workspace.team_id, self.team_ids)


def _read_list(text: str) -> frozenset[str]:
    return frozenset(item.strip() for item in text.split(",") if item.strip())


def _is_allowed(slack_id: str, allowed: frozenset[str]) -> bool:
    return bool(slack_id) and (_ANYONE in allowed or slack_id in allowed)
