"""The forms behind the buttons of an alert, and what is said after a press. Pure."""

from datetime import datetime, timedelta

from balance_core.watch_requests import Press, PressKind
from balance_slack.alert_form import AlertField, AlertOf
from balance_slack.job import Form
from balance_slack.view.blocks import View, context
from balance_slack.view.modals import date_time_picker, field, form, radio, text_input, text_modal
from balance_slack.view.mrkdwn import date

_PROMISES = {"30": "30 minutes", "60": "1 hour", "120": "2 hours", "240": "4 hours"}
_SNOOZE = timedelta(hours=4)
_REFUSED = {
    "over": "This incident is over, so there is nothing to do.",
    "removed": "This rule was removed.",
    "until": "That time is not possible: for a promise up to 24 hours from now, for a snooze up to 7 days.",
    "why": "A snooze needs a reason.",
}
_DONE = {
    PressKind.UNSNOOZE: "The snooze is over.",
    PressKind.FALSE_ALARM: "It is marked as a false alarm. The all-clear will still come.",
}


def take_form(alert: AlertOf) -> View:
    """For how long somebody is on it."""
    blocks = [
        field(AlertField.MINUTES, "For how long?", radio(_PROMISES, "60")),
        context("If the money is still missing then, the channel is told again."),
    ]
    return form(Form.TAKE, "I'm on it", "I'm on it", blocks, close="Cancel", metadata=alert.text)


def snooze_form(alert: AlertOf, now: datetime) -> View:
    """Until when a rule is silent, and why."""
    blocks = [
        field(AlertField.UNTIL, "Until when?", date_time_picker(now + _SNOOZE), hint="At most 7 days from now."),
        field(AlertField.WHY, "Why?", text_input(placeholder="Top-up comes tomorrow", most=200)),
        context("Until then, the channel is told only if it becomes critical."),
    ]
    return form(Form.SNOOZE, "Snooze", "Snooze", blocks, close="Cancel", metadata=alert.text)


def pressed_text(press: Press, refused: str | None) -> str:
    """What the person is told after a press."""
    if refused:
        return f":warning: {_REFUSED.get(refused, 'That was refused.')} Nothing was changed."
    if press.kind is PressKind.TAKE and press.until:
        return f"{date(press.until, 'You are on it until ')}. The alert says so."
    if press.kind is PressKind.SNOOZE and press.until:
        return f"{date(press.until, 'Snoozed until ')}."
    return _DONE[press.kind]


def pressed_view(press: Press, refused: str | None) -> View:
    """The same in a modal."""
    return text_modal("Not done" if refused else "Done", pressed_text(press, refused))
