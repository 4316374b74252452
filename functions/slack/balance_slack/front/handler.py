"""The Lambda handler behind Slack's Request URL: verify, authorise and acknowledge within three seconds."""

import gc
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from slack_bolt import BoltResponse

from balance_core.aws import call_before, error_code, lambda_client, secrets_client
from balance_core.deadline import Deadline
from balance_core.errors import ProviderError
from balance_core.observability import count_failure, lambda_handler, logger, record_latency, report_unavailable
from balance_core.secrets import Secret, SecretStore
from balance_slack.front.app import HandoverError, Inbound, dispatch
from balance_slack.front.decisions import Decider, event_key
from balance_slack.front.payloads import HomeOpened, read_payload
from balance_slack.front.request import RequestRefusedError, SlackRequest, read_request
from balance_slack.front.snapstart import register_hooks
from balance_slack.job import IncompleteJobError, Job, JobKind
from balance_slack.settings import FrontSettings

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


# Slack waits three seconds. A cold start takes most of one (tests/benchmarks/README.md), the rest is for the network.
_MOST_SECONDS = 2.0
_REFUSAL_PAUSE_SECONDS = 60.0


class Front:
    """Answers HTTP events; keeps the signing secret across warm invocations.

    Reading the secret and handing the job over take at most `most_seconds` together. `now` gives aware UTC for what is
    entered in a form; a signature is judged by the machine's own clock.
    """

    def __init__(
        self,
        secrets: SecretStore,
        client: "LambdaClient",
        most_seconds: float = _MOST_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._secrets = secrets
        self._client = client
        self._most_seconds = most_seconds
        self._now = now
        self._refusals = Refusals()

    def answer(self, event: object, environment: Mapping[str, str]) -> dict[str, object]:
        """The HTTP response (payload format 2.0).

        4xx for a request that is not Slack's or not for us; 503 when a secret or setting is missing, or when the job of
        a button or event could not be handed over. Only a bug raises.
        """
        started_seconds = time.monotonic()
        deadline = Deadline(self._most_seconds)
        try:
            response = self._dispatch(read_request(event), environment, deadline)
        except RequestRefusedError as exc:
            return _refuse(exc)
        except IncompleteJobError as exc:
            return _refuse(RequestRefusedError(400, f"the body lacks what is needed: {exc}"))
        except ProviderError as exc:
            logger.error(exc.message, kind=exc.kind.value)
            count_failure(logger.service, exc.kind.value)
            return _error(503, "Balance Bot is not set up completely: its log says what is missing")
        except HandoverError as exc:
            report_unavailable(str(exc))
            return _error(503, "this could not be passed on: try again in a minute")
        record_latency("AcknowledgementLatency", round((time.monotonic() - started_seconds) * 1000))
        return _response(response.status, response.first_headers(), response.body)

    def _dispatch(self, request: SlackRequest, environment: Mapping[str, str], deadline: Deadline) -> BoltResponse:
        settings = FrontSettings.from_environment(environment)
        # If Secrets Manager hangs, the last good value may still do: then there is time to hand the job over.
        self._verify(request, settings.signing_secret_name, deadline.half())
        payload = read_payload(request.body)
        key = event_key(payload.event_id) if isinstance(payload, HomeOpened) else request.key
        decider = Decider(
            settings.policy,
            settings.names,
            settings.contact,
            key,
            settings.slack.response_url_origin,
            self._now(),
        )
        return dispatch(Inbound(payload, decider, partial(self._hand_over, settings.reporter_function, deadline)))

    def _verify(self, request: SlackRequest, secret_name: str, deadline: Deadline) -> None:
        """Raises RequestRefusedError (401), and ProviderError for a missing or malformed secret."""
        secret = self._secrets.get(secret_name, deadline)
        try:
            request.verify(_signing_secret(secret))
        except (RequestRefusedError, ProviderError):
            # The signing secret may have been rotated or corrected since it was read.
            current = self._secrets.look_again(secret_name, deadline)
            if current is secret:
                raise
            request.verify(_signing_secret(current))

    def _hand_over(self, function: str, deadline: Deadline, job: Job) -> None:
        """Invoke the reporter asynchronously: it answers after the acknowledgement.

        A person who types refused commands over and over starts it once a minute; the reporter makes sure of that for
        all of the front's environments.
        """
        if job.kind is JobKind.REFUSED and not self._refusals.is_new(job.user_id, time.monotonic()):
            return
        try:
            call_before(deadline, partial(self._invoke, function, msgspec.json.encode(job)))
        except ClientError as exc:
            message = f"Lambda refused the job ({error_code(exc)}): check REPORTER_FUNCTION and the role"
            raise HandoverError(message) from exc
        except BotoCoreError as exc:
            raise HandoverError(f"Lambda could not be reached ({type(exc).__name__})") from exc

    def _invoke(self, function: str, payload: bytes) -> None:
        answer = self._client.invoke(FunctionName=function, InvocationType="Event", Payload=payload)
        # Empty, but the connection can be used again only once it is read.
        answer["Payload"].read()


class Refusals:
    """Who was refused in the last minute, as far as this process knows."""

    def __init__(self) -> None:
        self._at_seconds: dict[str, float] = {}

    def is_new(self, user_id: str, now_seconds: float) -> bool:
        """Whether the person was not refused in the minute before."""
        since_seconds = now_seconds - _REFUSAL_PAUSE_SECONDS
        self._at_seconds = {
            user: at_seconds for user, at_seconds in self._at_seconds.items() if at_seconds > since_seconds
        }
        if user_id in self._at_seconds:
            return False
        self._at_seconds[user_id] = now_seconds
        return True


def _signing_secret(secret: Secret) -> str:
    text = secret.text("signing_secret").strip()
    if not text:
        raise secret.error("signing_secret", "is blank: copy it from the Slack app's Basic Information page")
    return text


def _refuse(refused: RequestRefusedError) -> dict[str, object]:
    logger.warning("request refused", status=refused.status, reason=refused.reason)
    return _error(refused.status, refused.reason)


def _error(status: int, reason: str) -> dict[str, object]:
    headers = {"content-type": "application/json"} | ({"allow": "POST"} if status == 405 else {})
    return _response(status, headers, msgspec.json.encode({"error": reason}).decode())


def _response(status: int, headers: Mapping[str, str], body: str) -> dict[str, object]:
    return {"statusCode": status, "headers": dict(headers), "body": body, "isBase64Encoded": False}


# The deadline decides how long anybody waits. A connect timeout leaves time for a second try, and a read timeout ends a
# call that was given up.
_secrets_client = secrets_client(connect_timeout_seconds=0.3, read_timeout_seconds=_MOST_SECONDS, attempts=1)
_lambda_client = lambda_client(connect_timeout_seconds=0.3, read_timeout_seconds=_MOST_SECONDS)
_secrets = SecretStore(_secrets_client)
_front = Front(_secrets, _lambda_client)


def _before_snapshot() -> None:
    """Nothing secret and no connection belongs in a snapshot; both come back with the next request."""
    _secrets.forget()
    _secrets_client.close()
    _lambda_client.close()


if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
    register_hooks(_before_snapshot)


# Collections need not look at what was imported.
gc.freeze()
gc.enable()


@lambda_handler
def handler(event: Any, _context: LambdaContext) -> dict[str, object]:
    """Lambda's entry point."""
    return _front.answer(event, os.environ)
