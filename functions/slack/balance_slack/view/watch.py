"""The faces of the watch: an incident's message, the sentences in its thread, and what is said to one person. Pure.

The message of an incident shows the present and is edited in place. Its thread has one sentence for each notification.
"""

from collections.abc import Iterator

from balance_core.question import ACCOUNT_NAME, Question
from balance_core.watch_effects import FreezeRise
from balance_core.watch_rules import Target
from balance_slack.commands import words_of
from balance_slack.job import Button
from balance_slack.view import watch_words as words
from balance_slack.view.blocks import Block, context, header, mrkdwn, plain_text
from balance_slack.view.mrkdwn import code, escape, literal
from balance_slack.view.watch_effect import Alert
from balance_slack.view.watch_words import CHECK, QUESTION

_MAX_TRANSITIONS = 8
_MAX_RISES = 20
_TROUBLE = ("low", "critical", "unseen")
_BACK = ("ok", "pending")
_REFUSALS = {
    "channel_not_found": "the channel does not exist, or the bot is not in it",
    "not_in_channel": "the bot is not in the channel",
    "is_archived": "the channel is archived",
    "restricted_action": "the channel does not let the bot post",
    "user_not_found": "that person is not in this Slack any more",
    "account_inactive": "that person is not in this Slack any more",
}


LABELS = {
    Button.TAKE: "I'm on it",
    Button.SNOOZE: "Snooze",
    Button.UNSNOOZE: "End the snooze",
    Button.FALSE_ALARM: "False alarm",
    Button.WATCH_REFRESH: "Refresh",
    Button.WATCH_DETAILS: "Details",
}


def incident_message(alert: Alert) -> dict[str, object]:
    """The message of an incident as it is now; of a rise of frozen money, the only one."""
    if alert.effect.kind == "freeze":
        return _freeze(alert)
    lines = [line for line in (_state_line(alert), *_more_lines(alert)) if line]
    small = [line for line in (scope(alert), _history(alert), *words.edit_lines(alert.message.edits, alert)) if line]
    blocks: list[Block] = [
        header(literal(words.headline(alert), 150)),
        {"type": "section", "text": mrkdwn("\n".join(lines))},
    ]
    blocks += [context(line) for line in small]
    blocks.append(_buttons(alert))
    return {"text": _spoken(alert), "blocks": blocks}


def reply(alert: Alert) -> dict[str, object]:
    """One sentence or two in the thread, for a notification after the first."""
    told = [*alert.message.edits[alert.message.edits_told :]]
    sentences = [_sentence(alert), *words.edit_lines(told, alert)]
    return {"text": " ".join(each for each in sentences if each)}


def direct_message(alert: Alert) -> dict[str, object]:
    """What one person is told: that nobody is on it, or that an alert could not be delivered."""
    rule = alert.rule
    if alert.effect.kind == "undeliverable":
        reason = _REFUSALS.get(alert.code, f"Slack says {code(alert.code)}" if alert.code else "Slack refuses it")
        what = f"*An alert about {_subject(alert)} could not be delivered* in {words.who(rule.channel)}: {reason}."
        return {"text": f":warning: {what} It waits until that is changed, or until the rule has another channel."}
    lines = [
        f"*{escape(words.headline(alert), 200)}*",
        f"{_state_line(alert)}. Nobody is on it.",
        f"The alert is in {words.who(rule.channel)}. Its owner is {words.who(rule.owner)}.",
    ]
    return {"text": "\n".join(lines)}


def _freeze(alert: Alert) -> dict[str, object]:
    rises = alert.effect.rises
    more = len(rises) - _MAX_RISES
    lines = [_rise(alert, each) for each in rises[:_MAX_RISES]] + ([f"… and {more} more."] if more > 0 else [])
    title = "More money is frozen"
    small = "Frozen money is held back by the provider and cannot be used. Ask the provider why."
    text = {"type": "section", "text": mrkdwn("\n".join(lines))}
    spoken = "; ".join(_spoken_rise(alert, each) for each in rises[:_MAX_RISES])
    return {"text": f"{title}: {spoken}.", "blocks": [header(title), text, context(small)]}


def _rise(alert: Alert, rise: FreezeRise) -> str:
    place = escape(f"{alert.name(rise.provider)} {rise.account}")
    before, after = words.money_text(rise.before, rise.currency), words.money_text(rise.after, rise.currency)
    more = words.difference(rise.before, rise.after, rise.currency)
    when = f"between {words.time_of_day(rise.since)} and {words.time_of_day(rise.at)}"
    unseen = " Not all of it was seen in between." if rise.gap else ""
    what = f"{rise.currency} {more} more is frozen, now {after} ({before} before), {when}."
    return f":snowflake: *{place}*: {what}{unseen}"


def _spoken_rise(alert: Alert, rise: FreezeRise) -> str:
    after = words.money_text(rise.after, rise.currency)
    place = escape(f"{alert.name(rise.provider)} {rise.account}")
    return f"{rise.currency} {after} at {place}"


