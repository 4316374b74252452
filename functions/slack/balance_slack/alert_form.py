"""What a person entered in the forms behind an alert's buttons. Pure."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from msgspec import Struct

from balance_core.watch_requests import Press, PressKind
from balance_slack.form_error import FormError
from balance_slack.job import IncompleteJobError

# A rule's id has no space.
_VALUE = re.compile("([^ ]{1,256})(?: ([0-9]{1,9}))?")
_LONGEST_SNOOZE = timedelta(days=7)
_MOST_MINUTES = 1440


class AlertField(StrEnum):
    """The ids of the blocks."""

    MINUTES = "minutes"
    UNTIL = "until"
    WHY = "why"


class AlertOf(Struct, frozen=True):
    """The rule and the incident of a button; no incident for a rule in the list."""

    rule: str
    incident: int | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """From `php 3`, or `php` alone. Raises IncompleteJobError for anything else."""
        match = _VALUE.fullmatch(text)
        if match is None:
            raise IncompleteJobError("a button or form of the watch does not say its rule")
        return cls(match[1], int(match[2]) if match[2] else None)

    @property
    def text(self) -> str:
        """The value of a button."""
        return self.rule if self.incident is None else f"{self.rule} {self.incident}"


def read_promise(minutes: str, user_id: str, alert: AlertOf, now: datetime) -> Press:
    """The person is on it for so many minutes. Raises FormError."""
    if not minutes.isdecimal() or not 0 < int(minutes) <= _MOST_MINUTES:
        raise FormError({AlertField.MINUTES: "Choose how long."})
    until = _whole_seconds(now) + timedelta(minutes=int(minutes))
    return Press(kind=PressKind.TAKE, by=user_id, incident=alert.incident, until=until)


def read_snooze(until_seconds: int | None, why: str, user_id: str, alert: AlertOf, now: datetime) -> Press:
    """The rule is silent until a time in Unix seconds. Raises FormError."""
    until = datetime.fromtimestamp(until_seconds, UTC) if until_seconds else now
    problems: dict[str, str] = {}
    if not now < until <= now + _LONGEST_SNOOZE:
        problems[AlertField.UNTIL] = "Choose a time in the next 7 days."
    if not why.strip():
        problems[AlertField.WHY] = "Say why, so that others know."
    if problems:
        raise FormError(problems)
    return Press(kind=PressKind.SNOOZE, by=user_id, incident=alert.incident, until=until, why=why.strip())


def _whole_seconds(now: datetime) -> datetime:
    return now.replace(microsecond=0)
