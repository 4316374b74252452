"""The Web API of the Slack simulator over real sockets, called by Slack's own SDK and by hand."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk import WebClient

from tests.integration.wire import send
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.slack import SlackSimulator

TOKEN = "xoxb-1-2-right"
CHANNEL = "C0123456789"
SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "*USD* 1.00"}}


@pytest.fixture
def slack() -> Iterator[SlackSimulator]:
    with SlackSimulator(TOKEN, clock=lambda: datetime(2026, 11, 21, 1, 45, 38, tzinfo=UTC)) as server:
        yield server


def call(
    slack: SlackSimulator, method: str, body: bytes, media_type: str = "application/json", token: str = TOKEN
) -> Any:
    headers = {"Content-Type": media_type} | ({"Authorization": f"Bearer {token}"} if token else {})
    reply = send(slack.api_url + method, body, headers)
    assert reply.status == 200
    return json.loads(reply.body)


def test_slacks_own_web_client_is_served(slack: SlackSimulator) -> None:
    client = WebClient(TOKEN, base_url=slack.api_url)
    assert client.auth_test()["team_id"] == "T0123456789"
    response = client.chat_postMessage(channel=CHANNEL, text="hello", blocks=[SECTION, SECTION])
    assert response["ok"]
    assert response["channel"] == CHANNEL
    assert response["ts"] == "1795225538.000001"
    assert response["message"]["text"] == "hello"
    message = slack.wait_for_message(1)
    assert (message.destination, message.text, message.blocks) == (CHANNEL, "hello", [SECTION, SECTION])


def test_a_form_is_served_like_json(slack: SlackSimulator) -> None:
    form = urlencode({"token": TOKEN, "channel": CHANNEL, "text": "é", "blocks": json.dumps([SECTION])}).encode()
    answer = call(slack, "chat.postMessage", form, "application/x-www-form-urlencoded", token="")
    assert answer["ok"]
    assert (slack.messages[0].text, slack.messages[0].blocks) == ("é", [SECTION])
    bad = urlencode({"channel": CHANNEL, "text": "x", "blocks": "["}).encode()
    answer = call(slack, "chat.postMessage", bad, "application/x-www-form-urlencoded")
    assert (answer["ok"], answer["error"]) == (False, "invalid_blocks_format")


@pytest.mark.parametrize(
    ("method", "token", "parameters", "error"),
    [
        ("auth.test", "xoxb-1-2-wrong", {}, "invalid_auth"),
        ("auth.test", "", {}, "not_authed"),
        ("chat.postMessage", "xoxb-1-2-wrong", {"channel": CHANNEL, "text": "x"}, "invalid_auth"),
        ("chat.postMessage", TOKEN, {"channel": "C9", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", TOKEN, {"text": "x"}, "channel_not_found"),
        ("chat.postMessage", TOKEN, {"channel": CHANNEL}, "no_text"),
        ("chat.postMessage", TOKEN, {"channel": CHANNEL, "blocks": [SECTION]}, "no_text"),
        ("chat.postMessage", TOKEN, {"channel": CHANNEL, "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", TOKEN, {"channel": CHANNEL, "text": "x", "blocks": [{}]}, "invalid_blocks"),
        ("chat.everything", TOKEN, {}, "unknown_method"),
    ],
)
def test_the_web_api_refuses_with_slacks_words(
    slack: SlackSimulator, method: str, token: str, parameters: dict[str, Any], error: str
) -> None:
    answer = call(slack, method, json.dumps(parameters).encode(), token=token)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert slack.messages == []


def test_a_web_api_body_that_is_no_json_is_refused(slack: SlackSimulator) -> None:
    assert call(slack, "auth.test", b"{")["error"] == "invalid_json"


def test_the_web_api_can_fail_in_its_own_words(slack: SlackSimulator) -> None:
    slack.set_fault(Fault(FaultName.SYSTEM_ERROR, times=1))
    assert call(slack, "auth.test", b"{}")["error"] == "internal_error"
    slack.set_fault(Fault(FaultName.RATE_LIMITED, times=1))
    reply = send(slack.api_url + "auth.test", b"{}", {"Content-Type": "application/json"})
    assert (reply.status, reply.headers["retry-after"]) == (429, "1")
    assert json.loads(reply.body)["error"] == "ratelimited"
    assert call(slack, "auth.test", b"{}")["ok"]
