"""Who may ask. Slack cannot restrict a slash command, so we check workspace, channel and person ourselves.

Slack names the workspace (`team_id`), its organisation (`enterprise_id`, on Enterprise Grid only), the channel and the
person. It does not say whether the person is a guest, or whether the channel is shared with another company.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Self

from msgspec import Struct

ANYONE = "*"
_VARIABLES = (
    *("ALLOWED_TEAM_IDS", "ALLOWED_CHANNEL_IDS", "ALLOWED_USER_IDS", "SHARE_CHANNEL_IDS"),
    "SLACK_ADMIN_USER_IDS",
)


class Subject(Enum):
    """What a refusal is about."""

    WORKSPACE = 1
    OWN_WORKSPACE = 2
    CHANNEL = 3
    PERSON = 4
    SHARING = 5
    AUDIT = 6
    RULES = 7


class Workspace(Struct, frozen=True):
    """A workspace that a request names, and its organisation (empty for none). `subject` says whose it is."""

    team_id: str
    enterprise_id: str = ""
    subject: Subject = Subject.WORKSPACE


class Requester(Struct, frozen=True):
    """Who asks, and where. `channel_id` is None on the Home tab, which belongs to no channel.

    A button press may name two workspaces: first the message's, then the person's own.
    """

    user_id: str
    channel_id: str | None
    workspaces: tuple[Workspace, ...]


class Refusal(Struct, frozen=True):
    """What is not allowed, its Slack id, and the template parameter that lists the allowed ids."""

    subject: Subject
    slack_id: str
    parameter: str


class AccessPolicy(Struct, frozen=True):
    """The allowed ids. An empty set allows nobody; `*` in it allows anyone.

    An organisation's id among `team_ids` allows all of its workspaces. `share_channel_ids` are the channels in which an
    answer may be shown to everyone; people must be allowed to ask there as well. `admin_user_ids` may see who asked,
    and change the rules of the watch.
    """

    team_ids: frozenset[str] = frozenset()
    channel_ids: frozenset[str] = frozenset()
    user_ids: frozenset[str] = frozenset()
    share_channel_ids: frozenset[str] = frozenset()
    admin_user_ids: frozenset[str] = frozenset()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """The lists in the variables of `_VARIABLES`, separated by commas. A missing variable is an empty list."""
        return cls(*(_read_list(environment.get(variable, "")) for variable in _VARIABLES))

    def refusals(self, requester: Requester) -> list[Refusal]:
        """What keeps `requester` from asking there; empty if they may. An empty id is never allowed.

        Every named workspace must be allowed; a request that names none is refused.
        """
        workspaces = requester.workspaces or (Workspace(""),)
        parameter = "SlackAllowedTeamIds"
        checks = [(self._allows(each), Refusal(each.subject, each.team_id, parameter)) for each in workspaces]
        if requester.channel_id is not None:
            channel = Refusal(Subject.CHANNEL, requester.channel_id, "SlackAllowedChannelIds")
            checks.append((_is_allowed(requester.channel_id, self.channel_ids), channel))
        person = Refusal(Subject.PERSON, requester.user_id, "SlackAllowedUserIds")
        checks.append((_is_allowed(requester.user_id, self.user_ids), person))
        return [refusal for is_allowed, refusal in checks if not is_allowed]

    def share_refusals(self, requester: Requester) -> list[Refusal]:
        """What keeps `requester` from sharing an answer there; they must be allowed to ask as well."""
        channel_id = requester.channel_id or ""
        if _is_allowed(channel_id, self.share_channel_ids):
            return self.refusals(requester)
        return [*self.refusals(requester), Refusal(Subject.SHARING, channel_id, "SlackShareChannelIds")]

    def audit_refusals(self, requester: Requester) -> list[Refusal]:
        """What keeps `requester` from seeing who asked."""
        if self.is_admin(requester.user_id):
            return []
        return [Refusal(Subject.AUDIT, requester.user_id, "SlackAdminUserIds")]

    def rule_refusals(self, requester: Requester) -> list[Refusal]:
        """What keeps `requester` from changing a rule of the watch; they must be allowed to ask as well."""
        if self.is_admin(requester.user_id):
            return self.refusals(requester)
        return [*self.refusals(requester), Refusal(Subject.RULES, requester.user_id, "SlackAdminUserIds")]

    def is_admin(self, user_id: str) -> bool:
        """Whether this person may see who asked and change the rules of the watch. Here `*` allows nobody."""
        return bool(user_id) and user_id in self.admin_user_ids

    def may_ask(self, channel_id: str) -> bool:
        """Whether anybody may ask in this channel, so that a button there is worth showing."""
        return _is_allowed(channel_id, self.channel_ids)

    def may_share(self, channel_id: str) -> bool:
        """Whether people who may ask in this channel may also share there, so that the button is worth showing."""
        return self.may_ask(channel_id) and _is_allowed(channel_id, self.share_channel_ids)

    def _allows(self, workspace: Workspace) -> bool:
        by_organisation = bool(workspace.team_id) and bool(workspace.enterprise_id)
        if by_organisation and workspace.enterprise_id in self.team_ids:
            return True
        return _is_allowed(workspace.team_id, self.team_ids)


def _read_list(text: str) -> frozenset[str]:
    return frozenset(item.strip() for item in text.split(",") if item.strip())


def _is_allowed(slack_id: str, allowed: frozenset[str]) -> bool:
    return bool(slack_id) and (ANYONE in allowed or slack_id in allowed)
