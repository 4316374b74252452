"""From the state to what is to be posted (balance_core/watch_effects.py)."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec

from balance_core.contract import Instant
from balance_core.watch_effects import Earlier, Effect, FreezeRise, IncidentMessage, Kind
from balance_watch.state import Evaluation, Incident, Rise, State

_SPEED = timedelta(hours=1)


def plain(amount: Decimal) -> str:
    """The amount as plain text, with the digits that it was written with."""
    return f"{amount:f}"


def figure_of(evaluation: Evaluation | None) -> dict[str, Any]:
    """The members of an effect that say how much money there is."""
    if evaluation is None or evaluation.figure is None:
        return {}
    return {"figure": plain(evaluation.figure), "bound": evaluation.bound, "figure_at": evaluation.at}


def message_of(state: State, incident: Incident, *, ended: bool = False) -> IncidentMessage:
    """What the message of `incident` shows now."""
    return IncidentMessage(
        opened=incident.opened,
        since=state.since,
        told=incident.told,
        lowest=None if incident.lowest is None else plain(incident.lowest),
        transitions=incident.transitions,
        earlier_transitions=incident.earlier_transitions,
        edits=list(incident.edits),
        edits_told=incident.edits_told,
        promise=incident.promise,
        taken=incident.taken,
        false_alarm=incident.false_alarm,
        snooze=state.snooze,
        unknown=state.unknown,
        earlier=_earlier(state),
        ended=ended,
    )


def _earlier(state: State) -> Earlier | None:
    last = state.last
    if last is None or last.bound:
        return None
    for each in state.evaluations:
        if each.figure is not None and not each.bound and last.at - _SPEED <= each.at < last.at:
            return Earlier(figure=plain(each.figure), at=each.at)
    return None


def as_json(state: State, effects: Iterable[Effect]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The state and the effects as plain JSON values."""
    return msgspec.to_builtins(state), msgspec.to_builtins(list(effects))


def rise_of(rise: Rise) -> FreezeRise:
    """A rise with its amounts as plain text."""
    amounts = {"before": plain(rise.before), "after": plain(rise.after)}
    return FreezeRise(**(msgspec.structs.asdict(rise) | amounts))


class Face:
    """What people see of an incident, taken before a step so that a change can be told from it afterwards."""

    def __init__(self, state: State) -> None:
        self._incident = state.incident
        self._had_message = self._incident is not None and self._incident.spoken > 0
        self._shown = _shown(state)

    def edits(self, state: State, at: Instant) -> list[Effect]:
        """The silent edit of the message, if it had been posted before the step and shows something else now."""
        if self._incident is None or not self._had_message or self._shown == _shown(state):
            return []
        message = message_of(state, self._incident, ended=state.incident is None)
        figure = figure_of(state.last)
        return [
            Effect(
                kind=Kind.EDIT,
                loud=False,
                incident=self._incident.id,
                state=state.state,
                at=at,
                message=message,
                **figure,
            )
        ]


def _shown(state: State) -> tuple[Any, ...] | None:
    incident = state.incident
    if incident is None:
        return None
    return (
        state.state,
        state.last and (state.last.figure, state.last.bound),
        state.snooze,
        incident.promise,
        incident.false_alarm,
        incident.earlier_transitions + len(incident.transitions),
        len(incident.edits),
    )