def _subject(alert: Alert) -> str:
    return escape(words.subject(alert), 150)


def _state_line(alert: Alert) -> str:
    state, since = alert.effect.state, alert.message.since
    if state == "unseen" or words.figure_text(alert) is None:
        return f"{QUESTION} {unseen_words(alert)}"
    if state == "removed":
        return f":no_bell: {words.who(alert.rule.deleted or '')} removed this rule. Nobody watches this money now."
    if state in ("ok", "pending") and not words.is_above(alert):
        return f":warning: It was back, but the newest figure is {words.side(alert)}."
    yet = ", not for long enough yet" if state == "recovering" else ""
    return f"{words.sign(alert)} {words.level_words(alert)} {words.since_words(since)}{yet}"


def unseen_words(alert: Alert) -> str:
    """Since when and why it was not seen, and what is known; two lines at most."""
    figure, why = words.figure_text(alert), words.reasons(alert)
    if figure is None:
        target = alert.target
        account = f", account {escape(target.account)}" if target.account else ""
        where = escape(alert.name(target.provider)) if target.provider else "any provider"
        return f"No {alert.currency} figure has ever come from {where}{account}. Is the name right?\n{why}."
    seen = words.since_words(alert.effect.figure_at or alert.message.since)
    if words.is_seen_again(alert):
        return f"Seen again {seen}, {words.side(alert)}. It takes more than one reading to be sure."
    if alert.effect.bound:
        return f"No complete figure: {why}.\nWhat was seen is {figure}. *What it is in all is not known.*"
    return f"No figure {seen}: {why}.\nThe last one was {figure}, {words.side(alert)}. *What it is now is not known.*"


def _more_lines(alert: Alert) -> Iterator[str]:
    """How fast it moves, who is on it, what is not known, and what it was like."""
    effect, message = alert.effect, alert.message
    if effect.state in ("ok", "pending", "removed"):
        yield _review(alert)
        if not message.ended:
            yield _snoozed(alert)
        return
    if effect.state != "unseen":
        yield " · ".join(filter(None, [words.speed(alert), words.next_level(alert)]))
    yield who_is_on_it(alert)
    if effect.state != "unseen" and message.unknown:
        yield not_seen_line(alert)


def not_seen_line(alert: Alert) -> str:
    """What the newest look did not see, of money that is low or recovering."""
    since = f"Not seen since {words.time_of_day(alert.effect.figure_at or alert.effect.at)}"
    return f"{QUESTION} *{'Not known in all' if alert.effect.bound else since}:* {words.reasons(alert)}."


def who_is_on_it(alert: Alert) -> str:
    """Who is on it until when, or that nobody is; a false alarm; a snooze. Empty for money that is fine."""
    message = alert.message
    parts = []
    if message.promise:
        by, until = words.who(message.promise.by), words.time_of_day(message.promise.until)
        parts.append(f":raising_hand: {by} is on it until {until}.")
    elif alert.effect.state in _TROUBLE and not message.false_alarm and not message.snooze:
        lapsed = message.taken if message.taken and message.taken.until <= alert.effect.at else None
        was = f" {words.who(lapsed.by)} was, until {words.time_of_day(lapsed.until)}." if lapsed else ""
        parts.append(f"*Nobody is on it.*{was}")
    if message.false_alarm:
        parts.append(f"{words.who(message.false_alarm.by)} called it a false alarm.")
    return " ".join(filter(None, [*parts, _snoozed(alert)]))


def _snoozed(alert: Alert) -> str:
    """`:zzz: Snoozed until Today at 9:00 AM by @ana: top-up comes at nine`; empty without a snooze."""
    snooze = alert.message.snooze
    if not snooze:
        return ""
    until = words.since_words(snooze.until, "until")
    return f":zzz: Snoozed {until} by {words.who(snooze.by)}: {escape(snooze.why, 200)}"


def _review(alert: Alert) -> str:
    """`Low for 1 h 40 min, lowest 180,400.00. @ana took it after 4 min.`"""
    message = alert.message
    ends = [each.at for each in message.transitions if each.after in ("ok", "pending", "removed")]
    passed = words.duration((ends[-1] if ends else alert.effect.at) - message.opened)
    was_low = any(each.after in ("low", "critical") for each in message.transitions)
    parts = [f"{'Low' if was_low else 'Not seen'} for {passed}"]
    if was_low and message.lowest is not None:
        parts[0] += f", lowest {alert.amount(message.lowest)}"
    parts[0] += "."
    if message.taken:
        after = words.duration(message.taken.at - message.opened)
        parts.append(f"{words.who(message.taken.by)} took it after {after}.")
    if message.false_alarm:
        parts.append(f"{words.who(message.false_alarm.by)} called it a false alarm.")
    return " ".join(parts)


