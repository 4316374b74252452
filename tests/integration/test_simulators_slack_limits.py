"""What the Slack simulator takes and refuses in a message's blocks, over real sockets."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.integration.wire import send
from tests.local.simulators.slack import SlackSimulator

TOKEN = "xoxb-1-2-right"
CHANNEL = "C0123456789"
SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "*USD* 1.00"}}
TEXT = {"type": "plain_text", "text": "x"}
CELL = {"type": "raw_text", "text": "x"}


@pytest.fixture
def slack() -> Iterator[SlackSimulator]:
    with SlackSimulator(TOKEN) as server:
        yield server


def respond(slack: SlackSimulator, blocks: Any) -> tuple[int, str]:
    """Post to a new response_url."""
    body = json.dumps({"text": "x", "blocks": blocks}).encode()
    reply = send(slack.new_command("USD").response_url, body, {"Content-Type": "application/json"})
    return reply.status, reply.body.decode()


def api_error(slack: SlackSimulator, blocks: Any) -> Any:
    """The answer of chat.postMessage, which must be a refusal."""
    with pytest.raises(SlackApiError) as caught:
        WebClient(TOKEN, base_url=slack.api_url).chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)
    return caught.value.response


def table(rows: list[list[dict[str, Any]]], **more: Any) -> dict[str, Any]:
    return {"type": "table", "rows": rows} | more


def section(**content: Any) -> dict[str, Any]:
    return {"type": "section"} | content


def mrkdwn(length: int) -> dict[str, str]:
    return {"type": "mrkdwn", "text": "x" * length}


def data_table(rows: list[list[dict[str, Any]]], **more: Any) -> dict[str, Any]:
    return {"type": "data_table", "caption": "Balances", "rows": rows} | more


def chart(**more: Any) -> dict[str, Any]:
    segments = [{"label": "PayBy", "value": 1}]
    return {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": segments}} | more


def button(**more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": [{"type": "button", "text": TEXT} | more]}


RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]}
RICH_EMPTY = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}
EMOJI = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "emoji", "name": "o"}]}]}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "logo"}


@pytest.mark.parametrize(
    "blocks",
    [
        [SECTION] * 50,
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 150}}],
        [section(text=mrkdwn(3000))],
        [section(fields=[mrkdwn(100)] * 10), section(fields=[mrkdwn(2000)])],
        [section(text=TEXT, accessory={"type": "button", "text": TEXT, "action_id": "a", "value": "v"})],
        [section(text=TEXT, accessory=IMAGE)],
        [{"type": "context", "elements": [TEXT] * 9 + [IMAGE]}],
        [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "b"}],
        [{"type": "actions", "elements": [{"type": "button", "text": TEXT}] * 25}],
        [IMAGE],
        [table([[CELL] * 20] * 100)],
        [table([[CELL, RICH], [EMOJI, CELL]], column_settings=[None, {"align": "right"}])],
        [data_table([[CELL] * 2] + [[CELL, {"type": "raw_number", "value": 1.5}]] * 200)],
        [chart(), chart(chart={"type": "line", "series": [{"name": "USD", "data": []}]})],
        [section(text=mrkdwn(3000))] * 4 + [section(text=mrkdwn(700))],
        [section(text={"type": "mrkdwn", "text": "ä" * 3000, "verbatim": True})] * 2,
        [{"type": "header", "block_id": "a", "text": TEXT | {"emoji": False}}],
        [],
    ],
)
def test_blocks_within_the_limits_are_taken(slack: SlackSimulator, blocks: list[dict[str, Any]]) -> None:
    assert respond(slack, blocks) == (200, "ok")


@pytest.mark.parametrize(
    "blocks",
    [
        "[]",
        {"type": "divider"},
        ["divider"],
        [SECTION] * 51,
        [{"type": "video"}],
        [{"text": TEXT}],
        [{"type": "divider", "block_id": "a"}] * 2,
        [{"type": "divider", "block_id": "a" * 256}],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "header", "text": {"type": "plain_text", "text": ""}}],
        [{"type": "header", "text": mrkdwn(1)}],
        [{"type": "header"}],
        [section()],
        [section(text="x")],
        [section(text=mrkdwn(0))],
        [section(text=mrkdwn(3001))],
        [section(text={"type": "mrkdwn", "text": " \n"})],
        [section(text={"type": "mrkdwn", "text": "x", "emoji": True})],
        [section(text={"type": "plain_text", "text": "x", "verbatim": True})],
        [section(text=TEXT, title="x")],
        [{"type": "divider", "text": TEXT}],
        [table([[CELL], [{"type": "raw_text", "text": " "}]])],
        [section(text={"type": "mrkdwn"})],
        [section(text={"type": "html", "text": "x"})],
        [section(fields=[])],
        [section(fields=[TEXT] * 11)],
        [section(fields=[mrkdwn(2001)])],
        [section(fields=[mrkdwn(0)])],
        [section(text=TEXT, accessory={"type": "button"})],
        [section(text=TEXT, accessory={"type": "slider"})],
        [{"type": "context", "elements": []}],
        [{"type": "context", "elements": [TEXT] * 11}],
        [{"type": "context", "elements": [mrkdwn(0)]}],
        [{"type": "context", "elements": [{"type": "image", "alt_text": "no address"}]}],
        [{"type": "actions", "elements": [{"type": "button", "text": TEXT}] * 26}],
        [button(text={"type": "plain_text", "text": "x" * 76})],
        [button(action_id="x" * 256)],
        [button(value="x" * 2001)],
        [button(url="x" * 3001)],
        [table([])],
        [table([[CELL]] * 101)],
        [table([[CELL] * 21])],
        [table([[]])],
        [table([[CELL], [{"type": "raw_text", "text": ""}]])],
        [table([[CELL], [RICH_EMPTY]])],
        [table([[CELL], [{"type": "mrkdwn", "text": "x"}]])],
        [table([[{"type": "raw_number", "value": 1}]])],
        [{"type": "table", "rows": [["x"]]}],
        [table([[CELL]], column_settings=[{}] * 21)],
        [table([[CELL]], column_settings=[{"align": "decimal"}])],
        [data_table([[CELL]])],
        [data_table([[CELL]] * 202)],
        [data_table([[CELL], [CELL]], caption="")],
        [data_table([[CELL], [CELL, CELL]])],
        [data_table([[RICH], [CELL]])],
        [chart()] * 3,
        [chart(title="x" * 51)],
        [chart(chart={"type": "radar"})],
        [chart(chart={"type": "pie", "segments": []})],
        [chart(chart={"type": "bar", "series": [{}] * 7})],
    ],
)
def test_blocks_beyond_the_limits_are_refused(slack: SlackSimulator, blocks: Any) -> None:
    assert respond(slack, blocks) == (400, "invalid_blocks")
    answer = api_error(slack, blocks)
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"][0]
    assert slack.messages == []


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([section(text=mrkdwn(3000))] * 4 + [section(text=mrkdwn(701))], "msg_blocks_too_long"),
        ([section(text={"type": "mrkdwn", "text": "ä" * 3000})] * 3, "msg_blocks_too_long"),
        (
            [table([[CELL | {"text": "x" * 100}]] * 100), section(text=mrkdwn(3000)), section(text=mrkdwn(3000))],
            "msg_blocks_too_long",
        ),
        ([table([[CELL | {"text": "x" * 101}]] * 100)], "invalid_blocks"),
        ([table([[CELL]]), table([[CELL]])], "invalid_attachments"),
        ([table([[CELL]]), data_table([[CELL], [CELL]])], "invalid_attachments"),
    ],
)
def test_limits_of_the_whole_message(slack: SlackSimulator, blocks: list[dict[str, Any]], error: str) -> None:
    assert respond(slack, blocks) == (400, error)
    assert api_error(slack, blocks)["error"] == error
