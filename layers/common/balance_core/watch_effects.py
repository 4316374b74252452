"""Effects: what the watch has to say, as the watch stores it and the reporter reads it.

Amounts are text in major units, instants are whole seconds in UTC. Each effect holds all that its text needs, so that
it can be posted at any time.
"""

from enum import StrEnum
from typing import Any, Literal

from msgspec import Struct

from balance_core.contract import Instant

# A new message, a reply in its thread, a reply that is also sent to the channel, or a direct message.
Where = Literal["channel", "thread", "both", "direct"]


class Kind(StrEnum):
    """What is said. An edit changes the incident's message without a sound; a refusal is for one person alone."""

    CRITICAL = "critical"
    LOW = "low"
    PROMISE_LAPSED = "promise_lapsed"
    SNOOZE_OVER = "snooze_over"
    UNSEEN = "unseen"
    SEEN_AGAIN = "seen_again"
    ALL_CLEAR = "all_clear"
    RULE_REMOVED = "rule_removed"
    FREEZE = "freeze"
    ESCALATION = "escalation"
    EDIT = "edit"
    REFUSED = "refused"
    UNDELIVERABLE = "undeliverable"


class Status(StrEnum):
    """What is true about the money."""

    PENDING = "pending"
    OK = "ok"
    LOW = "low"
    CRITICAL = "critical"
    RECOVERING = "recovering"
    UNSEEN = "unseen"
    REMOVED = "removed"

    @property
    def is_calm(self) -> bool:
        return self in (Status.PENDING, Status.OK)

    @property
    def is_trouble(self) -> bool:
        return self in (Status.LOW, Status.CRITICAL, Status.UNSEEN)


class Transition(Struct, frozen=True, kw_only=True):
    """A change of state."""

    before: Status
    after: Status
    at: Instant


class Change(Struct, frozen=True, kw_only=True):
    """One field of a rule before and after an edit, as JSON."""

    field: str
    before: Any
    after: Any


class Edit(Struct, frozen=True, kw_only=True):
    """Who changed what in the rule while the incident was open."""

    by: str | None
    at: Instant
    changes: list[Change]


class Promise(Struct, frozen=True, kw_only=True):
    """Somebody is on it until a time."""

    by: str
    at: Instant
    until: Instant


class Snooze(Struct, frozen=True, kw_only=True):
    """The rule is silent until a time. `was_critical`: then not even critical money ends it."""

    by: str
    why: str
    at: Instant
    until: Instant
    was_critical: bool


class Label(Struct, frozen=True, kw_only=True):
    """Somebody called it a false alarm."""

    by: str
    at: Instant


class Unknown(Struct, frozen=True, kw_only=True):
    """Money that the newest look did not see, and why: the kind of a gap, `not_reported`, `out_of_order`, `stale`."""

    why: str
    provider: str | None = None
    account: str | None = None
    type: str | None = None


class Earlier(Struct, frozen=True, kw_only=True):
    """A complete figure of up to an hour before the newest one."""

    figure: str
    at: Instant


class IncidentMessage(Struct, frozen=True, kw_only=True):
    """What the incident's message shows: what happened since it opened, who is on it, and what is not known.

    `told` is the severity in the last notification, `ended` is true once the end was said. `edits_told` of the `edits`
    were told before this effect. `taken` is the last promise, also after it is over. `earlier` tells how fast the money
    moves: both figures are complete.
    """

    opened: Instant
    since: Instant
    told: str = "none"
    lowest: str | None = None
    transitions: list[Transition] = []
    earlier_transitions: int = 0
    edits: list[Edit] = []
    edits_told: int = 0
    promise: Promise | None = None
    taken: Promise | None = None
    false_alarm: Label | None = None
    snooze: Snooze | None = None
    unknown: list[Unknown] = []
    earlier: Earlier | None = None
    ended: bool = False


class FreezeRise(Struct, frozen=True, kw_only=True):
    """Frozen money that rose between two looks; `gap`: it was not seen all the time in between."""

    provider: str
    account: str
    currency: str
    before: str
    after: str
    since: Instant
    at: Instant
    gap: bool


class Effect(Struct, frozen=True, kw_only=True):
    """One thing to post. `loud` is false where nobody is notified.

    `figure` is the newest figure that is known, `bound` marks a lower bound, and `figure_at` is when it was seen.
    `lapsed`: this notification says that `message.promise` is over. `to` is the only reader. `why` is the reason of a
    refusal: `removed`, `over`, `until` or `why`.
    """

    kind: Kind
    at: Instant
    loud: bool = True
    incident: int | None = None
    state: Status = Status.PENDING
    figure: str | None = None
    bound: bool = False
    figure_at: Instant | None = None
    where: Where | None = None
    lapsed: bool = False
    to: str | None = None
    why: str | None = None
    message: IncidentMessage | None = None
    rises: list[FreezeRise] = []