def _sentence(alert: Alert) -> str:
    effect = alert.effect
    figure = words.figure_text(alert)
    if effect.kind == "rule_removed":
        last = f" {_subject(alert)} was {figure}." if figure else ""
        return f":no_bell: {words.who(alert.rule.deleted or '')} removed this rule.{last} Nobody watches it now."
    if effect.kind == "all_clear":
        return f"{CHECK} *All clear: {figure}.* {_review(alert)}"
    promise = alert.message.promise
    lapsed = f" {words.who(promise.by)}, your time is over." if effect.lapsed and promise else ""
    if effect.state == "unseen":
        return _unseen_sentence(alert) + lapsed
    word = {"low": "Low", "critical": "Critical", "recovering": "Recovering"}.get(effect.state, "Back")
    starts = {
        "promise_lapsed": f"*Still {word.lower()}: {figure}.*",
        "snooze_over": f"*Still {word.lower()}: {figure}.* The snooze is over.",
        "seen_again": f"*Seen again: {figure}.* {words.level_words(alert)}.",
    }
    start = starts.get(effect.kind, f"*{word}: {figure}.* {words.level_words(alert)}.")
    return f"{words.sign(alert)} {start}{lapsed}"


def _unseen_sentence(alert: Alert) -> str:
    figure = words.figure_text(alert)
    seen = words.since_words(alert.effect.figure_at or alert.message.since)
    if alert.effect.bound:
        return f"{QUESTION} *Not completely seen*: {words.reasons(alert)}. It is {figure}."
    last = f" The last figure was {figure}, {words.side(alert)}." if figure else ""
    return f"{QUESTION} *Not seen* {seen}: {words.reasons(alert)}.{last} What it is now is not known."


def _buttons(alert: Alert) -> Block:
    effect, message, rule = alert.effect, alert.message, alert.rule
    value = f"{rule.id} {effect.incident}"
    buttons: list[Block] = []
    if not message.ended and effect.state != "removed":
        is_back = effect.state in _BACK
        if not is_back:
            buttons.append({**_button(Button.TAKE, value), "style": "primary"})
        if message.snooze or not is_back:
            buttons.append(_button(Button.UNSNOOZE if message.snooze else Button.SNOOZE, value))
        if not message.false_alarm:
            buttons.append(_button(Button.FALSE_ALARM, value))
        if not is_back:
            buttons.append(_button(Button.WATCH_REFRESH, refresh_words(alert.target)))
    buttons.append(_button(Button.WATCH_DETAILS, value))
    if rule.link and effect.state in _TROUBLE:
        provider = alert.name(alert.target.provider) if alert.target.provider else ""
        label = f"Top up at {provider}" if provider else "Top up"
        top_up: Block = {"type": "button", "action_id": Button.TOP_UP.value, "text": plain_text(label[:75])}
        buttons.append({**top_up, "url": rule.link})
    return {"type": "actions", "elements": buttons}


def refresh_words(target: Target) -> str:
    """The question about a rule's money, as a command would ask it."""
    is_typed = target.account is not None and ACCOUNT_NAME.fullmatch(target.account)
    account = f"{target.provider}:{target.account}" if is_typed else None
    providers = (target.provider,) if target.provider else None
    accounts = (account,) if account else None
    return words_of(Question(currencies=(target.currency,), providers=providers, accounts=accounts))


def _button(button: Button, value: str) -> Block:
    return {"type": "button", "action_id": button.value, "text": plain_text(LABELS[button]), "value": value}


def scope(alert: Alert) -> str:
    """What counts, and whose rule it is."""
    rule, target = alert.rule, alert.target
    what = "Available" if rule.figure == "available" else "Available and pending"
    where = escape(alert.name(target.provider)) if target.provider else "all providers"
    parts = [f"{what} at {where}"]
    if target.account:
        parts.append(f"account {escape(target.account)}")
    if target.type:
        parts.append(escape(target.type))
    return f"{', '.join(parts)}. Owner {words.who(rule.owner)}"


def _history(alert: Alert) -> str:
    """`Low 6:45 AM · critical 7:45 AM`: every change of state, also those that were not worth a notification."""
    every = alert.message.transitions
    if len(every) < 2:
        return ""
    shown = every[-_MAX_TRANSITIONS:]
    hidden = len(every) - len(shown) + alert.message.earlier_transitions
    names = {"unseen": "not seen", "ok": "back"}
    parts = [f"{names.get(each.after, each.after)} {words.time_of_day(each.at)}" for each in shown]
    line = " · ".join(([f"{hidden} earlier changes"] if hidden else []) + parts)
    return line[:1].upper() + line[1:]


def _spoken(alert: Alert) -> str:
    """The notification's text, which shows no formatting."""
    title, level = escape(words.headline(alert), 200), alert.rule.warning
    if alert.effect.state in ("low", "critical") and level is not None:
        return f"{title} {alert.rule.figure}, warning level {alert.amount(level)}."
    return f"{title}."
