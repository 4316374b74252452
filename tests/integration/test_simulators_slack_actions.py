"""Pressed buttons: what the simulator posts for them, and what a button's response_url does."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests import openssl
from tests.clock import NOW
from tests.integration.slack_workspace import (
    ALEX,
    CHANNEL,
    DANA,
    RequestUrl,
    Workspace,
    actions,
    button,
    home,
)
from tests.local.simulators.slack_actions import post_action

HOME = home(button("refresh"), button("details", value="USD"))


def payload(press: Any) -> Any:
    ((text,),) = parse_qs(press.body().decode(), strict_parsing=True).values()
    return json.loads(text)


def test_a_press_is_signed_and_encoded_as_slack_does(here: Workspace) -> None:
    message = here.answered([actions(button(value="USD & €"))])
    with RequestUrl() as function:
        reply = post_action(function.url, here.slack.new_press(message, "refresh"), "secret", NOW)
        request = function.requests[0]
    assert (reply.status, reply.body) == (200, "")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    timestamp = request.headers["x-slack-request-timestamp"].encode()
    expected = openssl.hmac_sha256("secret", b"v0:" + timestamp + b":" + request.body)
    assert request.headers["x-slack-signature"] == "v0=" + expected
    assert request.body.startswith(b"payload=%7B%22type%22%3A%22block_actions%22")
    (action,) = json.loads(parse_qs(request.body.decode())["payload"][0])["actions"]
    assert action["value"] == "USD & €"


def test_the_payload_of_an_ephemeral_message(here: Workspace) -> None:
    message = here.answered([actions(button(value="USD"))])
    sent = payload(here.slack.new_press(message, "refresh"))
    assert sent["user"] == {"id": DANA, "username": "dana", "name": "dana", "team_id": "T0123456789"}
    assert sent["team"] == {"id": "T0123456789", "domain": "example"}
    assert (sent["enterprise"], sent["is_enterprise_install"]) == (None, False)
    assert sent["channel"] == {"id": CHANNEL, "name": "finance"}
    container = {"type": "message", "message_ts": message.ts, "channel_id": CHANNEL, "is_ephemeral": True}
    assert sent["container"] == container
    assert "message" not in sent
    (action,) = sent["actions"]
    own = {"type": "button", "action_id": "refresh", "block_id": "block-0", "value": "USD"}
    assert action == {**own, "text": {"type": "plain_text", "text": "Press me"}, "action_ts": "1795225538.960000"}
    assert sent["response_url"].startswith(here.slack.url + "/actions/T0123456789/")


def test_the_payload_of_a_message_that_everybody_sees(here: Workspace) -> None:
    message = here.answered([actions(button(), block_id="own")], response_type="in_channel")
    sent = payload(here.slack.new_press(message, "refresh", user_id=ALEX, user_team_id="T0999999999"))
    assert (sent["user"]["id"], sent["user"]["team_id"], sent["team"]["id"]) == (ALEX, "T0999999999", "T0123456789")
    assert not sent["container"]["is_ephemeral"]
    assert sent["message"]["ts"] == message.ts
    assert sent["message"]["blocks"] == message.blocks
    assert sent["actions"][0]["block_id"] == "own"
    assert "value" not in sent["actions"][0]


def test_the_payload_of_a_reply_in_a_thread(here: Workspace) -> None:
    top = here.call("chat.postMessage", channel=CHANNEL, text="top")["ts"]
    here.call("chat.postMessage", channel=CHANNEL, text="reply", thread_ts=top, blocks=[actions(button())])
    sent = payload(here.slack.new_press(here.slack.messages[-1], "refresh"))
    assert sent["container"]["thread_ts"] == sent["message"]["thread_ts"] == top


def test_the_payload_of_a_home_tab_on_enterprise_grid(here: Workspace) -> None:
    here.call("views.publish", user_id=ALEX, view=HOME)
    home = here.slack.home_of(ALEX)
    assert home is not None
    sent = payload(here.slack.new_press(home, "details", enterprise_id="E0123456789"))
    assert sent["container"] == {"type": "view", "view_id": home.view_id}
    assert sent["user"]["id"] == ALEX
    assert sent["view"]["type"] == "home"
    assert sent["view"]["blocks"][0]["block_id"] == sent["actions"][0]["block_id"]
    assert not {"channel", "response_url", "message"} & sent.keys()
    assert sent["enterprise"] == {"id": "E0123456789", "name": "Example Group"}
    assert sent["team"]["enterprise_id"] == "E0123456789"


def test_a_button_that_is_not_there_cannot_be_pressed(here: Workspace) -> None:
    message = here.answered([actions(button("refresh"), button("details")), actions(button("details"))])
    with pytest.raises(ValueError, match="'share' can be pressed; there are: refresh, details, details"):
        here.slack.new_press(message, "share")
    with pytest.raises(ValueError, match="not exactly one button 'details'"):
        here.slack.new_press(message, "details")
    with pytest.raises(ValueError, match="there are: none"):
        here.slack.new_press(here.answered(), "refresh")


def test_the_accessory_of_a_section_is_a_button_too(here: Workspace) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": button("help")}
    assert payload(here.slack.new_press(here.answered([section]), "help"))["actions"][0]["action_id"] == "help"


def test_nobody_presses_what_they_do_not_see(here: Workspace) -> None:
    message = here.answered([actions(button())])
    with pytest.raises(ValueError, match=f"{ALEX} does not see this"):
        here.slack.new_press(message, "refresh", user_id=ALEX)
    press = here.slack.new_press(message, "refresh")
    assert here.respond(press.response_url, delete_original=True) == (200, "ok")
    with pytest.raises(ValueError, match=f"{DANA} does not see this"):
        here.slack.new_press(message, "refresh")


def test_a_response_url_replaces_the_message_with_its_button(here: Workspace) -> None:
    message = here.answered([actions(button())])
    first = here.slack.new_press(message, "refresh")
    assert here.respond(first.response_url, text="asking", replace_original=True) == (200, "ok")
    with pytest.raises(ValueError, match="there are: none"):
        here.slack.new_press(message, "refresh")
    assert here.respond(first.response_url, text="anew", replace_original=True, blocks=[actions(button())])[0] == 200
    assert here.shown() == ["anew"]
    last = here.slack.messages[-1]
    assert (last.ts, last.is_replacement, last.response_type, last.visible_to) == (message.ts, True, "ephemeral", DANA)
    assert [each.is_replacement for each in here.slack.messages] == [False, True, True]
    second = here.slack.new_press(last, "refresh")
    assert (second.response_url, second.trigger_id) != (first.response_url, first.trigger_id)


def test_a_response_url_replaces_even_when_it_is_not_told_to(here: Workspace) -> None:
    message = here.answered([actions(button())])
    url = here.slack.new_press(message, "refresh").response_url
    here.respond(url, text="another", response_type="ephemeral", replace_original=False)
    assert here.shown() == ["answer", "another"]
    here.respond(url, text="instead", response_type="ephemeral")
    assert here.shown() == ["instead", "another"]


def test_a_response_url_can_share_with_the_channel(here: Workspace) -> None:
    url = here.slack.new_press(here.answered([actions(button())]), "refresh").response_url
    here.respond(url, text="shared", response_type="in_channel", replace_original=False)
    assert here.shown(ALEX) == ["shared"]
    assert here.shown(DANA) == ["answer", "shared"]
    shared = here.slack.messages[-1]
    assert (shared.response_type, shared.visible_to, shared.channel_id) == ("in_channel", None, CHANNEL)


def test_after_a_command_there_is_nothing_to_replace(here: Workspace) -> None:
    url = here.slack.new_command("USD").response_url
    here.respond(url, text="one", replace_original=True)
    here.respond(url, text="two", replace_original=True)
    assert here.shown() == ["one", "two"]
    assert here.respond(url, delete_original=True) == (400, "no_text")


def test_a_deleted_message_is_not_replaced(here: Workspace) -> None:
    url = here.slack.new_press(here.answered([actions(button())]), "refresh").response_url
    here.respond(url, delete_original=True)
    assert here.shown() == []
    here.respond(url, text="new", replace_original=True)
    assert not here.slack.messages[-1].is_replacement
    assert here.shown() == ["new"]
