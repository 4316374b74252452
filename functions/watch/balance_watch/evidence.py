"""Evidence: what one snapshot says about the money of a rule. Pure.

A component is one amount of one row: provider, merchant account, type and number of the account, available or pending.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import add

from msgspec import Struct

from balance_core.contract import Amount, Instant
from balance_core.money import Money
from balance_core.watch_effects import Unknown
from balance_core.watch_rules import Rule, Target

# A provider that says "not that currency" has answered.
_AN_ANSWER = "currency_not_supported"
# How far a clock may be ahead before it is not believed.
TOLERANCE = timedelta(minutes=5)

ComponentKey = tuple[str, str, str, str | None, str, str]


class Reading(Struct, frozen=True, kw_only=True):
    """One row of a snapshot. Amounts are text, null where the provider does not report them."""

    snapshot: str
    taken_at: Instant
    provider: str
    account: str
    type: str
    currency: str
    number: str | None = None
    available: Amount | None = None
    pending: Amount | None = None
    frozen: Amount | None = None
    as_of: Instant | None = None

    @property
    def time(self) -> datetime:
        """When the amounts were true; a time in the future would block all later figures."""
        taken_at = whole(self.taken_at)
        return taken_at if self.as_of is None else min(whole(self.as_of), taken_at)

    def figures(self, parts: Iterable[str]) -> Iterator["Figure"]:
        """The reported amounts among `parts`. Raises MoneyError."""
        for part in parts:
            amount: str | None = getattr(self, part)
            if amount is not None:
                yield Figure(
                    provider=self.provider,
                    account=self.account,
                    type=self.type,
                    number=self.number,
                    part=part,
                    currency=self.currency,
                    as_of=self.time,
                    amount=Money.parse(amount, self.currency).amount,
                )


class Gap(Struct, frozen=True, kw_only=True):
    """What could not be read: a provider, one of its accounts or currencies (null: all of them), and why."""

    snapshot: str
    taken_at: Instant
    kind: str
    provider: str | None = None
    account: str | None = None
    currency: str | None = None

    @property
    def is_answer(self) -> bool:
        return self.kind == _AN_ANSWER

    def touches(self, target: Target) -> bool:
        """Whether it may hide money of the target. An `empty` gap has no provider, and hides nothing new."""
        return (
            not self.is_answer
            and self.provider is not None
            and target.provider in (None, self.provider)
            and (target.account is None or self.account in (None, target.account))
            and self.currency in (None, target.currency)
        )


class Figure(Struct, frozen=True, kw_only=True):
    """The newest known amount of a component."""

    provider: str
    account: str
    type: str
    number: str | None
    part: str
    currency: str
    as_of: datetime
    amount: Decimal

    @property
    def key(self) -> ComponentKey:
        return self.provider, self.account, self.type, self.number, self.currency, self.part


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that was read and missed at one time."""

    id: str
    taken_at: datetime
    readings: tuple[Reading, ...]
    gaps: tuple[Gap, ...]

    @property
    def answered(self) -> set[str]:
        """The providers that answered anything."""
        answers = {gap.provider for gap in self.gaps if gap.is_answer and gap.provider is not None}
        return answers | {reading.provider for reading in self.readings}


@dataclass(frozen=True, slots=True)
class Look:
    """What one snapshot says. `figure` is None when nothing usable was seen, and a lower bound unless `complete`.

    `is_news` is False when every component repeats its last amount and time. `figures` are the newest known ones.
    """

    figure: Decimal | None
    complete: bool
    is_news: bool
    figures: tuple[Figure, ...]
    unknown: tuple[Unknown, ...]


def whole(instant: datetime) -> datetime:
    """The instant in whole seconds of UTC."""
    return instant.astimezone(UTC).replace(microsecond=0)


