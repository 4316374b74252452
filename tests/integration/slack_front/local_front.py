"""The front in this process, and the requests in events/slack with real signatures."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from balance_slack.front.handler import Front
from balance_slack.job import Job
from tests.integration.slack_functions import ENVIRONMENT, SIGNING_SECRET, InvokeApi
from tests.local.simulators.slack_commands import signed_headers
from tests.schemas import EVENTS

# The workspace, channel and person of the examples.
TEAM, CHANNEL, USER = "T0123ABCD", "C0123ABCD", "U0123ABCD"


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

    def acknowledge(self, body: bytes) -> None:
        """Send a signed body that is answered by an empty 200."""
        response = self.answer(signed(body))
        assert (response["statusCode"], response["body"]) == (200, "")

    @property
    def job(self) -> dict[str, Any]:
        """The only job that was handed over."""
        (job,) = self.invoke_api.payloads
        return job


def example(name: str, **changes: object) -> bytes:
    """The body of a request in events/slack with other members; one that is `...` is left out."""
    body = b64decode(http_event(name)["body"], validate=True)
    if body.startswith(b"{"):
        return json.dumps(_changed(json.loads(body), changes)).encode()
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    if "payload" not in form:
        return urlencode(_changed(form, changes)).encode()
    return urlencode({"payload": json.dumps(_changed(json.loads(form["payload"]), changes))}).encode()


def signed(body: bytes, secret: str = SIGNING_SECRET) -> dict[str, Any]:
    """The HTTP event of a body that Slack signs now."""
    headers = signed_headers(secret, body, datetime.now(UTC))
    event = http_event("command-usd")
    event["headers"] |= {name.lower(): value for name, value in headers.items()}
    return {**event, "body": b64encode(body).decode()}


def http_event(name: str) -> dict[str, Any]:
    """A request in events/slack. Its signature is a placeholder."""
    event: dict[str, Any] = json.loads((EVENTS / "slack" / f"{name}.json").read_text(encoding="utf-8"))
    return event


def as_example(job: dict[str, Any], name: str) -> tuple[Job, Job]:
    """The job with the keys of the example `name` in events/slack-reporter, and that example."""
    expected = json.loads((EVENTS / "slack-reporter" / f"{name}.json").read_text(encoding="utf-8"))
    request = job["request"] | {"correlation_id": expected["request"]["correlation_id"]}
    renamed = job | {"request_key": expected["request_key"], "request": request}
    return msgspec.convert(renamed, Job), msgspec.convert(expected, Job)


def _changed(members: dict[str, Any], changes: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in {**members, **changes}.items() if value is not ...}
