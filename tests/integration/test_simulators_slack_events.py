"""The Events API as the simulator posts it, threads, and what people see."""

import json

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests import openssl
from tests.clock import NOW
from tests.integration.slack_workspace import (
    ALEX,
    CHANNEL,
    DANA,
    TOKEN,
    RequestUrl,
    Workspace,
    button,
    home,
)
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_commands import CommandReply
from tests.local.simulators.slack_events import post_event, url_verification

HOME = home(button("refresh"))


def test_an_event_is_signed_and_repeated_as_slack_does(here: Workspace) -> None:
    opened = here.slack.new_home_opening(user_id=ALEX).payload()
    with RequestUrl() as function:
        post_event(function.url, opened, "secret", NOW)
        post_event(function.url, opened, "secret", NOW, retry=2, reason="http_error")
        first, second = function.requests
    assert first.headers["content-type"] == "application/json"
    timestamp = first.headers["x-slack-request-timestamp"].encode()
    expected = openssl.hmac_sha256("secret", b"v0:" + timestamp + b":" + first.body)
    assert first.headers["x-slack-signature"] == "v0=" + expected
    assert "x-slack-retry-num" not in first.headers
    assert second.body == first.body
    assert (second.headers["x-slack-retry-num"], second.headers["x-slack-retry-reason"]) == ("2", "http_error")
    sent = json.loads(first.body)
    assert (sent["type"], sent["team_id"], sent["event_time"]) == ("event_callback", "T0123456789", 1795225538)
    event = {"type": "app_home_opened", "user": ALEX, "channel": "D0123456789", "tab": "home"}
    assert sent["event"] == {**event, "event_ts": "1795225538.960000"}
    assert "enterprise_id" not in sent
    assert here.slack.new_home_opening().payload()["event_id"] != sent["event_id"]


def test_an_opened_home_tab_comes_with_the_view_so_far(here: Workspace) -> None:
    here.call("views.publish", user_id=DANA, view=HOME)
    again = here.slack.new_home_opening(enterprise_id="E1").payload()
    assert again["event"]["view"]["blocks"] == HOME["blocks"]
    assert again["enterprise_id"] == "E1"
    assert "view" not in here.slack.new_home_opening(tab="messages").payload()["event"]
    assert "view" not in here.slack.new_home_opening(user_id=ALEX).payload()["event"]


def test_the_check_of_a_request_url() -> None:
    assert url_verification("abc") == {
        "token": "deprecated-verification-token",
        "challenge": "abc",
        "type": "url_verification",
    }


def test_a_reply_stands_in_its_thread(here: Workspace) -> None:
    client = WebClient(TOKEN, base_url=here.slack.api_url)
    top = client.chat_postMessage(channel=CHANNEL, text="top")["ts"]
    reply = client.chat_postMessage(channel=CHANNEL, text="reply", thread_ts=top)
    assert reply["message"]["thread_ts"] == top
    assert [message.thread_ts for message in here.slack.seen_by(ALEX, CHANNEL)] == [None, top]
    ephemeral = here.answered().ts
    for thread_ts, error in (
        ("0", "invalid_thread_ts"),
        ("1795225538.999999", "thread_not_found"),
        (ephemeral, "cannot_reply_to_message"),
        (reply["ts"], "cannot_reply_to_message"),
    ):
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=CHANNEL, text="x", thread_ts=thread_ts)
        assert caught.value.response["error"] == error


def test_people_see_the_answer_to_a_command_at_once(here: Workspace) -> None:
    command = here.slack.new_command("USD")
    here.slack.show_reply(command, CommandReply(200, {}, '{"text":"asking"}', 5.0))
    here.slack.show_reply(command, CommandReply(200, {}, "", 5.0))
    here.slack.show_reply(command, CommandReply(500, {}, "broken", 5.0))
    assert here.shown(DANA) == ["asking"]
    assert here.shown(ALEX) == []
    assert here.slack.messages == []
    with pytest.raises(ValueError, match="Slack does not show this answer"):
        here.slack.show_reply(command, CommandReply(200, {}, "{}", 5.0))


def test_every_answer_names_the_scopes(here: Workspace) -> None:
    headers = WebClient(TOKEN, base_url=here.slack.api_url).auth_test().headers
    assert headers["x-oauth-scopes"] == "commands,chat:write"
    with SlackSimulator(TOKEN, scopes=["commands"]) as slack:
        client = WebClient(TOKEN, base_url=slack.api_url)
        assert client.auth_test().headers["x-oauth-scopes"] == "commands"
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=CHANNEL, text="x")
        assert caught.value.response["error"] == "missing_scope"
