"""What happens after a form of the watch is submitted: errors at its fields, or a modal that waits and a job. Pure.

Slack waits three seconds for the acknowledgement and the reporter needs longer, so the acknowledgement shows a modal
that waits, under an id of ours, and the reporter fills it.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from balance_core.watch_requests import Press
from balance_slack.access import Refusal
from balance_slack.alert_form import AlertField, AlertOf, read_promise, read_snooze
from balance_slack.form_error import FormError
from balance_slack.front.decisions import Decider
from balance_slack.front.payloads import FormSubmitted, InputValue
from balance_slack.job import Form, IncompleteJobError, Job, JobKind, WatchWork
from balance_slack.view.modals import text_modal
from balance_slack.view.texts import refusal_text

_LOOKING = "Playing the rule over the stored readings…\nIf nothing comes within a minute, go back and try again."
_SAVING = "One moment…\nIf nothing comes within a minute, look at `/balance watch`."
_NOT_PASSED_ON = "This could not be passed on, so nothing was changed. Try again in a minute."


class FormDecision(Struct, frozen=True):
    """`answer` is the acknowledgement's JSON; `job` is for the reporter."""

    answer: Mapping[str, Any]
    job: Job | None = None


def decide_form(decider: Decider, submitted: FormSubmitted) -> FormDecision:
    """What the submitted form leads to."""
    view = f"watch-{decider.request_key}"
    try:
        kind, work = _work(decider, submitted)
    except FormError as exc:
        return FormDecision({"response_action": "errors", "errors": dict(exc.problems)})
    job = replace(decider.job(submitted, kind, watch=replace(work, view=view)), trigger_id=None)
    if kind is JobKind.RULE_PREVIEW:
        # On top of the form, so that Back leads to what was entered.
        waiting = {**text_modal("Check the rule", _LOOKING, "Back"), "external_id": view}
        return FormDecision({"response_action": "push", "view": waiting}, job)
    waiting = {**text_modal("One moment", _SAVING), "external_id": view}
    return FormDecision({"response_action": "update", "view": waiting}, job)


def not_passed_on() -> FormDecision:
    """Lambda did not confirm the job."""
    return _notice(_NOT_PASSED_ON)


def refused(refusals: tuple[Refusal, ...], contact: str) -> FormDecision:
    """The person may not do this any more."""
    return _notice(refusal_text(refusals, contact, nothing="Nothing was changed."))


def _notice(text: str) -> FormDecision:
    return FormDecision({"response_action": "update", "view": text_modal("Balance Bot", text)})


def _work(decider: Decider, submitted: FormSubmitted) -> tuple[JobKind, WatchWork]:
    """Raises FormError."""
    inputs, metadata = submitted.inputs, submitted.view.private_metadata
    texts = {name: each.text for name, each in inputs.items()}
    match submitted.view.callback_id:
        case Form.RULE:
            # Imported here because only this form needs it, and every cold start would wait for it.
            from balance_slack.rule_form import read_rule_form  # noqa: PLC0415 - see above

            rule = read_rule_form(texts, _kept(metadata), decider.names)
            return JobKind.RULE_PREVIEW, WatchWork(draft=rule)
        case Form.PREVIEW:
            return JobKind.RULE_SAVE, WatchWork(draft=_kept(metadata))
        case _:
            alert = AlertOf.read(metadata)
            return JobKind.PRESS, WatchWork(rule=alert.rule, press=_press(decider, submitted, alert, texts))


def _press(decider: Decider, submitted: FormSubmitted, alert: AlertOf, texts: Mapping[str, str]) -> Press:
    by, now = submitted.user.id, decider.now
    if submitted.view.callback_id == Form.TAKE:
        return read_promise(texts.get(AlertField.MINUTES, ""), by, alert, now)
    until = submitted.inputs.get(AlertField.UNTIL, InputValue())
    return read_snooze(until.selected_date_time, texts.get(AlertField.WHY, ""), by, alert, now)


def _kept(metadata: str) -> dict[str, Any]:
    """What our form keeps beside its fields. Slack gives it back as it was; raises IncompleteJobError if it did not."""
    try:
        return msgspec.json.decode(metadata, type=dict[str, Any]) if metadata else {}
    except msgspec.MsgspecError as exc:
        raise IncompleteJobError("a form of the watch lacks what it was opened with") from exc
