"""The answers about all rules, worst first. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec

from balance_core.watch_contract import RuleState, WatchStates, WatchTarget
from balance_core.watch_effects import Effect, Kind, Status
from balance_core.watch_requests import Listed, ListedRule, PastReading
from balance_watch.effects import figure_of, message_of, plain
from balance_watch.state import State

_WORST_FIRST = ("critical", "low", "unseen", "recovering", "pending", "ok", "removed")

# A state and its version by rule, as they are stored.
States = Mapping[str, tuple[Any, int]]
Rules = Mapping[str, dict[str, Any]]


def target_of(rule: Mapping[str, Any]) -> WatchTarget | None:
    """Which money the rule watches, for others."""
    target = rule.get("target")
    return msgspec.convert(target, WatchTarget) if target else None


def states_of(rules: Rules, states: States, wanted: Collection[str] | None, now: datetime) -> WatchStates:
    """The states of the rules that were not removed, without amounts; `wanted` are ids, None for all."""
    found = [
        _rule_state(rule, _state(states, name))
        for name, rule in rules.items()
        if not rule.get("deleted") and (wanted is None or name in wanted)
    ]
    found.sort(key=lambda each: (_WORST_FIRST.index(each.state), each.rule))
    return WatchStates(generated_at=now, rules=tuple(found))


def listing(rules: Rules, states: States, undelivered: Mapping[str, int], now: datetime) -> Listed:
    """The rules that were not removed, with what the list of rules shows."""
    found = [
        _listed(rule, _state(states, name), undelivered.get(name, 0), now)
        for name, rule in rules.items()
        if not rule.get("deleted")
    ]
    found.sort(key=lambda each: (_WORST_FIRST.index(each.effect["state"]), each.rule["id"]))
    return Listed(generated_at=now, rules=tuple(found))


def _state(states: States, name: str) -> State | None:
    return msgspec.convert(states[name][0], State) if name in states else None


def _rule_state(rule: Mapping[str, Any], state: State | None) -> RuleState:
    return RuleState(
        rule=str(rule["id"]),
        kind=rule.get("kind", "level"),
        target=target_of(rule),
        state=state.state.value if state else "pending",
        since=state.since if state else None,
        seen=state.seen if state and state.cursor else None,
    )


def _listed(rule: dict[str, Any], state: State | None, undelivered: int, now: datetime) -> ListedRule:
    return ListedRule(
        rule=rule,
        effect=_present(state, now),
        since=state.since if state else None,
        snooze=state.snooze if state else None,
        readings=tuple(
            PastReading(at=each.at, figure=None if each.figure is None else plain(each.figure), bound=each.bound)
            for each in (state.evaluations if state else ())
        ),
        unsaid=state.unsaid if state else 0,
        undelivered=undelivered,
    )


def _present(state: State | None, now: datetime) -> dict[str, Any]:
    """What an edit of the incident's message would show now."""
    incident = state.incident if state else None
    effect = Effect(
        kind=Kind.EDIT,
        loud=False,
        incident=incident.id if incident else None,
        state=state.state if state else Status.PENDING,
        at=now,
        message=message_of(state, incident) if state and incident else None,
        **figure_of(state.last if state else None),
    )
    document: dict[str, Any] = msgspec.to_builtins(effect)
    return document
