"""What a press of a button changes. A press never speaks: it edits the incident's message, or is refused. Pure."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from balance_core.watch_effects import Effect, Kind, Label, Promise, Snooze, Status
from balance_core.watch_requests import Press, PressKind
from balance_core.watch_rules import Rule, read_rule
from balance_watch.decide import read_instant
from balance_watch.effects import Face, as_json
from balance_watch.evidence import whole
from balance_watch.state import Incident, State, read_state

_LONGEST_PROMISE = timedelta(hours=24)
_LONGEST_SNOOZE = timedelta(days=7)


class _RefusedError(Exception):
    """The press changes nothing. The message is one word: `removed`, `over`, `until` or `why`."""


def press(rule: object, state: object, press: object, now: object) -> tuple[Any, list[Any]]:
    """Apply one press; return the new state and the effects: an edit of the message, or a refusal for `to` alone.

    All are plain JSON values, as for `decide`. Raises RuleError and msgspec.ValidationError.
    """
    now_at = read_instant(now)
    the_rule = read_rule(rule)
    the_state = read_state(state, the_rule, now_at)
    the_press = msgspec.convert(press, Press, strict=False)
    now_at = the_state.advance(now_at)
    face = Face(the_state)
    try:
        _apply(the_rule, the_state, the_press, now_at)
    except _RefusedError as exc:
        refusal = Effect(
            kind=Kind.REFUSED,
            loud=False,
            incident=the_press.incident,
            state=the_state.state,
            at=now_at,
            to=the_press.by,
            why=str(exc),
        )
        return as_json(the_state, [refusal])
    return as_json(the_state, face.edits(the_state, now_at))


def _apply(rule: Rule, state: State, press: Press, now: datetime) -> None:
    if rule.deleted or state.state is Status.REMOVED:
        raise _RefusedError("removed")
    incident = state.incident
    if press.incident is not None and (incident is None or incident.id != press.incident):
        raise _RefusedError("over")
    match press.kind:
        case PressKind.SNOOZE:
            _snooze(state, press, now)
        case PressKind.UNSNOOZE:
            state.snooze = None
        case PressKind.TAKE:
            _promise(_open(incident), press, now)
        case _:
            _call_false_alarm(_open(incident), press, now)


def _promise(incident: Incident, press: Press, now: datetime) -> None:
    incident.promise = Promise(by=press.by, at=now, until=_until(press, now, _LONGEST_PROMISE))
    incident.taken = incident.promise


def _open(incident: Incident | None) -> Incident:
    if incident is None:
        raise _RefusedError("over")
    return incident


def _until(press: Press, now: datetime, longest: timedelta) -> datetime:
    if press.until is None or not now < whole(press.until) <= now + longest:
        raise _RefusedError("until")
    return whole(press.until)


def _snooze(state: State, press: Press, now: datetime) -> None:
    until = _until(press, now, _LONGEST_SNOOZE)
    if not press.why or not press.why.strip():
        raise _RefusedError("why")
    state.snooze = Snooze(by=press.by, why=press.why, at=now, until=until, was_critical=state.state is Status.CRITICAL)


def _call_false_alarm(incident: Incident, press: Press, now: datetime) -> None:
    incident.promise = None
    if incident.false_alarm is None:
        incident.false_alarm = Label(by=press.by, at=now)
