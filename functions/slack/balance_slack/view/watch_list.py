"""The list of rules that `/balance watch` shows to one person, worst first. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from balance_core.question import Question
from balance_core.watch_requests import Problem
from balance_slack.commands import words_of
from balance_slack.job import Button
from balance_slack.view import watch_words as words
from balance_slack.view.blocks import MESSAGE_BYTES, Block, context, header, mrkdwn, plain_text, sections, size
from balance_slack.view.message import Message
from balance_slack.view.mrkdwn import code, escape, literal
from balance_slack.view.small_print import ignored_lines
from balance_slack.view.texts import counted, shortened
from balance_slack.view.watch import LABELS, not_seen_line, scope, unseen_words, who_is_on_it
from balance_slack.view.watch_effect import Alert
from balance_slack.view.watched import Watched, is_about_all, worst_first

# Slack takes 50.
_MAX_BLOCKS = 48
# Bytes for the line that counts the rest.
_SPARE = 300
_MAX_SPOKEN = 5
_MAX_NOTE_CHARACTERS = 150
_MAX_CONFIRM_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the list. `contact` (mrkdwn) is whom to ask, `provider` an id for the example of a command."""

    is_admin: bool
    contact: str
    provider: str


def render_rules(
    every: Sequence[Watched], question: Question, reader: Reader, ignored: Sequence[str] = (), note: str = ""
) -> Message:
    """The rules that `question` is about. `note` (mrkdwn) says what just happened to one of them."""
    asked = words_of(question)
    rules = worst_first([each for each in every if each.is_about(question)])
    tail = _add_button(reader)
    if not rules:
        lines = [*filter(None, [note, _none(asked, has_rules=bool(every))]), _how_to_add(reader)]
        return Message("\n".join(lines), (*sections([*ignored_lines(ignored), *lines]), *tail))
    title = _title(rules)
    quiet = [*ignored_lines(ignored), *_only(len(rules), len(every), asked, question)]
    head = [header(title), *sections([note] if note else []), *([context("\n".join(quiet))] if quiet else [])]
    if all(each.is_freeze for each in every):
        head += sections([_how_to_add(reader)])
    body = _body(rules, question, reader, MESSAGE_BYTES - size([*head, *tail]), _MAX_BLOCKS - len(head) - len(tail))
    trouble = [each.headline for each in rules if each.needs_attention]
    spoken = f"{title}: {'; '.join(shortened(trouble, _MAX_SPOKEN))}." if trouble else f"{title}."
    return Message(f"{note} {spoken}".strip(), (*head, *body, *tail))


def removed_note(rule: Mapping[str, object], names: Mapping[str, str]) -> str:
    """A rule (as JSON) was removed just now. Raises ContractError."""
    alert = Alert.of(rule, {"kind": "rule_removed", "at": "1970-01-01T00:00:00Z"}, names)
    level = alert.rule.warning
    levels = f", warning at or below {alert.amount(level)}" if level is not None else ""
    return f":no_bell: Removed: *{escape(words.subject(alert), _MAX_NOTE_CHARACTERS)}*{levels}."


def not_removed_note(problem: Problem | None) -> str:
    """The watch did not remove a rule."""
    if problem is not None and problem.field == "revision":
        return ":warning: Not removed: somebody changed this rule at the same time. Look at it again."
    return ":warning: Not removed: somebody else may have removed this rule already."


def _title(rules: Sequence[Watched]) -> str:
    """`2 of 7 rules need attention`. That all are fine is said only where that is known of each."""
    number, total = sum(each.needs_attention for each in rules), len(rules)
    if not number and all(each.is_freeze for each in rules):
        return "Only frozen money is watched"
    if total == 1:
        how = "needs attention" if number else ("is fine" if rules[0].is_fine else "needs no attention")
        return f"1 rule, and it {how}"
    if number:
        return f"{number:,} of {total:,} rules {'needs' if number == 1 else 'need'} attention"
    if all(each.is_fine for each in rules):
        return f"All {total:,} rules are fine"
    return f"None of {total:,} rules needs attention"


def _only(shown: int, total: int, asked: str, question: Question) -> list[str]:
    """Which rules are left out because of the question."""
    if is_about_all(question):
        return []
    return [f"Only what watches {code(asked, 200)}: {shown:,} of {counted(total, 'rule', 'rules')}."]


def _none(asked: str, *, has_rules: bool) -> str:
    if not has_rules:
        return "Nothing is watched yet."
    return f"No rule watches {code(asked, 200)}. `/balance watch` shows what is watched."


def _how_to_add(reader: Reader) -> str:
    example = f"`/balance watch USD {escape(reader.provider)} below 500k`"
    if reader.is_admin:
        return f"{example} makes a rule, or press *Add a rule*."
    return f"Ask {reader.contact} to make a rule, such as {example}."


def _body(rules: Sequence[Watched], question: Question, reader: Reader, room: int, most: int) -> list[Block]:
    """The blocks of as many rules as fit into `room` bytes and `most` blocks, and how many others there are."""
    blocks: list[Block] = []
    for number, rule in enumerate(rules):
        more = _blocks(rule, reader)
        is_last = number == len(rules) - 1
        if len(blocks) + len(more) + (not is_last) > most or size([*blocks, *more]) > room - (0 if is_last else _SPARE):
            return [*blocks, context(_left_out(rules[number:], question))]
        blocks += more
    return blocks


