"""Notifications: what is due, what may be spoken now, and what speaking changes. Pure.

The table below is the policy. A notification that may not be spoken waits: it is looked at again in each run, and
forgotten if it is no longer true. So only the present is ever spoken about, at most once in a run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from balance_core.watch_effects import Effect, Kind, Status, Where
from balance_core.watch_rules import Rule
from balance_watch.effects import figure_of, message_of, rise_of
from balance_watch.state import Incident, State
from balance_watch.transitions import Band, band

# A reply in a thread alone is not seen, and these ask somebody to act.
_ASKS = (Kind.CRITICAL, Kind.LOW, Kind.PROMISE_LAPSED, Kind.SNOOZE_OVER)


@dataclass(frozen=True, slots=True)
class _Moment:
    """An open incident at one time."""

    rule: Rule
    state: State
    incident: Incident
    now: datetime

    @property
    def status(self) -> Status:
        return self.state.state

    @property
    def promise_is_over(self) -> bool:
        return self.incident.promise is not None and self.incident.promise.until <= self.now

    @property
    def snooze_is_over(self) -> bool:
        return self.state.snooze is not None and self.state.snooze.until <= self.now

    @property
    def is_snoozed(self) -> bool:
        return self.state.is_snoozed(self.now)

    @property
    def is_cooling(self) -> bool:
        notified = self.state.notified
        return notified is not None and self.now < notified + timedelta(minutes=self.rule.cooldown)

    @property
    def only_unseen_was_said(self) -> bool:
        return self.incident.spoken > 0 and self.incident.told == "none"


_Condition = Callable[[_Moment], bool]


def _always(_: _Moment) -> bool:
    return True


def _never(_: _Moment) -> bool:
    return False


def _is_critical(moment: _Moment) -> bool:
    return moment.status is Status.CRITICAL


def _critical_is_due(moment: _Moment) -> bool:
    return _is_critical(moment) and (moment.incident.told != "critical" or moment.incident.better)


def _critical_is_new(moment: _Moment) -> bool:
    return moment.incident.told != "critical"


def _critical_ends_the_snooze(moment: _Moment) -> bool:
    snooze = moment.state.snooze
    return snooze is None or not snooze.was_critical


def _low_is_due(moment: _Moment) -> bool:
    return moment.status is Status.LOW and moment.incident.told in ("none", "recovering")


def _low_is_worse(moment: _Moment) -> bool:
    return moment.only_unseen_was_said


def _promise_lapsed_is_due(moment: _Moment) -> bool:
    return moment.promise_is_over and moment.status.is_trouble


def _snooze_over_is_due(moment: _Moment) -> bool:
    return moment.snooze_is_over and moment.status.is_trouble and moment.incident.spoken > 0


def _unseen_is_due(moment: _Moment) -> bool:
    return moment.status is Status.UNSEEN and not moment.incident.said_unseen


def _seen_again_is_due(moment: _Moment) -> bool:
    if moment.status is Status.UNSEEN or not moment.incident.believed_unseen:
        return False
    return not moment.status.is_calm or (moment.status is Status.OK and moment.only_unseen_was_said)


def _all_clear_is_due(moment: _Moment) -> bool:
    # Also when the last thing told is "recovering": otherwise an incident that was seen again would never end.
    if not moment.status.is_calm or moment.incident.told == "none":
        return False
    newest = band(moment.state.evaluations[-1], moment.rule.levels)
    return newest in (Band.RECOVERED, Band.ABOVE)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the policy: when a notification is due, and whether it speaks in each of three situations."""

    kind: Kind
    due: _Condition
    in_cooldown: _Condition
    in_quiet_hours: _Condition
    while_snoozed: _Condition

    def speaks(self, moment: _Moment) -> bool:
        return (
            self.due(moment)
            and (not moment.is_cooling or self.in_cooldown(moment))
            and (not moment.rule.is_quiet(moment.now) or self.in_quiet_hours(moment))
            and (not moment.is_snoozed or self.while_snoozed(moment))
        )


_POLICY = (
    _Row(Kind.CRITICAL, _critical_is_due, _critical_is_new, _always, _critical_ends_the_snooze),
    _Row(Kind.LOW, _low_is_due, _low_is_worse, _never, _never),
    _Row(Kind.PROMISE_LAPSED, _promise_lapsed_is_due, _always, _is_critical, _never),
    _Row(Kind.SNOOZE_OVER, _snooze_over_is_due, _always, _is_critical, _never),
    _Row(Kind.UNSEEN, _unseen_is_due, _never, _never, _never),
    _Row(Kind.SEEN_AGAIN, _seen_again_is_due, _never, _never, _never),
    _Row(Kind.ALL_CLEAR, _all_clear_is_due, _never, _never, _never),
)


