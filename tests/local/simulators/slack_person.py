"""The people who press buttons and open the Home tab."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Person:
    """A member of a workspace; by default the same person as in SlashCommand.

    `team_id` is the workspace where they act. `user_team_id` is their own workspace if that is another one, as in a
    Slack Connect channel. `enterprise_id` is empty outside Enterprise Grid.
    """

    user_id: str = "U0123456789"
    user_name: str = "dana"
    user_team_id: str = ""
    team_id: str = "T0123456789"
    team_domain: str = "example"
    enterprise_id: str = ""

    def to_json(self) -> dict[str, Any]:
        """`user`, `team` and `enterprise` as in a payload."""
        enterprise = {"id": self.enterprise_id, "name": "Example Group"} if self.enterprise_id else None
        of_team = {"enterprise_id": self.enterprise_id, "enterprise_name": "Example Group"} if enterprise else {}
        user = {"id": self.user_id, "username": self.user_name, "name": self.user_name}
        return {
            "user": {**user, "team_id": self.user_team_id or self.team_id},
            "team": {"id": self.team_id, "domain": self.team_domain, **of_team},
            "enterprise": enterprise,
        }
