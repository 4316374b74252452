"""Slack's trigger ids: each opens one modal, once, within three seconds.

The error codes are those of docs.slack.dev, reference/methods/views.open. For a string that is not a trigger id at all
it is what Slack really answers (slack-go/slack issue 805).
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.local.simulators.answers import RefusalError

_LIFETIME = timedelta(seconds=3)
_FORM = re.compile(r"\d+\.\d+\.[0-9a-f]+")


@dataclass
class Trigger:
    """An id that was issued: for whom and when, and where that person was; a view is no channel."""

    user_id: str
    channel_id: str
    made_at: datetime
    is_exchanged: bool = False


class Triggers:
    """The trigger ids that were issued."""

    def __init__(self) -> None:
        self._triggers: dict[str, Trigger] = {}

    def new(self, user_id: str, now: datetime, channel_id: str = "") -> str:
        """Issue an id for an action of a person in a channel."""
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user_id, channel_id, now)
        return trigger_id

    def exchange(self, trigger_id: object, now: datetime) -> Trigger:
        """For whom the id was issued; it cannot be used again. Raises RefusalError."""
        if not isinstance(trigger_id, str) or not _FORM.fullmatch(trigger_id):
            raise RefusalError("invalid_arguments", "[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]")
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise RefusalError("invalid_trigger_id", "this trigger_id was never issued")
        if trigger.is_exchanged:
            raise RefusalError("exchanged_trigger_id", "the trigger_id was already used")
        if now - trigger.made_at > _LIFETIME:
            raise RefusalError("expired_trigger_id", f"the trigger_id is older than {_LIFETIME.seconds} seconds")
        trigger.is_exchanged = True
        return trigger
