"""The Bolt app: one middleware for who may ask, and one listener for each command, button and event."""

import logging
import re
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct
from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError

from balance_core.observability import logger, report_unavailable
from balance_slack.front.decisions import Decider, Decision
from balance_slack.front.forms import FormDecision, decide_form, not_passed_on, refused
from balance_slack.front.payloads import ButtonPress, Command, FormSubmitted, HomeOpened, Request, UrlCheck, not_ours
from balance_slack.job import Button, Form, Job, JobKind
from balance_slack.view.texts import not_started_text

_P = TypeVar("_P")


class HandoverError(Exception):
    """Lambda did not confirm the job, so it may not be done. The message tells the operator why."""


class Inbound(Struct, Generic[_P], frozen=True):
    """One verified request. Bolt passes it to every listener that has an argument of the name `inbound`.

    `hand_over` gives a job to the reporter's function, or raises HandoverError.
    """

    payload: _P
    decider: Decider
    hand_over: Callable[[Job], None]


def dispatch(inbound: Inbound[Request | UrlCheck]) -> BoltResponse:
    """Bolt's answer to the request.

    Raises RequestRefusedError (404) if no listener matches, HandoverError, and IncompleteJobError.
    """
    # Bolt expects the right type in every field and checks none, so it gets the fields that were checked and no others.
    body = msgspec.json.encode(inbound.payload).decode()
    return app.dispatch(BoltRequest(body=body, context={"inbound": inbound}))


app = App(
    # Without a name, Bolt reads the source files of the call stack to find one.
    name="balance-bot",
    # Set to WARNING. Bolt's own loggers take the root logger's level, and write whole bodies at INFO.
    logger=logging.getLogger("slack_bolt"),
    # The guard has verified the signature before the body was parsed.
    request_verification_enabled=False,
    # The front has no token and makes no call to Slack.
    authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None),
    process_before_response=True,
    raise_error_for_unhandled_request=True,
)


@app.error
def raise_error(error: Exception) -> None:
    """Let a bug reach Lambda's Errors metric; Bolt would log it and answer 500."""
    if isinstance(error, BoltUnhandledRequestError):
        raise not_ours() from error
    raise error


@app.middleware
def check_access(inbound: Inbound[Request], ack: Ack, next_: Callable[[], None]) -> BoltResponse | None:
    """Let only people who may ask reach a listener, and tell everybody else what to ask for."""
    logger.set_correlation_id(inbound.decider.correlation_id)
    refusal = inbound.decider.refusal(inbound.payload)
    if refusal is None:
        next_()
        return None
    missing = [each.parameter for each in refusal.refusals]
    logger.warning(f"{inbound.payload.label} refused", extra={"missing": missing, **_who(inbound.payload)})
    if refusal.job:
        _record(inbound, refusal)
    if isinstance(inbound.payload, FormSubmitted):
        return ack(**refused(refusal.refusals, inbound.decider.contact).answer)
    return _acknowledge(ack, refusal)


@app.command("/balance")
def answer_command(inbound: Inbound[Command], ack: Ack) -> None:
    """Acknowledge a question without a word, unless its job could not be handed over: only this reply can say so."""
    decision = inbound.decider.command(inbound.payload)
    if decision.refusals:
        _record(inbound, decision)
        _acknowledge(ack, decision)
        return
    try:
        _hand_over(inbound, decision)
    except HandoverError as exc:
        report_unavailable(str(exc))
        decision = Decision(not_started_text())
    _acknowledge(ack, decision)


