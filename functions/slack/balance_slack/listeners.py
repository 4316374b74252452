"""What Bolt calls: read the body, decide, hand the job to the reporter, acknowledge."""

import os
from typing import Any

from slack_bolt import Ack, BoltContext, BoltRequest

from balance_core.errors import ErrorKind
from balance_core.observability import count_failure, logger
from balance_core.wire import WireError
from balance_slack.access import Asker, Workspace
from balance_slack.bolt_app import was_read
from balance_slack.decisions import Decider, Decision, correlation_id
from balance_slack.guard import RequestRefusedError, event_key, request_key
from balance_slack.handover import Handover, HandoverError
from balance_slack.home_event import read_home_opened
from balance_slack.interaction import read_press
from balance_slack.job import Job, read_job
from balance_slack.replies import not_started_text


class Listeners:
    """One for each kind of request; Bolt fills in the arguments by name.

    A malformed body raises WireError or TypeError before `was_read`. Afterwards RequestRefusedError (400) means that
    something is missing, ProviderError that a setting is, and HandoverError that nobody will do the job.
    """

    def __init__(self, handover: Handover) -> None:
        self._handover = handover

    def on_command(self, ack: Ack, body: dict[str, Any], request: BoltRequest, context: BoltContext) -> None:
        """`/balance`: the reply is seen by the person who typed it, also when the job could not be handed over."""
        if not all(isinstance(value, str) for value in body.values()):
            raise TypeError("a command's form holds text only")
        was_read(context)
        key = _key_of(request)
        decider = Decider.from_settings(os.environ)
        workspace = Workspace(body.get("team_id", ""), body.get("enterprise_id", ""))
        asker = Asker(body.get("user_id", ""), body.get("channel_id", ""), (workspace,))
        decision = decider.command(asker, body.get("text", ""), body.get("response_url"), key)
        reply = decision.reply
        try:
            self._carry_out(decision, asker, key, "command")
        except HandoverError as exc:
            report_handover(exc)
            reply = not_started_text(correlation_id(key), decider.contact)
        ack(reply, response_type="ephemeral")

    def on_press(self, ack: Ack, body: dict[str, Any], request: BoltRequest, context: BoltContext) -> None:
        """A button of ours. Slack shows a sign of failure beside it unless this is acknowledged."""
        press = read_press(body)
        was_read(context)
        key = _key_of(request)
        decision = Decider.from_settings(os.environ).press(press, key)
        self._carry_out(decision, press.asker, key, f"button {press.action_id}")
        ack()

    def on_home_opened(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        """The Home tab; nothing is done about another tab. Slack sends it again unless it is acknowledged."""
        opened = read_home_opened(body)
        was_read(context)
        if opened:
            key = event_key(opened.event_id)
            self._carry_out(Decider.from_settings(os.environ).home(opened, key), opened.asker, key, "home tab")
        ack()

    def _carry_out(self, decision: Decision, asker: Asker, key: str, what: str) -> None:
        logger.set_correlation_id(correlation_id(key))
        if decision.job:
            _check(decision.job)
        who = {
            "team_id": [each.team_id for each in asker.workspaces],
            "enterprise_id": [each.enterprise_id for each in asker.workspaces],
            "channel_id": asker.channel_id,
            "user_id": asker.user_id,
        }
        if decision.refusals:
            logger.warning(f"{what} refused", extra={"missing": [each.parameter for each in decision.refusals], **who})
        elif decision.job:
            logger.info(f"{what} accepted", extra=who)
        if decision.job:
            self._handover.send(decision.job)


def report_handover(error: HandoverError) -> None:
    """Log and count a job that perhaps nobody will do."""
    logger.error(str(error))
    count_failure(logger.service, ErrorKind.UNAVAILABLE.value)


def _check(job: Job) -> None:
    """The reporter would refuse a malformed job when it is too late to answer Slack with a 400."""
    try:
        read_job(job.to_wire())
    except WireError as exc:
        raise RequestRefusedError(400, f"the body lacks what is needed: {exc}") from exc


def _key_of(request: BoltRequest) -> str:
    return request_key(request.headers["x-slack-signature"][0])
