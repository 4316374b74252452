"""The words of the watch: which money, how much, since when, why it was not seen, and what was changed. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from balance_core.money import Money
from balance_core.watch_effects import Change, Edit, Unknown
from balance_slack.view.mrkdwn import escape, mention
from balance_slack.view.texts import listed, shortened
from balance_slack.view.watch_effect import Alert

CHECK, QUESTION = ":white_check_mark:", ":question:"
_ORANGE, _RED = ":large_orange_circle:", ":red_circle:"
_MAX_UNKNOWN = 3
_MAX_EDITS = 3
_HEADER_CHARACTERS = 150
# How a provider's silence is told: these follow its name.
_WHY = {
    "timeout": "did not answer in time",
    "unavailable": "cannot be reached",
    "rate_limited": "was asked too often",
    "bad_response": "sent an answer that cannot be trusted",
    "authentication": "refused our key",
    "address_refused": "refused our IP address",
    "permission_denied": "does not let us read balances",
    "configuration": "is not set up correctly here",
    "not_reported": "answered without it",
    "out_of_order": "sent an older answer again",
    "stale": "sends only old figures",
    "unread_rows": "sent a row that could not be read",
    "missing_rows": "left out rows",
    "no_snapshot": "nothing was collected",
    "empty": "nothing was collected",
}
_FIELDS = {
    "warning": "warning level",
    "critical": "critical level",
    "recovery": "recovery level",
    "in_a_row": "readings in a row",
    "stale_after": "minutes until a figure is old",
    "quiet": "quiet hours",
    "escalate_to": "second person",
    "escalate_after": "minutes until the second person is told",
}


def headline(alert: Alert) -> str:
    """`PHP at PayerMax is low: 412,000.00`."""
    state, money, figure = alert.effect.state, subject(alert), figure_text(alert)
    if figure is None or (state == "unseen" and not is_seen_again(alert)):
        return f"{money} has not been seen"[:_HEADER_CHARACTERS]
    words = {"removed": "is not watched any more", "unseen": "is seen again", "ok": "is back", "pending": "is back"}
    return f"{money} {words.get(state, f'is {state}')}: {figure}"[:_HEADER_CHARACTERS]


def is_seen_again(alert: Alert) -> bool:
    """Whether money that is still unseen was seen at the last look."""
    return alert.effect.state == "unseen" and alert.effect.figure is not None and not alert.message.unknown


def level_words(alert: Alert) -> str:
    """`At or below the warning level of 500,000.00`."""
    rule, state = alert.rule, alert.effect.state
    if state == "critical" and rule.critical is None:
        return "Below zero"
    if state == "critical":
        return f"At or below the critical level of {alert.amount(rule.critical or '0')}"
    if state == "low":
        return f"At or below the warning level of {alert.amount(rule.warning or '0')}"
    if _is_recovered(alert):
        return f"At or above the recovery level of {alert.amount(alert.recovery)}"
    return f"Above the warning level of {alert.amount(rule.warning or '0')}"


def _is_recovered(alert: Alert) -> bool:
    figure = alert.effect.figure
    return figure is not None and Money.parse(figure, alert.currency).amount >= alert.recovery_level


def side(alert: Alert) -> str:
    """On which side of the warning level the last figure was."""
    level = alert.amount(alert.rule.warning or "0")
    return f"{'above' if is_above(alert) else 'at or below'} the warning level of {level}"


def is_above(alert: Alert) -> bool:
    """Whether the newest known figure is above the warning level."""
    figure, level = (Money.parse(each or "0", alert.currency) for each in (alert.effect.figure, alert.rule.warning))
    return figure.amount > level.amount


def speed(alert: Alert) -> str:
    """`▼ 88,000.00 in 45 min`, where both figures are complete and at least a minute apart."""
    earlier, effect = alert.message.earlier, alert.effect
    if earlier is None or effect.figure is None or effect.bound or effect.figure_at is None:
        return ""
    if effect.figure_at - earlier.at < timedelta(minutes=1):
        return ""
    before, after = (Money.parse(each, alert.currency).amount for each in (earlier.figure, effect.figure))
    passed = duration(effect.figure_at - earlier.at)
    if before == after:
        return f"unchanged for {passed}"
    return f"{'▲' if after > before else '▼'} {difference(earlier.figure, effect.figure, alert.currency)} in {passed}"


def next_level(alert: Alert) -> str:
    """The next level in the direction in which the money moves."""
    if alert.effect.state == "low" and alert.rule.critical is not None:
        return f"critical at or below {alert.amount(alert.rule.critical)}"
    if _is_recovered(alert):
        return ""
    return f"back at or above {alert.amount(alert.recovery)}"


def reasons(alert: Alert) -> str:
    """`PayBy did not answer in time and PayerMax uae sends only old figures`."""
    every = alert.message.unknown
    whole = {(each.provider, each.why) for each in every if each.account is None}
    unknown = [each for each in every if each.account is None or (each.provider, each.why) not in whole]
    found = dict.fromkeys(reason(alert, each) for each in unknown)
    return listed(shortened(list(found), _MAX_UNKNOWN)) or _WHY["no_snapshot"]


def reason(alert: Alert, unknown: Unknown) -> str:
    """`PayerMax uae sends only old figures`."""
    words = _WHY.get(unknown.why, "refused, and we do not know why")
    if unknown.provider is None:
        return words if unknown.why in ("no_snapshot", "empty") else f"a provider {words}"
    has_account = unknown.account and alert.rule.target and not alert.rule.target.account
    account = f" {unknown.account}" if has_account else ""
    return f"{escape(alert.name(unknown.provider) + account)} {words}"


def sign(alert: Alert) -> str:
    """The emoji that starts a sentence about the state."""
    signs = {"low": _ORANGE, "critical": _RED, "unseen": QUESTION, "recovering": ":arrow_up:"}
    return signs.get(alert.effect.state, CHECK)


def subject(alert: Alert) -> str:
    """`PHP at PayerMax`; without mrkdwn, because a header shows it as it is."""
    target = alert.rule.target
    if target is None:
        return "frozen money"
    place = f" at {alert.name(target.provider)}" if target.provider else ""
    account = f" {target.account}" if target.account and target.account != "main" else ""
    return f"{target.currency}{place}{account}"


def figure_text(alert: Alert) -> str | None:
    """`412,000.00`, `at least 412,000.00` for a lower bound, None where nothing was ever known."""
    if alert.effect.figure is None:
        return None
    figure = alert.amount(alert.effect.figure)
    return f"at least {figure}" if alert.effect.bound else figure


def money_text(text: str, currency: str) -> str:
    """`1,234.50`."""
    return Money.parse(text, currency).figure()


def difference(before: str, after: str, currency: str) -> str:
    """How far apart two amounts are, without a sign."""
    change = Money.parse(after, currency) - Money.parse(before, currency)
    return Money(abs(change.amount), currency).figure()


def who(slack_id: str) -> str:
    """The mention of a person or a channel; another text escaped."""
    return mention(slack_id) or escape(slack_id or "somebody")


def time_of_day(instant: datetime) -> str:
    """`6:45 AM` in the reader's time zone."""
    return _moment(instant, "{time}", f"{instant.astimezone(UTC):%H:%M} UTC")