@app.action(Button.REFRESH.value)
def refresh(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Replace the answer above the button, or the whole Home tab, with a new one."""
    _start(inbound, JobKind.HOME_REFRESH if inbound.payload.is_on_home_tab else JobKind.REFRESH, ack)


@app.action(Button.SHARE.value)
def share(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Show a new answer to the whole channel."""
    _start(inbound, JobKind.SHARE, ack)


@app.action(Button.DETAILS.value)
def open_details(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Show every account in a modal."""
    _start(inbound, JobKind.DETAILS, ack)


@app.action(Button.HELP.value)
def open_help(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Show the help in a modal."""
    _start(inbound, JobKind.HELP, ack)


@app.action(re.compile(f"{Button.HISTORY.value}_.*"))
def show_other_period(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Replace a history with that of another period."""
    _start(inbound, JobKind.HISTORY_REPLACED, ack)


@app.action(Button.ADD_RULE.value)
@app.action(Button.EDIT_RULE.value)
def open_rule_form(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Open the form of a new rule, or of the one in the list."""
    _do(inbound, inbound.decider.rule(inbound.payload, JobKind.RULE_FORM), ack)


@app.action(Button.REMOVE_RULE.value)
def remove_rule(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Remove a rule from the list."""
    _do(inbound, inbound.decider.rule(inbound.payload, JobKind.RULE_REMOVE), ack)


@app.action(Button.TAKE.value)
def open_take_form(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Ask for how long the person is on it."""
    _do(inbound, inbound.decider.alert(inbound.payload, JobKind.TAKE_FORM), ack)


@app.action(Button.SNOOZE.value)
@app.action(Button.SNOOZE_RULE.value)
def open_snooze_form(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Ask until when a rule is to be silent, and why."""
    _do(inbound, inbound.decider.alert(inbound.payload, JobKind.SNOOZE_FORM), ack)


@app.action(Button.UNSNOOZE.value)
@app.action(Button.FALSE_ALARM.value)
def press_alert(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """End a snooze, or call an alert a false alarm."""
    _do(inbound, inbound.decider.alert(inbound.payload, JobKind.PRESS), ack)


@app.action(Button.WATCH_DETAILS.value)
def open_alert_details(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Show everything about an alert and its rule in a modal."""
    _do(inbound, inbound.decider.alert(inbound.payload, JobKind.ALERT_DETAILS), ack)


@app.action(Button.WATCH_REFRESH.value)
def refresh_alert(inbound: Inbound[ButtonPress], ack: Ack) -> None:
    """Show the person fresh figures. No snapshot is stored, so the alert stays as it is."""
    _do(inbound, inbound.decider.fresh(inbound.payload), ack)


@app.action(Button.TOP_UP.value)
def acknowledge_link(ack: Ack) -> None:
    """Slack opens the link itself, and only wants an acknowledgement."""
    ack()


@app.view(re.compile("|".join(Form)))
def submit_form(inbound: Inbound[FormSubmitted], ack: Ack) -> None:
    """Show what is wrong in the fields, or a modal that waits for the reporter."""
    decision = decide_form(inbound.decider, inbound.payload)
    try:
        _hand_over(inbound, decision)
    except HandoverError as exc:
        report_unavailable(str(exc))
        decision = not_passed_on()
    ack(**decision.answer)


@app.event("app_home_opened")
def show_home(inbound: Inbound[HomeOpened], ack: Ack) -> None:
    """Fill the Home tab."""
    _hand_over(inbound, inbound.decider.home(inbound.payload))
    ack()


def _record(inbound: Inbound[Request] | Inbound[Command], refusal: Decision) -> None:
    """Hand over the job of a refusal. A command is refused all the same if its record is lost."""
    try:
        if refusal.job:
            inbound.hand_over(refusal.job)
    except HandoverError as exc:
        if not refusal.reply:
            raise
        report_unavailable(str(exc))


def _acknowledge(ack: Ack, decision: Decision) -> BoltResponse:
    return ack(decision.reply, response_type="ephemeral") if decision.reply else ack()


def _start(inbound: Inbound[ButtonPress], kind: JobKind, ack: Ack) -> None:
    _do(inbound, inbound.decider.button(inbound.payload, kind), ack)


def _do(inbound: Inbound[ButtonPress], decision: Decision, ack: Ack) -> None:
    """Without the acknowledgement, Slack shows a sign of failure beside the button."""
    _hand_over(inbound, decision)
    ack()


def _hand_over(
    inbound: Inbound[Command] | Inbound[ButtonPress] | Inbound[FormSubmitted] | Inbound[HomeOpened],
    decision: Decision | FormDecision,
) -> None:
    if decision.job:
        logger.info(f"{inbound.payload.label} accepted", extra=_who(inbound.payload))
        inbound.hand_over(decision.job)


def _who(request: Request) -> dict[str, object]:
    requester = request.requester
    return {
        "team_id": [workspace.team_id for workspace in requester.workspaces],
        "enterprise_id": [workspace.enterprise_id for workspace in requester.workspaces],
        "channel_id": requester.channel_id,
        "user_id": requester.user_id,
    }
