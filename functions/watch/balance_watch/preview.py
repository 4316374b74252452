"""What a rule would have done over the stored snapshots: the same decision as every day. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from balance_core.history.readings import Snapshot as StoredSnapshot
from balance_core.watch_effects import Kind
from balance_core.watch_requests import Preview
from balance_core.watch_rules import Rule, RuleKind
from balance_watch.decide import run
from balance_watch.evidence import Snapshot, snapshots_of
from balance_watch.seen import readings_and_gaps
from balance_watch.state import Evaluation, State, new_state
from balance_watch.transitions import Band, band

_SCHEDULE = timedelta(minutes=15)
_LONG = timedelta(hours=2)
_TOLD = ("low", "critical")


@dataclass(slots=True)
class _Spell:
    """A time at or below the level: from its first bad reading to the first better one, whatever was not seen."""

    begin: datetime
    end: datetime | None = None
    readings: int = 0
    is_told: bool = False


def preview(rule: Rule, stored: Iterable[StoredSnapshot], since: datetime, now: datetime) -> Preview:
    """Play the rule from `since` to `now`, with a run for each snapshot and one every 15 minutes without any.

    It begins with the first snapshot: what was not collected yet is no silence.
    `stored` may be limited to the rule's currency: a provider that held nothing of it in all that time hides nothing.
    """
    snapshots = _without_strangers(rule, snapshots_of(*readings_and_gaps(stored)))
    since = snapshots[0].taken_at if snapshots else now
    state = new_state(rule, since)
    notifications: dict[str, int] = {}
    spells: list[_Spell] = []
    readings = 0
    for at, taken in _runs(snapshots, since, now):
        for effect in run(rule, state, taken, at):
            if effect.kind is not Kind.EDIT:
                notifications[effect.kind.value] = notifications.get(effect.kind.value, 0) + 1
        _follow(rule, spells, state, at)
        readings += bool(taken) and bool(state.evaluations) and state.evaluations[-1].figure is not None
    lengths = [(spell.end or now) - spell.begin for spell in spells]
    return Preview(
        since=since,
        snapshots=len(snapshots),
        readings=readings,
        notifications=notifications,
        longer_than_two_hours=sum(length > _LONG for length in lengths),
        shorter=sum(length <= _LONG for length in lengths),
        missed=sum(spell.readings > 1 and not spell.is_told for spell in spells),
    )


def _without_strangers(rule: Rule, snapshots: Sequence[Snapshot]) -> Sequence[Snapshot]:
    """The snapshots without the gaps of providers that never held any of the rule's money."""
    if rule.target is None:
        return snapshots
    holders = {None, *(each.provider for snapshot in snapshots for each in snapshot.readings)}
    if rule.target.provider:
        holders.add(rule.target.provider)
    return [replace(each, gaps=tuple(gap for gap in each.gaps if gap.provider in holders)) for each in snapshots]


def _runs(
    snapshots: Sequence[Snapshot], since: datetime, now: datetime
) -> Iterator[tuple[datetime, Sequence[Snapshot]]]:
    at = since
    for snapshot in snapshots:
        while at + _SCHEDULE < snapshot.taken_at:
            at += _SCHEDULE
            yield at, ()
        at = max(at, snapshot.taken_at)
        yield at, [snapshot]
    while at + _SCHEDULE <= now:
        at += _SCHEDULE
        yield at, ()


def _follow(rule: Rule, spells: list[_Spell], state: State, at: datetime) -> None:
    """Add the newest evaluation to the spells, and whether people know of the one that is open."""
    spell = spells[-1] if spells and spells[-1].end is None else None
    found = _band_at(rule, state.evaluations, at)
    if found in (Band.LOW, Band.CRITICAL):
        if spell is None:
            spell = _Spell(at)
            spells.append(spell)
        spell.readings += 1
    elif spell and found in (Band.ABOVE, Band.RECOVERED):
        spell.end = at
    if spell and state.incident is not None and state.incident.told in _TOLD:
        spell.is_told = True


def _band_at(rule: Rule, evaluations: Sequence[Evaluation], at: datetime) -> Band | None:
    is_new = rule.kind is RuleKind.LEVEL and evaluations and evaluations[-1].at == at
    return band(evaluations[-1], rule.levels) if is_new else None