def snapshots_of(readings: Iterable[Reading], gaps: Iterable[Gap]) -> list[Snapshot]:
    """The snapshots, in the order in which they were taken."""
    rows: dict[tuple[datetime, str], tuple[list[Reading], list[Gap]]] = {}
    for reading in readings:
        rows.setdefault((reading.taken_at, reading.snapshot), ([], []))[0].append(reading)
    for gap in gaps:
        rows.setdefault((gap.taken_at, gap.snapshot), ([], []))[1].append(gap)
    return [
        Snapshot(name, whole(at), tuple(seen), tuple(missed)) for (at, name), (seen, missed) in sorted(rows.items())
    ]


def sort_out(
    figures: Iterable[Figure], last: dict[ComponentKey, Figure], taken_at: datetime, stale: timedelta
) -> tuple[dict[ComponentKey, Figure], dict[ComponentKey, str]]:
    """Split `figures` into the usable ones and the reasons to ignore the others, and put the newest ones into `last`.

    A stale figure still says that the component exists. One that is older than the last is a replayed answer.
    """
    usable: dict[ComponentKey, Figure] = {}
    ignored: dict[ComponentKey, str] = {}
    for figure in figures:
        known = last.get(figure.key)
        if known is not None and figure.as_of < known.as_of:
            ignored[figure.key] = "out_of_order"
            continue
        last[figure.key] = figure
        if taken_at - figure.as_of > stale:
            ignored[figure.key] = "stale"
        else:
            usable[figure.key] = figure
    return usable, ignored


def look(rule: Rule, target: Target, known: Sequence[Figure], answered: AbstractSet[str], snapshot: Snapshot) -> Look:
    """What `snapshot` says about the target, given the last figure of every component that was ever `known`.

    `answered` are the providers that have answered since the rule began, in this snapshot too.
    """
    before = {figure.key: figure for figure in known}
    newest = dict(before)
    rows = [row for row in snapshot.readings if target.covers(row.provider, row.account, row.type, row.currency)]
    # A row that stands in the snapshot twice counts once.
    seen = {figure.key: figure for row in rows for figure in row.figures(rule.parts)}
    usable, ignored = sort_out(seen.values(), newest, snapshot.taken_at, rule.stale)
    missing = [figure for key, figure in newest.items() if key not in usable]
    gaps = [gap for gap in snapshot.gaps if gap.touches(target) and _counts(gap, newest, answered)]
    amounts = [*usable.values(), *(figure for figure in missing if figure.amount < 0)]
    return Look(
        figure=_sum(amounts, target.currency) if usable else None,
        complete=not missing and not gaps,
        is_news=bool(missing) or not usable or any(_differs(figure, before) for figure in usable.values()),
        figures=tuple(newest.values()),
        unknown=_unknown(missing, ignored, snapshot, gaps),
    )


def _counts(gap: Gap, newest: Iterable[ComponentKey], answered: AbstractSet[str]) -> bool:
    """Whether a gap hides money. An outage of a provider that holds nothing of the target must not blind a total."""
    return gap.provider not in answered or any(provider == gap.provider for provider, *_ in newest)


def _differs(figure: Figure, before: dict[ComponentKey, Figure]) -> bool:
    last = before.get(figure.key)
    return last is None or (last.as_of, last.amount) != (figure.as_of, figure.amount)


def _sum(figures: Iterable[Figure], currency: str) -> Decimal:
    return reduce(add, (Money(figure.amount, currency) for figure in figures), Money(Decimal(0), currency)).amount


def _unknown(
    missing: Iterable[Figure], ignored: dict[ComponentKey, str], snapshot: Snapshot, gaps: Iterable[Gap]
) -> tuple[Unknown, ...]:
    found = [
        Unknown(
            provider=figure.provider,
            account=figure.account,
            type=figure.type,
            why=ignored.get(figure.key) or _reason(figure, snapshot.gaps),
        )
        for figure in missing
    ]
    found += [Unknown(provider=gap.provider, account=gap.account, why=gap.kind) for gap in gaps]
    return tuple(dict.fromkeys(found))


def _reason(figure: Figure, gaps: Iterable[Gap]) -> str:
    """The kind of the gap that hides the component."""
    for gap in gaps:
        if (
            gap.provider in (None, figure.provider)
            and gap.account in (None, figure.account)
            and gap.currency in (None, figure.currency)
        ):
            return gap.kind
    return "not_reported"
