"""The Slack simulator over real sockets, called by Slack's own SDK; signatures are checked by the openssl command."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from slack_sdk import WebhookClient

from tests import openssl
from tests.clock import NOW, Clock
from tests.integration.wire import send
from tests.local.simulators.exchange import Answer, ReceivedRequest
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_commands import post_command

TOKEN = "xoxb-1-2-right"
CHANNEL = "C0123456789"
FIELDS = [
    "token",
    "team_id",
    "team_domain",
    "channel_id",
    "channel_name",
    "user_id",
    "user_name",
    "command",
    "text",
    "api_app_id",
    "is_enterprise_install",
    "response_url",
    "trigger_id",
]
SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "*USD* 1.00"}}


class FunctionUrl(SimulatorServer):
    """Stands for the function behind the Request URL."""

    def answer(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        return Answer(200, b'{"text":"\xc3\xa9"}', {"Content-Type": "application/json"})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slack(clock: Clock) -> Iterator[SlackSimulator]:
    with SlackSimulator(TOKEN, clock=clock) as server:
        yield server


def respond(url: str, payload: object) -> tuple[int, str]:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    reply = send(url, body, {"Content-Type": "application/json;charset=utf-8"})
    return reply.status, reply.body.decode()


def test_a_command_is_signed_and_encoded_as_slack_does(slack: SlackSimulator) -> None:
    with FunctionUrl() as function:
        command = slack.new_command("USD payby & é", user_id="U9")
        reply = post_command(function.url + "/slack?x=1", command, "secret", NOW)
        request = function.requests[0]
    assert (reply.status, reply.body, reply.headers["content-type"]) == (200, '{"text":"é"}', "application/json")
    assert 0 < reply.elapsed_ms < 60_000
    assert (request.method, request.path) == ("POST", "/slack?x=1")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["user-agent"] == "Slackbot 1.0 (+https://api.slack.com/robots)"
    timestamp = request.headers["x-slack-request-timestamp"]
    assert timestamp == "1795225538"
    expected = openssl.hmac_sha256("secret", b"v0:" + timestamp.encode() + b":" + request.body)
    assert request.headers["x-slack-signature"] == "v0=" + expected
    assert b"&text=USD+payby+%26+%C3%A9&" in request.body
    fields = parse_qsl(request.body.decode(), strict_parsing=True)
    assert [name for name, _ in fields] == FIELDS
    values = dict(fields)
    assert (values["command"], values["user_id"], values["is_enterprise_install"]) == ("/balance", "U9", "false")
    assert re.fullmatch(slack.url + r"/commands/T0123456789/\d{13}/\w{24}", values["response_url"])


def test_each_command_has_its_own_secrets(slack: SlackSimulator) -> None:
    first, second = slack.new_command(""), slack.new_command("")
    assert first.response_url != second.response_url
    assert first.trigger_id != second.trigger_id
    assert "deprecated-verification-token" not in repr(first)


def test_a_response_url_takes_five_messages(slack: SlackSimulator, clock: Clock) -> None:
    url = slack.new_command("USD").response_url
    assert respond(url, {"text": ""}) == (400, "no_text")  # a refused message does not count
    for number in range(5):
        assert respond(url, {"text": f"message {number}", "response_type": "ephemeral"}) == (200, "ok")
    assert respond(url, {"text": "one more"}) == (404, '{"ok":false,"error":"used_url"}')
    assert [message.text for message in slack.messages] == [f"message {number}" for number in range(5)]
    assert {message.destination for message in slack.messages} == {url}
    assert slack.messages[0].delivered_at == clock.now
    assert slack.messages[0].payload["response_type"] == "ephemeral"
    assert slack.messages[0].blocks == []


def test_a_response_url_lives_thirty_minutes(slack: SlackSimulator, clock: Clock) -> None:
    url = slack.new_command("USD").response_url
    clock.now = NOW + timedelta(minutes=30)
    assert respond(url, {"text": "in time"}) == (200, "ok")
    clock.now += timedelta(seconds=1)
    assert respond(url, {"text": "late"}) == (404, '{"ok":false,"error":"expired_url"}')


def test_an_unknown_response_url_is_refused(slack: SlackSimulator) -> None:
    status, body = respond(slack.url + "/commands/T0123456789/1/x", {"text": "hello"})
    assert (status, body) == (404, '{"ok":false,"error":"expired_url"}')
    assert respond(slack.url + "/elsewhere", {"text": "hello"})[0] == 404
    assert slack.messages == []


def test_slacks_own_webhook_client_is_served(slack: SlackSimulator) -> None:
    url = slack.new_command("USD").response_url
    response = WebhookClient(url).send(text="hello", blocks=[SECTION], response_type="in_channel")
    assert (response.status_code, response.body) == (200, "ok")
    assert slack.messages[0].blocks == [SECTION]


@pytest.mark.parametrize("body", [b"", b"text=hello", b"[]", b"\xff"])
def test_a_payload_that_is_no_json_object_is_invalid(slack: SlackSimulator, body: bytes) -> None:
    assert respond(slack.new_command("").response_url, body) == (400, "invalid_payload")


def test_it_can_refuse_all_blocks_so_that_a_fallback_shows(slack: SlackSimulator) -> None:
    slack.refuses_blocks = True
    url = slack.new_command("USD").response_url
    assert respond(url, {"text": "x", "blocks": [SECTION]}) == (400, "invalid_blocks")
    assert respond(url, {"text": "x"}) == (200, "ok")
    slack.refuses_blocks = False
    assert respond(url, {"text": "x", "blocks": [SECTION]}) == (200, "ok")


def test_a_caller_can_wait_for_the_nth_message(slack: SlackSimulator) -> None:
    url = slack.new_command("USD").response_url
    found: list[str] = []
    waiter = threading.Thread(target=lambda: found.append(slack.wait_for_message(2).text))
    waiter.start()
    respond(url, {"text": "first"})
    respond(url, {"text": "second"})
    waiter.join(60)
    assert found == ["second"]
    with pytest.raises(TimeoutError, match="2 messages came in"):
        slack.wait_for_message(3, timeout_seconds=0.01)


@pytest.mark.parametrize(
    ("name", "answer"),
    [(FaultName.SYSTEM_ERROR, (500, "internal_error")), (FaultName.RATE_LIMITED, (429, "ratelimited"))],
)
def test_a_response_url_can_fail(slack: SlackSimulator, name: FaultName, answer: tuple[int, str]) -> None:
    url = slack.new_command("USD").response_url
    slack.set_fault(Fault(name, times=1))
    assert respond(url, {"text": "x"}) == answer
    assert respond(url, {"text": "x"}) == (200, "ok")
