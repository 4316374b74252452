"""What Slack's Events API posts when a person opens the Home tab.

The fields are those of docs.slack.dev: reference/events/app_home_opened, and apis/events-api (an event that is not
answered within three seconds is sent up to three more times, with X-Slack-Retry-Num and X-Slack-Retry-Reason).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.local.simulators.exact_json import to_json
from tests.local.simulators.slack_commands import CommandReply, post, signed_headers
from tests.local.simulators.slack_person import Person
from tests.local.simulators.slack_views import ShownView

_TOKEN = "deprecated-verification-token"


@dataclass(frozen=True)
class HomeOpened:
    """A person opened the app's Home. `view` is the Home tab that they have so far; `tab` is `home` or `messages`."""

    opened_at: datetime
    person: Person
    view: ShownView | None = None
    tab: str = "home"
    channel_id: str = "D0123456789"
    event_id: str = field(default_factory=lambda: f"Ev{secrets.token_hex(5).upper()}")

    def payload(self) -> dict[str, Any]:
        """The `event_callback` document."""
        moment = f"{int(self.opened_at.timestamp())}.{self.opened_at.microsecond:06}"
        event = {"type": "app_home_opened", "user": self.person.user_id, "channel": self.channel_id, "tab": self.tab}
        view = {"view": self.view.to_json()} if self.view and self.tab == "home" else {}
        team_id, enterprise_id = self.person.team_id, self.person.enterprise_id
        owner = {"enterprise_id": enterprise_id or None, "team_id": team_id, "user_id": "U0BALANCE00"}
        return {
            "token": _TOKEN,
            "team_id": team_id,
            **({"enterprise_id": enterprise_id} if enterprise_id else {}),
            "api_app_id": "A0123456789",
            "event": {**event, **view, "event_ts": moment},
            "type": "event_callback",
            "event_id": self.event_id,
            "event_time": int(self.opened_at.timestamp()),
            "authorizations": [{**owner, "is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
        }


def post_event(
    url: str,
    payload: Mapping[str, Any],
    signing_secret: str,
    now: datetime,
    retry: int = 0,
) -> CommandReply:
    """Sign and post a document of the Events API; `retry` is the number of the retry. Raises OSError."""
    body = to_json(payload).encode()
    headers = signed_headers(signing_secret, body, now, "application/json")
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
    return post(url, headers, body)
