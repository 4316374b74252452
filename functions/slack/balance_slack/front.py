"""Lambda handler behind Slack's Request URL: verify, authorise, acknowledge within three seconds, hand the work on."""

import logging
import os
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aws_lambda_powertools.utilities.typing import LambdaContext
from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.signature import SignatureVerifier

from balance_core.errors import ErrorKind, ProviderError
from balance_core.observability import count_failure, lambda_handler, logger, record_latency
from balance_core.secrets import SecretStore, required_setting
from balance_core.wire import dumps
from balance_slack import envelope
from balance_slack.access import AccessPolicy
from balance_slack.commands import Ask, HelpWanted, Mistake, parse
from balance_slack.guard import RequestRefusedError, SlackRequest, read_request, request_key
from balance_slack.handover import Handover, HandoverError
from balance_slack.job import Job
from balance_slack.names import read_names
from balance_slack.replies import asking_text, help_text, mistake_text, not_started_text, refusal_text

_CORRELATION_ID_CHARACTERS = 16
# Marks in Bolt's context that its own part is done: what fails afterwards is ours.
_REACHED = "command_reached"


class Front:
    """Keeps the signing secret, the Bolt app and the way to the reporter across warm invocations."""

    def __init__(self, secrets: SecretStore | None = None, handover: Handover | None = None) -> None:
        self._secrets = secrets or SecretStore()
        self._handover = handover or Handover()
        self._app: tuple[str, App] | None = None

    def answer(self, event: object) -> dict[str, object]:
        """The HTTP response to an HTTP event (see envelope).

        4xx when the request is not Slack's, 503 when a secret or setting is missing. Only a bug raises.
        """
        started_seconds = time.monotonic()
        try:
            response = self._dispatch(read_request(event))
        except RequestRefusedError as exc:
            logger.warning("request refused", status=exc.status, reason=exc.reason)
            return _refused(event, exc.status, exc.reason)
        except ProviderError as exc:
            logger.error(exc.message, kind=exc.kind.value)
            count_failure(logger.service, exc.kind.value)
            return _refused(event, 503, "Balance Bot is not set up completely: its log says what is missing")
        record_latency("AcknowledgementLatency", round((time.monotonic() - started_seconds) * 1000))
        return envelope.answer(event, response.status, response.first_headers(), response.body)

    def _dispatch(self, request: SlackRequest) -> BoltResponse:
        secret = self._secrets.get(required_setting("SIGNING_SECRET_NAME"))
        signing_secret = secret.text("signing_secret").strip()
        if not signing_secret:
            raise secret.error("signing_secret", "is blank: copy it from the Slack app's Basic Information page")
        # Bolt would verify only after it has parsed the body.
        if not SignatureVerifier(signing_secret).is_valid(request.body, request.timestamp, request.signature):
            raise RequestRefusedError(401, "the signature is not Slack's, or older than five minutes")
        return self._app_for(signing_secret).dispatch(_bolt_request(request))

    def _app_for(self, signing_secret: str) -> App:
        if self._app is None or self._app[0] != signing_secret:
            self._app = (signing_secret, self._new_app(signing_secret))
        return self._app[1]

    def _new_app(self, signing_secret: str) -> App:
        app = App(
            # Without a name Bolt reads the source files of the call stack to find one.
            name="balance-bot",
            # Without a logger Bolt's own ones take the root's level, and at INFO they log whole bodies.
            logger=logging.getLogger("slack_bolt"),
            signing_secret=signing_secret,
            authorize=_authorize,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
        )
        app.error(_on_error)
        app.command("/balance")(self._on_command)
        return app

    def _on_command(self, ack: Ack, command: dict[str, Any], request: BoltRequest, context: BoltContext) -> None:
        if not all(isinstance(value, str) for value in command.values()):
            raise _not_understood()
        context[_REACHED] = True
        key = request_key(request.headers["x-slack-signature"][0])
        logger.set_correlation_id(key[:_CORRELATION_ID_CHARACTERS])
        ack(self._reply(command, key), response_type="ephemeral")

    def _reply(self, command: Mapping[str, str], key: str) -> str:
        who = {name: command.get(name, "") for name in ("team_id", "enterprise_id", "channel_id", "user_id")}
        refusals = AccessPolicy.from_settings(os.environ).refusals(**who)
        if refusals:
            logger.warning("command refused", extra={"missing": [each.parameter for each in refusals], **who})
            return refusal_text(refusals)
        names = read_names(required_setting("PROVIDERS"))
        meant = parse(command.get("text", ""), names)
        if isinstance(meant, HelpWanted):
            return help_text(names)
        if isinstance(meant, Mistake):
            return mistake_text(meant)
        logger.info("command accepted", extra=who)
        return self._hand_over(meant, names, command.get("response_url", ""), key)

    def _hand_over(self, ask: Ask, names: Mapping[str, str], response_url: str, key: str) -> str:
        if not response_url:
            raise RequestRefusedError(400, "response_url is missing")
        correlation_id = key[:_CORRELATION_ID_CHARACTERS]
        try:
            self._handover.send(Job(ask.to_wire(correlation_id), key, response_url))
        except HandoverError as exc:
            logger.error(str(exc))
            count_failure(logger.service, ErrorKind.UNAVAILABLE.value)
            return not_started_text(correlation_id)
        return asking_text(ask, names, correlation_id)


_front = Front()


@lambda_handler
def handler(event: Any, _context: LambdaContext) -> dict[str, object]:
    """Lambda's entry point."""
    return _front.answer(event)


def _bolt_request(request: SlackRequest) -> BoltRequest:
    # Bolt would take a form in which "payload" stands anywhere, be it in a channel's name, for something else than a
    # command. It takes a form that was read already only in the mode without its own verification, which came before.
    is_json = request.body.startswith("{")
    try:
        body = request.body if is_json else dict(parse_qsl(request.body, keep_blank_values=True))
        return BoltRequest(body=body, headers=dict(request.headers), mode="socket_mode")
    # Bolt expects the right type everywhere in the body and checks none of them.
    except (AttributeError, RecursionError, TypeError, ValueError) as exc:
        raise _not_understood() from exc


def _not_understood() -> RequestRefusedError:
    return RequestRefusedError(400, "the body is signed, but not what Slack sends")


def _authorize() -> AuthorizeResult:
    """What Bolt must know about the installation: nothing. The front makes no call to Slack and has no token."""
    return AuthorizeResult(enterprise_id=None, team_id=None)


def _on_error(error: Exception, context: BoltContext) -> BoltResponse:
    if isinstance(error, BoltUnhandledRequestError):
        return BoltResponse(status=404, body={"error": "only the command /balance is answered"})
    # Bolt would log the error and answer 500; raised, a bug of ours reaches Lambda's Errors metric and its alarm.
    if _REACHED in context:
        raise error
    raise _not_understood() from error


def _refused(event: object, status: int, reason: str) -> dict[str, object]:
    headers = {"content-type": "application/json"} | ({"allow": "POST"} if status == 405 else {})
    return envelope.answer(event, status, headers, dumps({"error": reason}).decode("utf-8"))
