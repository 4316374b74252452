"""The front in this process, and the requests in events/slack with real signatures."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from balance_slack.front.handler import Front
from balance_slack.job import Job
from tests.integration.slack_functions import ENVIRONMENT, SIGNING_SECRET, InvokeApi
from tests.local.simulators.slack_commands import signed_headers
from tests.schemas import EVENTS
from tests.slack_examples import CHANNEL, TEAM, USER, example, http_event


def _environment() -> dict[str, str]:
    access = {"ALLOWED_TEAM_IDS": TEAM, "ALLOWED_CHANNEL_IDS": CHANNEL, "ALLOWED_USER_IDS": USER}
    return {**ENVIRONMENT, **access, "SHARE_CHANNEL_IDS": CHANNEL}


@dataclass
class LocalFront:
    """A front whose jobs go to `invoke_api`."""

    front: Front
    invoke_api: InvokeApi
    environment: dict[str, str] = field(default_factory=_environment)

    def answer(self, event: object) -> dict[str, Any]:
        """The HTTP response."""
        return self.front.answer(event, self.environment)

    def reply(self, **fields: str) -> str:
        """What the person reads at once who typed the example command with other `fields`."""
        response = self.answer(signed(example("command-usd", **fields)))
        assert response["statusCode"] == 200
        message = json.loads(response["body"])
        assert (message.keys(), message["response_type"]) == ({"text", "response_type"}, "ephemeral")
        return str(message["text"])

    def acknowledge(self, body: str) -> None:
        """Send a signed body that is answered by an empty 200."""
        response = self.answer(signed(body))
        assert (response["statusCode"], response["body"]) == (200, "")

    @property
    def job(self) -> dict[str, Any]:
        """The only job that was handed over."""
        (job,) = self.invoke_api.payloads
        return job


def signed(text: str, secret: str = SIGNING_SECRET) -> dict[str, Any]:
    """The HTTP event of a body that Slack signs now."""
    body = text.encode()
    headers = signed_headers(secret, body, datetime.now(UTC))
    event = http_event("command-usd")
    event["headers"] |= {name.lower(): value for name, value in headers.items()}
    return {**event, "body": b64encode(body).decode()}


def as_example(job: dict[str, Any], name: str) -> tuple[Job, Job]:
    """The job with the keys of the example `name` in events/slack-reporter, and that example."""
    expected = json.loads((EVENTS / "slack-reporter" / f"{name}.json").read_text(encoding="utf-8"))
    request = job["request"] | {"correlation_id": expected["request"]["correlation_id"]}
    renamed = job | {"request_key": expected["request_key"], "request": request}
    return msgspec.convert(renamed, Job), msgspec.convert(expected, Job)
