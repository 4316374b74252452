"""What the watch remembers of one rule, as JSON: its state, its evidence, its incident, and what people were told.

The structs are changed in place by the modules that decide; `decide` and `press` work on a copy of their own.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct

from balance_core.watch_effects import Edit, Label, Promise, Snooze, Status, Transition, Unknown
from balance_core.watch_rules import Rule
from balance_watch.evidence import TOLERANCE, Figure, Snapshot

_KEPT_EVALUATIONS = 10
# More than two days of them every 5 minutes: a clock that was set back must not count one twice.
_KEPT_SNAPSHOTS = 600
# A state must fit one item of the table.
_KEPT_TRANSITIONS = 200


class Evaluation(Struct, frozen=True, kw_only=True):
    """One look at the money. `figure` is None when nothing was seen; `bound` marks a lower bound."""

    at: datetime
    figure: Decimal | None = None
    bound: bool = False


class Incident(Struct, kw_only=True):
    """From the first trouble to the notification of its end.

    `told` is the severity in its last notification that had one. `money`: it was low or critical and has not been ok
    since. `better`: it was recovering or ok since critical was told. `spoken`: how many notifications it had.
    `said_unseen`: the present time of being unseen was told. `believed_unseen`: the last thing told is that it is
    unseen. `asked_at`: the last notification that asked somebody to act, from which escalation counts.
    """

    id: int
    opened: datetime
    told: Literal["none", "recovering", "low", "critical"] = "none"
    spoken: int = 0
    money: bool = False
    better: bool = False
    said_unseen: bool = False
    believed_unseen: bool = False
    asked_at: datetime | None = None
    escalated: Literal["low", "critical"] | None = None
    promise: Promise | None = None
    taken: Promise | None = None
    false_alarm: Label | None = None
    lowest: Decimal | None = None
    transitions: list[Transition] = msgspec.field(default_factory=list)
    earlier_transitions: int = 0
    edits: list[Edit] = msgspec.field(default_factory=list)
    edits_told: int = 0


class Merchant(Struct, kw_only=True):
    """When a merchant account was last seen."""

    provider: str
    account: str
    seen: datetime


class Base(Struct, kw_only=True):
    """The frozen money of a merchant in a currency when all of its known rows were last seen; `gap`: not in between."""

    provider: str
    account: str
    currency: str
    amount: Decimal
    at: datetime
    gap: bool = False


class Rise(Struct, frozen=True, kw_only=True):
    """Frozen money that rose between two looks; `gap`: there were looks in between that did not see all of it."""

    provider: str
    account: str
    currency: str
    before: Decimal
    after: Decimal
    since: datetime
    at: datetime
    gap: bool


class Frozen(Struct, kw_only=True):
    """What a freeze rule remembers. `rises` wait to be told."""

    merchants: list[Merchant] = msgspec.field(default_factory=list)
    bases: list[Base] = msgspec.field(default_factory=list)
    rises: list[Rise] = msgspec.field(default_factory=list)


class State(Struct, kw_only=True):
    """Everything that is remembered of a rule.

    `rule` is the rule as it was last decided, `cursor` the time of the last snapshot that was taken, `seen` of the last
    that showed anything, `notified` of the last notification. `last` is the newest evaluation with a figure.
    `unsaid` counts incidents that ended before anything was said.
    """

    rule: Rule
    clock: datetime
    since: datetime
    seen: datetime
    state: Status = Status.PENDING
    before_unseen: Status = Status.PENDING
    cursor: datetime | None = None
    taken: list[str] = msgspec.field(default_factory=list)
    figures: list[Figure] = msgspec.field(default_factory=list)
    answered: list[str] = msgspec.field(default_factory=list)
    evaluations: list[Evaluation] = msgspec.field(default_factory=list)
    last: Evaluation | None = None
    unknown: list[Unknown] = msgspec.field(default_factory=list)
    notified: datetime | None = None
    snooze: Snooze | None = None
    incidents: int = 0
    unsaid: int = 0
    incident: Incident | None = None
    frozen: Frozen = msgspec.field(default_factory=Frozen)

    def is_snoozed(self, now: datetime) -> bool:
        return self.snooze is not None and now < self.snooze.until

    def has_taken(self, snapshot: Snapshot) -> bool:
        """Whether it was evaluated. The cursor alone would not tell after the clock was set back."""
        return _name(snapshot) in self.taken

    def take(self, snapshot: Snapshot) -> None:
        """Remember that a snapshot was evaluated."""
        self.cursor = snapshot.taken_at
        self.taken = [*self.taken, _name(snapshot)][-_KEPT_SNAPSHOTS:]

    def add(self, evaluation: Evaluation) -> None:
        self.evaluations = [*self.evaluations, evaluation][-_KEPT_EVALUATIONS:]
        if evaluation.figure is not None:
            self.last = evaluation

    def move(self, status: Status, at: datetime) -> None:
        """Enter `status`: list the transition, open an incident, or end one about which nothing was said."""
        if status is self.state:
            return
        before, self.state, self.since = self.state, status, at
        if status is Status.UNSEEN:
            self.before_unseen = before
        if self.incident is None and before.is_calm and status.is_trouble:
            self.incidents += 1
            self.incident = Incident(id=self.incidents, opened=at)
        if self.incident is not None:
            _follow(self.incident, Transition(before=before, after=status, at=at))
            if status is Status.OK and not self.incident.spoken:
                self.incident = None
                self.unsaid += 1

    def advance(self, now: datetime) -> datetime:
        """Move the clock to `now`, and return the time to use. A clock that was set back pulls the state back, too."""
        if self.clock - TOLERANCE <= now < self.clock:
            return self.clock
        if now < self.clock:
            _pull_back(self, now)
        self.clock = now
        return now


def new_state(rule: Rule, now: datetime) -> State:
    """The state of a rule that has seen nothing yet."""
    return State(rule=rule, clock=now, since=now, seen=now)


def read_state(value: object, rule: Rule, now: datetime) -> State:
    """A copy of the stored state, or a new one where there is none or where the rule now watches other money."""
    if isinstance(value, Mapping) and value:
        state = msgspec.convert(value, State)
        if state.rule.watches_the_same(rule):
            return state
    return new_state(rule, now)


def cursor_of(value: object) -> datetime | None:
    """The time of the last snapshot that a stored state has taken into account."""
    cursor = value.get("cursor") if isinstance(value, Mapping) else None
    return None if cursor is None else msgspec.convert(cursor, datetime)


def _name(snapshot: Snapshot) -> str:
    return f"{snapshot.taken_at:%Y-%m-%dT%H:%M:%SZ} {snapshot.id}"


def _follow(incident: Incident, transition: Transition) -> None:
    kept = [*incident.transitions, transition]
    incident.transitions = kept[-_KEPT_TRANSITIONS:]
    incident.earlier_transitions += len(kept) - len(incident.transitions)
    if transition.before is Status.UNSEEN:
        incident.said_unseen = False
    if transition.after in (Status.LOW, Status.CRITICAL):
        incident.money = True
    if transition.after.is_calm:
        incident.money = False
    if transition.after.is_calm or transition.after is Status.RECOVERING:
        incident.better = True


def _pull_back(state: State, now: datetime) -> None:
    """The clock was set back to `now`: nothing in the state may lie ahead of it.

    The cursor and the figures go a little further back, so that the run's own snapshot counts. What a person chose
    (`until`) keeps its wall-clock time.
    """
    for each in msgspec.structs.fields(State):
        setattr(state, each.name, _pulled(getattr(state, each.name), each.name, now))


def _pulled(value: Any, name: str, now: datetime) -> Any:
    if isinstance(value, datetime):
        early = now - TOLERANCE if name in ("cursor", "as_of") else now
        return value if value <= now or name == "until" else early
    if isinstance(value, list):
        return [_pulled(item, name, now) for item in value]
    if isinstance(value, Struct) and not isinstance(value, Rule):
        members = {
            each.name: _pulled(getattr(value, each.name), each.name, now) for each in msgspec.structs.fields(value)
        }
        return msgspec.structs.replace(value, **members)
    return value