def notify(rule: Rule, state: State, now: datetime) -> list[Effect]:
    """The notification of this run, if any, and the direct message that escalates. Changes `state`."""
    effects: list[Effect] = []
    if state.incident is not None:
        moment = _Moment(rule, state, state.incident, now)
        for row in _POLICY:
            if row.speaks(moment):
                effects.append(_speak(row.kind, moment))
                break
        effects += _escalate(moment)
    _forget_what_is_over(state, now)
    return effects


def announce_rises(rule: Rule, state: State, now: datetime) -> list[Effect]:
    """All rises of frozen money in one message; quiet hours and a snooze collect them. Changes `state`."""
    _forget_what_is_over(state, now)
    if not state.frozen.rises or rule.is_quiet(now) or state.is_snoozed(now):
        return []
    rises = [rise_of(rise) for rise in state.frozen.rises]
    state.frozen.rises = []
    state.notified = now
    return [Effect(kind=Kind.FREEZE, loud=True, incident=None, state=state.state, at=now, where="channel", rises=rises)]


def say_removed(state: State, now: datetime) -> list[Effect]:
    """The closing reply of an incident whose rule was removed, at any hour. Ends the incident."""
    incident, state.incident = state.incident, None
    if incident is None or not incident.spoken:
        return []
    message = message_of(state, incident, ended=True)
    return [_loud(Kind.RULE_REMOVED, state, incident, now, where="thread", message=message)]


def _speak(kind: Kind, moment: _Moment) -> Effect:
    state, incident = moment.state, moment.incident
    closes = moment.status.is_calm
    lapsed = moment.promise_is_over and moment.status.is_trouble
    effect = _loud(
        kind,
        state,
        incident,
        moment.now,
        where=_place(kind, incident),
        lapsed=lapsed,
        message=message_of(state, incident, ended=closes),
    )
    if lapsed:
        incident.promise = None
    if kind is Kind.CRITICAL or moment.snooze_is_over:
        state.snooze = None
    if kind in _ASKS:
        incident.asked_at = moment.now
    _remember(incident, moment.status)
    state.notified = moment.now
    if closes:
        state.incident = None
    return effect


def _place(kind: Kind, incident: Incident) -> Where:
    if not incident.spoken:
        return "channel"
    return "both" if kind in _ASKS else "thread"


def _remember(incident: Incident, status: Status) -> None:
    """What people know after a notification, which always says the state."""
    incident.spoken += 1
    incident.edits_told = len(incident.edits)
    incident.believed_unseen = status is Status.UNSEEN
    if status is Status.UNSEEN:
        incident.said_unseen = True
    elif status is Status.CRITICAL:
        incident.told = "critical"
        incident.better = False
    elif status is Status.LOW:
        incident.told = "low"
    elif status is Status.RECOVERING:
        incident.told = "recovering"


def _escalate(moment: _Moment) -> list[Effect]:
    """A direct message to the second person, once in an incident and once more when it has become critical."""
    rule, incident = moment.rule, moment.incident
    severity = incident.told
    if rule.escalate_to is None or incident.asked_at is None or not moment.status.is_trouble:
        return []
    if severity not in ("low", "critical") or incident.escalated in (severity, "critical"):
        return []
    if incident.promise or incident.false_alarm or moment.state.snooze:
        return []
    if rule.is_quiet(moment.now) and not _is_critical(moment):
        return []
    if moment.now < incident.asked_at + timedelta(minutes=rule.escalate_after):
        return []
    incident.escalated = severity
    message = message_of(moment.state, incident)
    return [
        _loud(
            Kind.ESCALATION,
            moment.state,
            incident,
            moment.now,
            where="direct",
            to=rule.escalate_to,
            message=message,
        )
    ]


def _forget_what_is_over(state: State, now: datetime) -> None:
    """Drop a promise and a snooze whose time was reached while there was nothing to say about it."""
    incident, snooze = state.incident, state.snooze
    is_trouble = state.state.is_trouble
    if incident is not None and incident.promise is not None and incident.promise.until <= now and not is_trouble:
        incident.promise = None
    was_told = incident is not None and incident.spoken > 0
    if snooze is not None and snooze.until <= now and not (is_trouble and was_told):
        state.snooze = None


def _loud(kind: Kind, state: State, incident: Incident, now: datetime, **members: Any) -> Effect:
    return Effect(
        kind=kind,
        loud=True,
        incident=incident.id,
        state=state.state,
        at=now,
        **figure_of(state.last),
        **members,
    )