def since_words(instant: datetime, word: str = "since") -> str:
    """`since Today at 6:45 AM`, or `until ...`."""
    utc = instant.astimezone(UTC)
    fallback = f"{word} {utc.day} {utc:%b %Y} at {utc:%H:%M} UTC"
    return _moment(instant, f"{word} {{date_short_pretty}} at {{time}}", fallback)


def _moment(instant: datetime, shape: str, fallback: str) -> str:
    return f"<!date^{int(instant.timestamp())}^{shape}|{fallback}>"


def duration(length: timedelta) -> str:
    """`4 min`, `1 h 40 min`, `2 days 3 h`."""
    minutes = max(0, length // timedelta(minutes=1))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} {'day' if days == 1 else 'days'}" + (f" {hours} h" if hours else "")
    return (f"{hours} h" + (f" {rest} min" if rest else "")) if hours else f"{rest} min"


def edit_lines(edits: Sequence[Edit], alert: Alert) -> Iterator[str]:
    """`@ana changed the rule: warning level from 500,000.00 to 300,000.00.`"""
    for edit in edits[-_MAX_EDITS:]:
        changes = [_change(each, alert) for each in edit.changes]
        yield f"{who(edit.by or '')} changed the rule: {listed(shortened(changes, 4))}."


def field_name(field: str) -> str:
    """A field of a rule in words."""
    return _FIELDS.get(field, field.replace("_", " "))


def _change(change: Change, alert: Alert) -> str:
    name = field_name(change.field)
    if change.field in ("warning", "critical", "recovery"):
        before, after = (
            alert.amount(str(each)) if each is not None else "none" for each in (change.before, change.after)
        )
        return f"{name} from {before} to {after}"
    if change.field in ("quiet", "link"):
        return name
    before, after = (_value(each) for each in (change.before, change.after))
    return f"{name} from {before} to {after}"


def _value(value: object) -> str:
    return "none" if value is None else mention(str(value)) or escape(str(value))
