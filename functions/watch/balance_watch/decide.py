"""The decision of one run: an edited rule, the new snapshots, silence, and then what is to be said. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from balance_core.contract import Instant
from balance_core.watch_effects import Change, Edit, Effect, Status, Unknown
from balance_core.watch_rules import Rule, RuleKind, Target, read_rule
from balance_watch.effects import Face, as_json
from balance_watch.evidence import TOLERANCE, Gap, Reading, Snapshot, look, snapshots_of, whole
from balance_watch.freeze import look_for_rises
from balance_watch.notifications import announce_rises, notify, say_removed
from balance_watch.state import Evaluation, State, read_state
from balance_watch.transitions import band, next_status

# A change of these says only that there was a change.
_UNTOLD_FIELDS = frozenset({"revision", "changed_by"})
_NO_SNAPSHOT = Unknown(why="no_snapshot")


def decide(rule: object, state: object, readings: object, gaps: object, now: object) -> tuple[Any, list[Any]]:
    """Decide over every reading and gap of the last snapshots; return the new state and the effects.

    All are plain JSON values; instants are RFC 3339 text in UTC, amounts are text, and `state` is null at first. The
    state is the caller's to store and not to read, except its member `state`. Snapshots that were taken into account
    before change nothing. Raises RuleError, msgspec.ValidationError, and MoneyError.
    """
    now_at = read_instant(now)
    the_rule = read_rule(rule)
    the_state = read_state(state, the_rule, now_at)
    seen = msgspec.convert(readings, list[Reading], strict=False)
    missed = msgspec.convert(gaps, list[Gap], strict=False)
    effects = run(the_rule, the_state, snapshots_of(seen, missed), now_at)
    return as_json(the_state, effects)


def run(rule: Rule, state: State, snapshots: Iterable[Snapshot], now: datetime) -> list[Effect]:
    """`decide` without the JSON, for many runs in a row: `snapshots` are in order, and `state` is changed in place."""
    now = state.advance(now)
    if state.state is Status.REMOVED:
        return []
    if rule.revision < state.rule.revision:
        rule = state.rule  # this run read the rule before somebody saved it
    face = Face(state)
    if rule.deleted:
        state.rule = rule
        state.move(Status.REMOVED, now)
        return [*say_removed(state, now), *face.edits(state, now)]
    if rule != state.rule:
        _apply_edit(rule, state, now)
    for snapshot in snapshots:
        if _is_new(snapshot, state, now):
            state.take(snapshot)
            _evaluate(rule, state, snapshot)
    if rule.kind is RuleKind.FREEZE:
        return announce_rises(rule, state, now)
    _evaluate_silence(rule, state, now)
    return [*notify(rule, state, now), *face.edits(state, now)]


def read_instant(value: object) -> datetime:
    """An instant in whole seconds. Raises msgspec.ValidationError."""
    return whole(msgspec.convert(value, Instant, strict=False))


def _is_new(snapshot: Snapshot, state: State, now: datetime) -> bool:
    """Later than the cursor, not ahead of the clock, and not taken before the clock was set back."""
    is_later = state.cursor is None or snapshot.taken_at > state.cursor
    return is_later and snapshot.taken_at <= now + TOLERANCE and not state.has_taken(snapshot)


def _evaluate(rule: Rule, state: State, snapshot: Snapshot) -> None:
    if rule.kind is RuleKind.FREEZE or rule.target is None:
        look_for_rises(rule, state, snapshot)
    else:
        _evaluate_level(rule, rule.target, state, snapshot)


def _evaluate_level(rule: Rule, target: Target, state: State, snapshot: Snapshot) -> None:
    state.answered = sorted({*state.answered, *snapshot.answered})
    seen = look(rule, target, state.figures, frozenset(state.answered), snapshot)
    state.figures = list(seen.figures)
    if seen.figure is not None:
        state.seen = snapshot.taken_at
    if not seen.is_news:
        return
    state.unknown = list(seen.unknown)
    state.add(Evaluation(at=snapshot.taken_at, figure=seen.figure, bound=not seen.complete))
    _follow(rule, state, snapshot.taken_at)
    incident = state.incident
    if incident is not None and seen.figure is not None and seen.complete:
        incident.lowest = seen.figure if incident.lowest is None else min(incident.lowest, seen.figure)


def _evaluate_silence(rule: Rule, state: State, now: datetime) -> None:
    """When nothing was seen for too long, that counts as two gaps, and breaks every row."""
    last = state.evaluations[-2:]
    is_said = len(last) == 2 and all(each.figure is None for each in last)
    if now - state.seen > rule.stale and not is_said:
        state.unknown = [_NO_SNAPSHOT]
        state.add(Evaluation(at=now))
        state.add(Evaluation(at=now))
        _follow(rule, state, now)


def _follow(rule: Rule, state: State, at: datetime, *, edited: bool = False) -> None:
    """Enter the state that the kept evaluations lead to under the present rule."""
    levels = rule.levels
    status = next_status(
        state.state,
        [band(each, levels) for each in state.evaluations],
        rule.in_a_row,
        before_unseen=state.before_unseen,
        money=state.incident is not None and state.incident.money,
        edited=edited,
    )
    state.move(status, at)


def _apply_edit(rule: Rule, state: State, now: datetime) -> None:
    """The rule was saved: evaluate at once, and note in the incident who changed what."""
    edit = Edit(by=rule.changed_by, at=now, changes=_changes(state.rule, rule))
    state.rule = rule
    if rule.kind is RuleKind.LEVEL:
        _follow(rule, state, now, edited=True)
    if state.incident is not None:
        state.incident.edits.append(edit)


def _changes(before: Rule, after: Rule) -> list[Change]:
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return [
        Change(field=name, before=old[name], after=new[name])
        for name in new
        if name not in _UNTOLD_FIELDS and old[name] != new[name]
    ]
