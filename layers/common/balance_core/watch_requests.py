"""What the watch can be asked, besides the bus event and the schedule, and what it answers. `request` says which."""

from enum import StrEnum
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from balance_core.contract import Instant
from balance_core.question import VERSION
from balance_core.watch_contract import RuleId
from balance_core.watch_effects import Snooze

_Person = Annotated[str, Meta(min_length=1, max_length=64)]


class PressKind(StrEnum):
    """What was pressed. A promise is taken for up to 24 hours, a snooze for up to 7 days.

    A false alarm is a label: it clears the promise, stops escalation and changes no state.
    """

    TAKE = "take"
    SNOOZE = "snooze"
    UNSNOOZE = "unsnooze"
    FALSE_ALARM = "false_alarm"


class Press(Struct, frozen=True, kw_only=True):
    """One press. `incident` is null for a snooze from the list of rules; `until` and `why` as the kind needs them."""

    kind: PressKind
    by: str
    incident: int | None = None
    until: Instant | None = None
    why: str | None = None


class Run(Struct, frozen=True, kw_only=True, tag_field="request", tag="run"):
    """Look at everything now. The schedule of the watch asks this; no snapshot is taken."""

    version: Literal[1] = VERSION


class States(Struct, frozen=True, kw_only=True, tag_field="request", tag="states"):
    """The states of these rules, or of all. The answer has no amounts."""

    version: Literal[1] = VERSION
    rules: tuple[RuleId, ...] | None = None


class ListRules(Struct, frozen=True, kw_only=True, tag_field="request", tag="list"):
    """Every rule with its state and figure."""

    version: Literal[1] = VERSION


class Save(Struct, frozen=True, kw_only=True, tag_field="request", tag="save"):
    """Add a rule, or change the one with this `id` and the `revision` that was read. `by` must be an admin."""

    version: Literal[1] = VERSION
    rule: dict[str, Any]
    by: _Person


class Delete(Struct, frozen=True, kw_only=True, tag_field="request", tag="delete"):
    """Remove a rule. `by` must be an admin."""

    version: Literal[1] = VERSION
    rule: RuleId
    by: _Person


class PressButton(Struct, frozen=True, kw_only=True, tag_field="request", tag="press"):
    """A press of a button."""

    version: Literal[1] = VERSION
    rule: RuleId
    press: Press


class AskPreview(Struct, frozen=True, kw_only=True, tag_field="request", tag="preview"):
    """What a rule would have done in the last days. It need not be saved, and needs no id, channel or owner yet."""

    version: Literal[1] = VERSION
    rule: dict[str, Any]
    days: Annotated[int, Meta(ge=1, le=60)] = 30


Request = Run | States | ListRules | Save | Delete | PressButton | AskPreview


class Problem(Struct, frozen=True, kw_only=True):
    """Why a rule was not saved: the field to correct, and what is expected there."""

    field: str
    problem: str


class Saved(Struct, frozen=True, kw_only=True):
    """The rule as it is stored now; or why it is not."""

    rule: dict[str, Any] | None = None
    problem: Problem | None = None


class Pressed(Struct, frozen=True, kw_only=True):
    """`refused` is `removed`, `over`, `until` or `why`; null if the press counts."""

    refused: str | None


class Preview(Struct, frozen=True, kw_only=True):
    """How often each kind of notification would have come, and how often the money was at or below the level.

    `since` is the first snapshot that was played, `readings` how many of them had a figure. `missed` counts the times
    of at least two readings about which nothing would have been said.
    """

    since: Instant
    snapshots: int
    readings: int
    notifications: dict[str, int]
    longer_than_two_hours: int
    shorter: int
    missed: int


class Previewed(Struct, frozen=True, kw_only=True):
    """What the rule would have done; or what is wrong with it."""

    preview: Preview | None = None
    problem: Problem | None = None


class PastReading(Struct, frozen=True, kw_only=True):
    """What one look at the money found. `figure` is null when nothing was seen; `bound` marks a lower bound."""

    at: Instant
    figure: str | None
    bound: bool


class ListedRule(Struct, frozen=True, kw_only=True):
    """A rule as the list shows it.

    `effect` says how it is now, like an edit of the incident's message. `readings` are the last ten, oldest first.
    `unsaid` counts incidents that were over before anything was said about them, `undelivered` alerts that
    Slack has not taken for minutes.
    """

    rule: dict[str, Any]
    effect: dict[str, Any]
    since: Instant | None
    snooze: Snooze | None
    readings: tuple[PastReading, ...]
    unsaid: int
    undelivered: int


class Listed(Struct, frozen=True, kw_only=True):
    """Every rule that was not removed, worst first."""

    generated_at: Instant
    rules: tuple[ListedRule, ...]


class RequestError(ValueError):
    """Not a request to the watch. The message quotes nothing of it."""


def read_request(event: object) -> Request:
    """The request in `event`. Raises RequestError."""
    try:
        request: Request = msgspec.convert(event, Request, strict=False)
    except (msgspec.ValidationError, UnicodeEncodeError):
        names = ", ".join(str(each.__struct_config__.tag) for each in get_args(Request))
        raise RequestError(
            f"not a request to the watch: `request` must be one of {names}, with its own fields"
        ) from None
    return request
