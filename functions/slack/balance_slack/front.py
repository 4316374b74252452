"""Lambda handler behind Slack's Request URL: verify, authorise, acknowledge within three seconds, hand the work on."""

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from slack_bolt import BoltResponse
from slack_sdk.signature import SignatureVerifier

from balance_core.errors import ProviderError
from balance_core.observability import count_failure, lambda_handler, logger, record_latency
from balance_core.secrets import SecretsManager, SecretStore, required_setting
from balance_core.wire import dumps
from balance_slack import envelope
from balance_slack.bolt_app import bolt_request, dispatch, new_app
from balance_slack.guard import RequestRefusedError, SlackRequest, read_request
from balance_slack.handover import Handover, HandoverError
from balance_slack.listeners import Listeners, report_handover
from balance_slack.snapshot import register_hooks

# Slack waits three seconds, a cold start among them: two tries for the secret, and one for the job, have to fit.
_SECRET_READ_TIMEOUT_SECONDS = 0.6


class Front:
    """Keeps the signing secret, the Bolt app and the way to the reporter across warm invocations."""

    def __init__(self, secrets: SecretStore | None = None, handover: Handover | None = None) -> None:
        self._secrets = secrets or SecretStore(SecretsManager(_SECRET_READ_TIMEOUT_SECONDS).fetch)
        self._handover = handover or Handover()
        listeners = Listeners(self._handover)
        self._app = new_app(listeners.on_command, listeners.on_press, listeners.on_home_opened)

    def answer(self, event: object) -> dict[str, object]:
        """The HTTP response to an HTTP event (see envelope).

        4xx when the request is not Slack's, 503 when a secret or setting is missing or a button's or event's job could
        not be handed over. Only a bug raises.
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
        except HandoverError as exc:
            report_handover(exc)
            return _refused(event, 503, "this could not be passed on: try again in a minute")
        record_latency("AcknowledgementLatency", round((time.monotonic() - started_seconds) * 1000))
        return envelope.answer(event, response.status, response.first_headers(), response.body)

    def forget(self) -> None:
        """Drop every secret and close every connection; the next request gets them anew."""
        self._secrets.forget()
        self._handover.close()

    def _dispatch(self, request: SlackRequest) -> BoltResponse:
        secret = self._secrets.get(required_setting("SIGNING_SECRET_NAME"))
        signing_secret = secret.text("signing_secret").strip()
        if not signing_secret:
            raise secret.error("signing_secret", "is blank: copy it from the Slack app's Basic Information page")
        # Bolt would verify only after it has parsed the body.
        if not SignatureVerifier(signing_secret).is_valid(request.body, request.timestamp, request.signature):
            raise RequestRefusedError(401, "the signature is not Slack's, or older than five minutes")
        return dispatch(self._app, bolt_request(request))


_front = Front()
register_hooks(_front.forget)


@lambda_handler
def handler(event: Any, _context: LambdaContext) -> dict[str, object]:
    """Lambda's entry point."""
    return _front.answer(event)


def _refused(event: object, status: int, reason: str) -> dict[str, object]:
    headers = {"content-type": "application/json"} | ({"allow": "POST"} if status == 405 else {})
    return envelope.answer(event, status, headers, dumps({"error": reason}).decode("utf-8"))
