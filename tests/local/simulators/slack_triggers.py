"""Slack's trigger ids: each opens one modal, once, within three seconds.

The words of the refusals are those of docs.slack.dev, reference/methods/views.open; for a text that is no trigger id
at all they are what Slack answers (slack-go/slack issue 805).
"""

import re
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.local.simulators.exchange import RefusalError

LIFETIME = timedelta(seconds=3)
_FORM = re.compile(r"\d+\.\d+\.[0-9a-f]+")


@dataclass
class _Trigger:
    user_id: str
    made_at: datetime
    is_exchanged: bool = False


class Triggers:
    """The trigger ids that were handed out; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._triggers: dict[str, _Trigger] = {}

    def new(self, user_id: str, now: datetime) -> str:
        """Hand out an id for what a person did now."""
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        with self._lock:
            self._triggers[trigger_id] = _Trigger(user_id, now)
        return trigger_id

    def exchange(self, trigger_id: object, now: datetime) -> str:
        """The user whose trigger id it is, which is used up with this. Raises RefusalError."""
        if not isinstance(trigger_id, str) or not _FORM.fullmatch(trigger_id):
            raise RefusalError("invalid_arguments", "[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]")
        with self._lock:
            trigger = self._triggers.get(trigger_id)
            if trigger is None:
                raise RefusalError("invalid_trigger_id", "nobody was given this trigger_id")
            if trigger.is_exchanged:
                raise RefusalError("exchanged_trigger_id", "the trigger_id was used already")
            if now - trigger.made_at > LIFETIME:
                raise RefusalError("expired_trigger_id", f"the trigger_id is older than {LIFETIME.seconds} seconds")
            trigger.is_exchanged = True
            return trigger.user_id
