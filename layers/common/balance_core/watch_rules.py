"""A rule: which money is watched, its levels, and how people are told (watch rules are JSON, kept in DynamoDB)."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Context, Decimal, Inexact
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct, field

from balance_core.question import END, CurrencyCode

Level = Annotated[
    str,
    Meta(
        pattern=rf"^[0-9]{{1,30}}(?:\.[0-9]{{1,18}})?{END}",
        description="A decimal of at least 0 in major units, as text",
    ),
]
_ClockTime = Annotated[str, Meta(pattern=rf"^(?:[01][0-9]|2[0-3]):[0-5][0-9]{END}", description="HH:MM")]
_Link = Annotated[str, Meta(pattern=rf"^https://[!-~]+{END}", max_length=2000)]
_Name = Annotated[str, Meta(min_length=1, max_length=256)]

# The bounds of a rule's minutes.
COOLDOWN = range(1441)
STALE_AFTER = range(15, 1441)
ESCALATE_AFTER = range(5, 1441)

# Wide enough for 1.5 times a level of 48 digits; raises instead of rounding.
_EXACT = Context(prec=60, traps=[Inexact])
# Rules are also written by hand, and these names come to mind first.
_TIME_ZONE_NAMES = ("time_zone", "timezone", "zone", "tz")


class RuleError(ValueError):
    """A rule that cannot be. `field` names the part to correct, `problem` says what is expected there."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class RuleKind(StrEnum):
    """`level` watches an amount against levels. `freeze` announces frozen money that rises, at every merchant."""

    LEVEL = "level"
    FREEZE = "freeze"


class Target(Struct, frozen=True, kw_only=True):
    """Which money is watched: a currency, and then a provider, its merchant account, and the type of account.

    Each part narrows the one before it. Name the type where only one kind of account pays out: summed with the others,
    a dry account would be hidden.
    """

    currency: CurrencyCode
    provider: _Name | None = None
    account: _Name | None = None
    type: _Name | None = None

    def covers(self, provider: str, account: str, type_: str, currency: str) -> bool:
        """Whether this money is part of the target; all parts are compared as written."""
        return (
            self.currency == currency
            and self.provider in (None, provider)
            and self.account in (None, account)
            and self.type in (None, type_)
        )


class Quiet(Struct, frozen=True, kw_only=True):
    """Quiet hours on the wall clock of `time_zone`: from `start`, included, to `end`, not included."""

    start: _ClockTime = field(name="from")
    end: _ClockTime = field(name="to")
    time_zone: _Name

    def covers(self, now: datetime) -> bool:
        """Whether `now` is in the quiet hours. They may pass midnight."""
        local = now.astimezone(ZoneInfo(self.time_zone)).time()
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        if start < end:
            return start <= local < end
        return local >= start or local < end


class Levels(NamedTuple):
    """A rule's levels as numbers. `critical` is None where only a balance below zero is critical."""

    warning: Decimal
    critical: Decimal | None
    recovery: Decimal