def _left_out(hidden: Sequence[Watched], question: Question) -> str:
    """`… and 12 more rules: `/balance watch PHP` shows those of one currency.`"""
    start = f"… and {counted(len(hidden), 'more rule', 'more rules')}"
    targets = [each.alert.rule.target for each in hidden if each.alert.rule.target]
    currency = next((each.currency for each in targets), None)
    if currency is None:
        return f"{start}."
    if question.currencies is None or len(question.currencies) > 1:
        return f"{start}: `/balance watch {currency}` shows those of one currency."
    provider = next((each.provider for each in targets if each.provider), None)
    command = f": `/balance watch {currency} {escape(provider)}` shows those at one provider" if provider else ""
    return f"{start}{command}."


def _blocks(rule: Watched, reader: Reader) -> list[Block]:
    section: Block = {"type": "section", "text": mrkdwn("\n".join(_lines(rule)))}
    return [section, context("\n".join(_small_lines(rule))), _buttons(rule, reader)]


def _lines(rule: Watched) -> Iterator[str]:
    """Its state, what is not known, and its levels."""
    alert = rule.alert
    if rule.is_freeze:
        yield f"{rule.sign} *{rule.headline}*"
        yield "It is told when more money is frozen, at any provider."
        return
    # Below, it is said since when money was not seen.
    yield f"{rule.sign} *{rule.headline}*{'' if alert.effect.state == 'unseen' else rule.since}"
    if alert.effect.state == "unseen":
        yield unseen_words(alert)
    elif rule.is_only_so_far:
        yield f"The newest figure is {words.side(alert)}, not for long enough yet."
    elif rule.is_open and alert.message.unknown:
        yield not_seen_line(alert)
    yield levels_line(rule)


def levels_line(rule: Watched) -> str:
    """`Warning at or below 500,000.00 · critical at or below 200,000.00 · back at or above 750,000.00`."""
    alert, levels = rule.alert, rule.alert.rule
    critical = "below zero" if levels.critical is None else f"at or below {alert.amount(levels.critical)}"
    warning, back = alert.amount(levels.warning or "0"), alert.amount(alert.recovery)
    return f"Warning at or below {warning} · critical {critical} · back at or above {back}"


def _small_lines(rule: Watched) -> list[str]:
    """What counts and who is told; who is on it; who changed the rule; and what people did not hear."""
    alert = rule.alert
    channel = f"Alerts in {words.who(alert.rule.channel)}."
    what = f"Frozen at all providers. Owner {words.who(alert.rule.owner)}" if rule.is_freeze else scope(alert)
    lines = [f"{what}. {channel}", who_is_on_it(alert), changed_line(rule), *unheard_lines(rule)]
    return [line for line in lines if line]


def unheard_lines(rule: Watched) -> Iterator[str]:
    """What people did not hear: incidents that were over too soon, and alerts that Slack has not taken."""
    if number := rule.listed.unsaid:
        yield f"{counted(number, 'incident was', 'incidents were')} over before anything was said."
    if number := rule.listed.undelivered:
        them = "it" if number == 1 else "them"
        yield f":warning: {counted(number, 'alert waits', 'alerts wait')}: Slack has not taken {them} yet."


def changed_line(rule: Watched) -> str:
    """`Changed last by @ana (revision 3).`"""
    revision, by = rule.alert.rule.revision, rule.alert.rule.changed_by
    if by is None:
        return ""
    return (
        f"Added by {words.who(by)}." if revision <= 1 else f"Changed last by {words.who(by)} (revision {revision:,})."
    )


def _buttons(rule: Watched, reader: Reader) -> Block:
    """Slack wants an action_id to be unique within its block, so every rule has the same ones."""
    name, snooze = rule.alert.rule.id, rule.alert.message.snooze
    buttons = [_button(Button.UNSNOOZE if snooze else Button.SNOOZE_RULE, name)]
    if reader.is_admin and not rule.is_freeze:
        buttons.append(_button(Button.EDIT_RULE, name))
        buttons.append({**_button(Button.REMOVE_RULE, name), "confirm": _confirm(rule)})
    return {"type": "actions", "elements": buttons}


def _confirm(rule: Watched) -> Block:
    target = rule.alert.rule.target
    more = f" ({rule.target_words})" if target and (target.account or target.type) else ""
    what = literal(f"{words.subject(rule.alert)}{more}", _MAX_CONFIRM_CHARACTERS)
    return {
        "title": plain_text("Remove this rule?"),
        "text": plain_text(f"{what} will not be watched by this rule any more."),
        "confirm": plain_text("Remove"),
        "deny": plain_text("Keep it"),
        "style": "danger",
    }


def _add_button(reader: Reader) -> list[Block]:
    """Without a value: Slack refuses an empty one, and another would be a rule's."""
    label = plain_text(_TEXTS[Button.ADD_RULE])
    button: Block = {"type": "button", "action_id": Button.ADD_RULE.value, "text": label}
    return [{"type": "actions", "elements": [button]}] if reader.is_admin else []


def _button(button: Button, rule: str) -> Block:
    return {"type": "button", "action_id": button.value, "text": plain_text(_TEXTS[button]), "value": rule}


_TEXTS: Mapping[Button, str] = {
    Button.SNOOZE_RULE: LABELS[Button.SNOOZE],
    Button.UNSNOOZE: LABELS[Button.UNSNOOZE],
    Button.EDIT_RULE: "Edit",
    Button.REMOVE_RULE: "Remove",
    Button.ADD_RULE: "Add a rule",
}
