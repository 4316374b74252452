"""The form of a rule of the watch, and what is said before and after it is saved. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from balance_core.money import Money
from balance_core.strict_json import dumps
from balance_core.watch_requests import Preview, Problem
from balance_core.watch_rules import COOLDOWN, ESCALATE_AFTER, STALE_AFTER, read_rule
from balance_slack.job import Form
from balance_slack.rule_form import BETWEEN, EVERYWHERE, Field
from balance_slack.view.blocks import Block, View, context, divider, sections
from balance_slack.view.modals import channel_select, field, form, modal, person_select, radio, select, text_input
from balance_slack.view.mrkdwn import code, date, escape, mention
from balance_slack.view.texts import counted, listed, shortened
from balance_slack.view.watch_words import duration, field_name

Draft = Mapping[str, Any]

# Slack allows 100 choices.
_MOST_CHOICES = 99
_MOST_VALUE_CHARACTERS = 150
_FIGURES = {"available": "Available", "reachable": "Reachable: available and pending"}
_MONEY = ("id", "revision", "kind", "target", "figure")


@dataclass(frozen=True, slots=True)
class Places:
    """Where money was seen last: `accounts` are provider and merchant account, `types` provider and type of account.

    `names` are the providers' display names.
    """

    names: Mapping[str, str]
    accounts: Sequence[tuple[str, str]] = ()
    types: Sequence[tuple[str, str]] = ()


def rule_form(draft: Draft, places: Places, zone: str, ignored: Iterable[str] = ()) -> View:
    """The form for a new rule, or for the one that `draft` is: then the money cannot be changed any more.

    `zone` is the time zone that is offered for quiet hours. `ignored` are words of a command.
    """
    is_edit = "id" in draft
    kept = {name: draft[name] for name in _MONEY if name in draft} if is_edit else {}
    words = [code(word, 40) for word in ignored]
    blocks = [
        *sections([f"Ignored: {listed(words)}."] if words else []),
        *(_fixed_money(draft, places) if is_edit else _money_fields(draft, places)),
        *_level_fields(draft),
        divider(),
        *_people_fields(draft),
        divider(),
        *_timing_fields(draft, zone),
    ]
    title = "Edit the rule" if is_edit else "Watch a balance"
    metadata = dumps(kept).decode() if kept else ""
    return form(Form.RULE, title, "Check", blocks, close="Cancel", metadata=metadata)


def _fixed_money(draft: Draft, places: Places) -> list[Block]:
    small = "To watch other money, remove this rule and add another one."
    return [*sections([f"*{money_words(draft, places.names)}*"]), context(small)]


def money_words(draft: Draft, names: Mapping[str, str]) -> str:
    """`PHP at PayerMax, account uae, DISBURSEMENT, available`, as mrkdwn."""
    target = draft.get("target") or {}
    provider = target.get("provider")
    where = escape(names.get(provider, provider)) if provider else "all providers"
    parts = [f"{escape(str(target.get('currency')))} at {where}"]
    if target.get("account"):
        parts.append(f"account {escape(target['account'])}")
    if target.get("type"):
        parts.append(escape(target["type"]))
    parts.append("available" if draft.get("figure", "available") == "available" else "available and pending")
    return ", ".join(parts)


def _money_fields(draft: Draft, places: Places) -> list[Block]:
    target = draft.get("target") or {}
    wheres = dict(_wheres(places))
    chosen = BETWEEN.join(filter(None, (target.get("provider"), target.get("account")))) or EVERYWHERE
    if chosen not in wheres:
        wheres[chosen] = _where_label(*chosen.partition(BETWEEN)[::2], places)
    types = {EVERYWHERE: "All types"} | dict(_types(places))
    type_ = target.get("type") or EVERYWHERE
    types.setdefault(type_, type_)
    return [
        field(Field.CURRENCY, "Currency", text_input(target.get("currency") or "", "PHP", 40)),
        field(Field.WHERE, "Where", select(wheres, chosen), hint="Default: the sum over all providers."),
        field(
            Field.TYPE,
            "Type of account",
            select(types, type_),
            hint=(
                "Default: all types, summed. PayerMax pays out of DISBURSEMENT only: "
                "a sum with ACQUIRING would hide that it is empty."
            ),
        ),
        field(
            Field.FIGURE,
            "What counts",
            radio(_FIGURES, draft.get("figure", "available")),
            hint="Default: available. Frozen money never counts.",
        ),
    ]


def _wheres(places: Places) -> Iterator[tuple[str, str]]:
    yield EVERYWHERE, "All providers"
    for provider in places.names:
        yield provider, _where_label(provider, "", places)
    room = _MOST_CHOICES - 1 - len(places.names)
    for provider, account in places.accounts[:room]:
        if len(value := f"{provider}{BETWEEN}{account}") <= _MOST_VALUE_CHARACTERS:
            yield value, _where_label(provider, account, places)


def _where_label(provider: str, account: str, places: Places) -> str:
    name = places.names.get(provider, provider)
    return f"{name}, account {account}" if account else f"{name}, all accounts"


def _types(places: Places) -> Iterator[tuple[str, str]]:
    owners: dict[str, list[str]] = {}
    for provider, type_ in places.types:
        if len(type_) <= _MOST_VALUE_CHARACTERS:
            owners.setdefault(type_, []).append(places.names.get(provider, provider))
    for type_, providers in list(owners.items())[: _MOST_CHOICES - 1]:
        yield type_, f"{type_} ({', '.join(dict.fromkeys(providers))})"


def _level_fields(draft: Draft) -> list[Block]:
    def level(name: Field, label: str, hint: str, *, optional: bool) -> Block:
        value = draft.get(name)
        currency = (draft.get("target") or {}).get("currency")
        shown = Money.parse(value, currency).figure() if value and currency else value or ""
        return field(name, label, text_input(shown, "500000 or 500k", 60), hint=hint, optional=optional)

    return [
        level(Field.WARNING, "Warning level", "Low means at or below this amount.", optional=False),
        level(
            Field.CRITICAL,
            "Critical level",
            "Default: none. Critical means at or below it; below zero is always critical.",
            optional=True,
        ),
        level(
            Field.RECOVERY,
            "Recovery level",
            "Default: 1.5 times the warning level. Only from here on it is back.",
            optional=True,
        ),
    ]


def _people_fields(draft: Draft) -> list[Block]:
    people = {name: draft.get(name) or "" for name in (Field.CHANNEL, Field.OWNER, Field.ESCALATE_TO)}
    return [
        field(
            Field.CHANNEL,
            "Channel",
            channel_select(people[Field.CHANNEL]),
            hint="Invite Balance Bot to it. Everybody there sees the figures.",
        ),
        field(Field.OWNER, "Owner", person_select(people[Field.OWNER]), hint="Default: you. Alerts name the owner."),
        field(
            Field.ESCALATE_TO,
            "Second person",
            person_select(people[Field.ESCALATE_TO]),
            hint="Default: nobody. Gets a direct message if nobody is on it.",
            optional=True,
        ),
        _minutes(draft, Field.ESCALATE_AFTER, "Minutes until the second person is told", ESCALATE_AFTER, 30),
    ]


def _timing_fields(draft: Draft, zone: str) -> list[Block]:
    quiet = draft.get("quiet") or {}
    times = f"{quiet['from']}-{quiet['to']}" if quiet else ""
    rows = {str(number): str(number) for number in range(1, 6)}
    return [
        field(
            Field.IN_A_ROW,
            "Readings in a row",
            select(rows, str(draft.get(Field.IN_A_ROW, 2))),
            hint="Default: 2. So many must be low before anybody is told, and so many good ones before the all-clear.",
        ),
        _minutes(draft, Field.COOLDOWN, "Minutes between two alerts", COOLDOWN, 60, "Critical is told at once."),
        _minutes(draft, Field.STALE_AFTER, "Minutes until a figure is too old", STALE_AFTER, 60),
        field(
            Field.QUIET,
            "Quiet hours",
            text_input(times, "22:00-07:00", 20),
            hint="Default: none. Only critical is told then.",
            optional=True,
        ),
        field(
            Field.ZONE,
            "Time zone of the quiet hours",
            text_input(quiet.get("time_zone") or zone, "Asia/Manila", 60),
            hint=f"Default: {zone}.",
        ),
        field(
            Field.LINK,
            "Link to top up",
            text_input(draft.get(Field.LINK) or "", "https://", 1000),
            hint="Default: none. An alert has a button that opens it.",
            optional=True,
        ),
    ]


def _minutes(draft: Draft, name: Field, label: str, bounds: range, default: int, more: str = "") -> Block:
    hint = f"Default: {default}. From {bounds[0]} to {bounds[-1]}. {more}".strip()
    return field(name, label, text_input(str(draft.get(name, default)), str(default), 4), hint=hint)


def preview_view(
    rule: Draft, names: Mapping[str, str], preview: Preview, seen: Sequence[str], now: datetime, days: int
) -> View:
    """What the rule would have done in so many days, before it is saved.

    `seen` are the places where this currency was seen last.
    """
    lines = _preview_lines(preview, days, seen)
    if preview.readings:
        lines += _doubts(preview, timedelta(minutes=rule.get("stale_after", 60)), now, days)
    blocks = [
        *sections([f"*{money_words(rule, names)}*", *_level_lines(rule)]),
        divider(),
        *sections(lines),
        context("Nothing is saved yet."),
    ]
    return form(Form.PREVIEW, "Check the rule", "Save", blocks, close="Back", metadata=dumps(rule).decode())


def _level_lines(rule: Draft) -> Iterator[str]:
    read = read_rule({"id": "new", **rule})
    levels, currency = read.levels, rule["target"]["currency"]

    def amount(level: Decimal) -> str:
        return Money.parse(f"{level:f}", currency).figure()

    critical = "below zero" if levels.critical is None else f"at or below {amount(levels.critical)}"
    back = f"back at or above {amount(levels.recovery)}"
    yield f"Warning at or below {amount(levels.warning)}, critical {critical}, {back}"
    owner = mention(read.owner) or escape(read.owner)
    yield f"In {mention(read.channel) or escape(read.channel)}, owner {owner}"


def _preview_lines(preview: Preview, days: int, seen: Sequence[str]) -> list[str]:
    if not preview.snapshots:
        return [f"Nothing is stored of the last {days} days, so nobody knows what this rule would have done."]
    if not preview.readings:
        lines = [f":warning: *No figure of this money was seen in the last {days} days.* Are the names right?"]
        return [*lines, f"Seen last: {listed(shortened([escape(each, 100) for each in seen], 8))}."] if seen else lines
    told = sum(preview.notifications.values())
    return [f"*In the last {days} days: {counted(told, 'notification', 'notifications')}.*", _spells(preview)]


def _doubts(preview: Preview, stale: timedelta, now: datetime, days: int) -> Iterator[str]:
    """Why the rule may do other things than this."""
    if preview.since > now - timedelta(days=days - 1):
        yield f"{date(preview.since, 'Nothing is stored from before ')}."
    pause = (now - preview.since) // preview.snapshots
    if pause > stale:
        rare = f"Snapshots came only every {duration(pause)}, and a figure is too old after {duration(stale)}"
        yield f":warning: {rare}: in between, this rule saw nothing."


def _spells(preview: Preview) -> str:
    long, short, missed = preview.longer_than_two_hours, preview.shorter, preview.missed
    if not long + short:
        return "The balance was never at or below the warning level."
    below = f"the balance was at or below the level for {'more' if long else 'less'} than 2 hours"
    less = f", {_times(short).lower()} for less" if long and short else ""
    return f"{_times(long or short)} {below}{less}. Missed: {missed or 'none'}."


def _times(number: int) -> str:
    return {1: "Once", 2: "Twice"}.get(number, f"{number} times")


def saved_view(rule: Draft, names: Mapping[str, str], *, is_new: bool) -> View:
    """The rule is saved."""
    what = "is watched now" if is_new else "is watched with the new settings"
    text = f":white_check_mark: *{money_words(rule, names)}* {what}.\n`/balance watch` shows all rules."
    return {**modal("Saved", *sections(text.split("\n"))), "clear_on_close": True}


def not_saved_view(problem: Problem | None) -> View:
    """The watch refused the rule; nothing in the form is lost."""
    why = f" The {escape(field_name(problem.field))} {escape(problem.problem, 300)}." if problem else ""
    text = f":warning: *Nothing was saved.*{why}"
    return modal("Not saved", *sections([text]), close="Back")
