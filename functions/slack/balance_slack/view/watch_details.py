"""The modal behind *Details* on an alert: the rule in full, its state, its incident, and what was seen lately. Pure."""

from collections.abc import Iterator
from typing import Any

import msgspec

from balance_core.watch_rules import Rule, Target
from balance_slack.view import watch_words as words
from balance_slack.view.blocks import Block, View, cut, divider, sections
from balance_slack.view.modals import modal, text_modal
from balance_slack.view.mrkdwn import code, date, escape
from balance_slack.view.texts import counted
from balance_slack.view.watch import not_seen_line, unseen_words
from balance_slack.view.watch_effect import Alert
from balance_slack.view.watch_list import changed_line, unheard_lines
from balance_slack.view.watched import Watched

TITLE = "Details"
_REMOVED = "This rule was removed, so nobody watches this money by it now."
_OVER = "The incident of this alert is over. This is how it is now."
# In bytes.
_ROOM = 20_000
_STATES = {"ok": "fine", "pending": "new", "unseen": "not seen"}
_DEFAULTS = {each.name: each.default for each in msgspec.structs.fields(Rule)}


def alert_details(rule: Watched | None, incident: int | None) -> View:
    """Everything about a rule; None: it was removed. `incident` is that of the alert, None if it is about none."""
    if rule is None:
        return text_modal(TITLE, _REMOVED)
    is_over = incident is not None and rule.alert.effect.incident != incident
    return modal(
        TITLE,
        *sections([*([f":information_source: {_OVER}"] if is_over else []), *_state_lines(rule)]),
        *_part("What happened", [*_incident_lines(rule)]),
        *_part("Not seen at the last look", [*_unseen_lines(rule)]),
        *_part("The last readings, newest first", [*_reading_lines(rule)]),
        *_part("The rule", [*_rule_lines(rule)]),
    )


def _part(title: str, lines: list[str]) -> list[Block]:
    if not lines:
        return []
    return [divider(), *sections([f"*{title}*", *cut(lines, _ROOM, "more", "more")])]


def _state_lines(rule: Watched) -> Iterator[str]:
    alert = rule.alert
    state = alert.effect.state
    yield rule.line if state != "unseen" else f"{rule.sign} *{rule.headline}*"
    if state == "unseen":
        yield unseen_words(alert)
        yield f"It counts as not seen {words.since_words(alert.message.since)}."
    elif rule.is_open and alert.message.unknown:
        yield not_seen_line(alert)


def _incident_lines(rule: Watched) -> Iterator[str]:
    """What happened since the incident began, and who did what about it; a snooze also without an incident."""
    alert = rule.alert
    message, number = alert.message, alert.effect.incident
    if number is not None:
        yield f"Incident {number:,}, open for {words.duration(alert.effect.at - message.opened)}."
        if message.lowest is not None:
            yield f"The lowest figure was {alert.amount(message.lowest)}."
        if message.earlier_transitions:
            yield f"{counted(message.earlier_transitions, 'earlier change', 'earlier changes')}."
        for each in message.transitions:
            yield f"{date(each.at)}: {_STATES.get(each.after, each.after)}"
        yield _taken(rule)
        if message.false_alarm:
            yield f"{words.who(message.false_alarm.by)} called it a false alarm."
    if message.snooze:
        by, why = words.who(message.snooze.by), escape(message.snooze.why, 500)
        until = words.since_words(message.snooze.until, "until")
        yield f"{date(message.snooze.at)}: {by} snoozed the rule {until}: {why}"
    for edit in message.edits:
        yield from words.edit_lines([edit], alert)


def _taken(rule: Watched) -> str:
    message = rule.alert.message
    if message.taken is None:
        return "Nobody has taken it."
    who, until = words.who(message.taken.by), words.since_words(message.taken.until, "until")
    over = "" if message.promise else ", which is over"
    return f"{date(message.taken.at)}: {who} took it {until}{over}."


def _unseen_lines(rule: Watched) -> Iterator[str]:
    """Why each amount was not seen; those of one provider often have the same reason."""
    reasons = (words.reason(rule.alert, each) for each in rule.alert.message.unknown)
    return (f"{each}." for each in dict.fromkeys(reasons))


def _reading_lines(rule: Watched) -> Iterator[str]:
    for each in reversed(rule.listed.readings):
        if each.figure is None:
            yield f"{date(each.at)}: not seen"
        else:
            yield f"{date(each.at)}: {'at least ' if each.bound else ''}{rule.alert.amount(each.figure)}"


def _rule_lines(rule: Watched) -> Iterator[str]:
    """Every field with its value, and which of them are the defaults."""
    alert = rule.alert
    given = alert.rule
    if given.target is None:
        yield "What counts: frozen money of every merchant account, in every currency"
    else:
        yield f"Money: {_money(alert, given.target)}"
        counts = "available money" if given.figure == "available" else "available and pending money"
        yield f"What counts: {counts}{_default(given, 'figure')}"
        yield f"Warning level: at or below {alert.amount(given.warning or '0')}"
        if given.critical is None:
            yield "Critical level: none, so only below zero (default)"
        else:
            yield f"Critical level: at or below {alert.amount(given.critical)}"
        how = " (default: one and a half times the warning level)" if given.recovery is None else ""
        yield f"Back: at or above {alert.amount(alert.recovery)}{how}"
        yield f"Readings in a row: {given.in_a_row}{_default(given, 'in_a_row')}"
    yield f"Cooldown: {given.cooldown:,} min{_default(given, 'cooldown')}"
    yield f"A figure is old after: {given.stale_after:,} min{_default(given, 'stale_after')}"
    quiet = given.quiet
    hours = f"{quiet.start} to {quiet.end}, {escape(quiet.time_zone)}" if quiet else "none (default)"
    yield f"Quiet hours: {hours}"
    yield f"Channel: {words.who(given.channel)}"
    yield f"Owner: {words.who(given.owner)}"
    if given.escalate_to is None:
        yield "Second person: none (default)"
    else:
        after = f"after {given.escalate_after:,} min{_default(given, 'escalate_after')}"
        yield f"Second person: {words.who(given.escalate_to)}, {after}"
    yield f"Link: {code(given.link, 500) if given.link else 'none (default)'}"
    yield f"Id: {code(given.id, 256)} · revision {given.revision:,}"
    yield from filter(None, [changed_line(rule)])
    yield from unheard_lines(rule)


def _money(alert: Alert, target: Target) -> str:
    """`PHP at PayerMax, account main, type DISBURSEMENT`."""
    where = escape(alert.name(target.provider)) if target.provider else "all providers"
    account = f", account {escape(target.account)}" if target.account else ""
    return f"{target.currency} at {where}{account}{f', type {escape(target.type)}' if target.type else ''}"


def _default(rule: Any, name: str) -> str:
    return " (default)" if getattr(rule, name) == _DEFAULTS[name] else ""