class Rule(Struct, frozen=True, kw_only=True):
    """One rule. Minutes are whole numbers; levels are text.

    `revision` rises with each save, `changed_by` made it, and `deleted` is who removed the rule. A new target, figure
    or kind is a new rule. Raises RuleError for levels or quiet hours that contradict each other.
    """

    id: _Name
    channel: _Name
    owner: _Name
    kind: RuleKind = RuleKind.LEVEL
    target: Target | None = None
    figure: Literal["available", "reachable"] = "available"
    warning: Level | None = None
    critical: Level | None = None
    recovery: Level | None = None
    in_a_row: Annotated[int, Meta(ge=1, le=5)] = 2
    cooldown: Annotated[int, Meta(ge=COOLDOWN.start, lt=COOLDOWN.stop, description="Minutes")] = 60
    stale_after: Annotated[int, Meta(ge=STALE_AFTER.start, lt=STALE_AFTER.stop, description="Minutes")] = 60
    quiet: Quiet | None = None
    escalate_to: _Name | None = None
    escalate_after: Annotated[int, Meta(ge=ESCALATE_AFTER.start, lt=ESCALATE_AFTER.stop, description="Minutes")] = 30
    link: _Link | None = None
    revision: Annotated[int, Meta(ge=0)] = 1
    changed_by: _Name | None = None
    deleted: _Name | None = None

    def __post_init__(self) -> None:
        if self.quiet is not None:
            _check_quiet(self.quiet)
        if self.kind is RuleKind.LEVEL:
            _check_target(self.target)
            _check_levels(self.levels)

    @property
    def levels(self) -> Levels:
        """The levels as numbers, with the default for recovery: 1.5 times the warning level, exactly."""
        if self.warning is None:
            raise RuleError("warning", "is required")
        warning = Decimal(self.warning)
        critical = None if self.critical is None else Decimal(self.critical)
        recovery = _EXACT.multiply(warning, Decimal("1.5")) if self.recovery is None else Decimal(self.recovery)
        return Levels(warning, critical, recovery)

    @property
    def parts(self) -> tuple[str, ...]:
        """The amounts of a row that are added up: money that can be used, or also money that is on its way."""
        return ("available",) if self.figure == "available" else ("available", "pending")

    @property
    def stale(self) -> timedelta:
        return timedelta(minutes=self.stale_after)

    def is_quiet(self, now: datetime) -> bool:
        return self.quiet is not None and self.quiet.covers(now)

    def watches_the_same(self, other: "Rule") -> bool:
        """Whether an old state still means something: the same money, counted in the same way."""
        return (self.target, self.figure, self.kind) == (other.target, other.figure, other.kind)


def read_rule(value: object) -> Rule:
    """Read a rule from JSON; null counts as absent. Raises RuleError with the name of the field that is wrong."""
    if isinstance(value, Rule):
        return value
    if not isinstance(value, Mapping):
        raise RuleError("rule", "must be a JSON object")
    members = {str(name): part for name, part in value.items() if part is not None}
    if isinstance(quiet := members.get("quiet"), Mapping):
        members["quiet"] = _with_time_zone(quiet)
    try:
        return msgspec.convert(members, Rule)
    except msgspec.ValidationError as exc:
        if isinstance(exc.__cause__, RuleError):
            raise exc.__cause__ from exc
        raise RuleError(_wrong_field(members), "is missing, or not what the rule needs there") from exc


def _with_time_zone(quiet: Mapping[str, Any]) -> dict[str, Any]:
    zones = [quiet[name] for name in _TIME_ZONE_NAMES if name in quiet]
    return {**quiet, "time_zone": zones[0]} if zones else dict(quiet)


def _wrong_field(members: Mapping[str, object]) -> str:
    """The first field that cannot be read by itself, or the first one that is missing."""
    for each in msgspec.structs.fields(Rule):
        if each.encode_name in members:
            try:
                msgspec.convert(members[each.encode_name], each.type)
            except msgspec.ValidationError:
                return each.encode_name
    return next(each.encode_name for each in msgspec.structs.fields(Rule) if each.required and each.name not in members)


def _check_quiet(quiet: Quiet) -> None:
    if quiet.start == quiet.end:
        raise RuleError("quiet", "must begin and end at different times")
    try:
        ZoneInfo(quiet.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise RuleError("time_zone", "must be a time zone such as Asia/Manila") from exc


def _check_target(target: Target | None) -> None:
    if target is None:
        raise RuleError("target", "is required")
    if (target.account is not None and target.provider is None) or (target.type is not None and target.account is None):
        raise RuleError("target", "an account needs its provider, and a type needs its account")


def _check_levels(levels: Levels) -> None:
    if levels.critical is not None and levels.critical >= levels.warning:
        raise RuleError("critical", "must be below the warning level")
    if levels.recovery <= levels.warning:
        raise RuleError("recovery", "must be above the warning level; a rule that warns at 0 must name it")
