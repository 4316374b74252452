"""What the Slack simulator takes and refuses in buttons, their confirmations, and rich text."""

from typing import Any

import pytest

from tests.integration.slack_workspace import CHANNEL, Workspace, actions

TEXT = {"type": "plain_text", "text": "x"}
CELL = {"type": "raw_text", "text": "x"}
MOST_IN_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}


def plain(length: int) -> dict[str, str]:
    return {"type": "plain_text", "text": "x" * length}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": TEXT, **more}


def rich(*elements: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def table(*cells: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "table", "rows": [[cell] for cell in cells], **more}


CONFIRM: dict[str, Any] = {name: plain(most) for name, most in MOST_IN_CONFIRM.items()}
STYLED: dict[str, Any] = {"type": "text", "text": "x", "style": {"bold": True, "code": True}}
LINK = {"type": "link", "url": "https://example.com", "text": "x"}
USER = {"type": "user", "user_id": "U1"}


@pytest.mark.parametrize(
    "block",
    [
        actions(button(style="danger", accessibility_label="x" * 75, action_id="a", value="v" * 2000, confirm=CONFIRM)),
        actions(*(button(action_id=each) for each in "abc")),
        actions(button(), button()),
        table(CELL, rich(STYLED), rich(LINK), rich(STYLED, USER)),
        table(CELL, column_settings=[{"align": "left", "is_wrapped": True}]),
        rich(STYLED),
    ],
)
def test_what_slack_takes(here: Workspace, block: dict[str, Any]) -> None:
    here.answered([block])


@pytest.mark.parametrize(
    "block",
    [
        actions(button(value="")),
        actions(button(value=5)),
        actions(button(style="default")),
        actions(button(disabled=True)),
        actions(button(accessibility_label="x" * 76)),
        actions(button(confirm="sure?")),
        actions(button(confirm={})),
        actions(button(confirm=CONFIRM | {"style": "x"})),
        actions(button(confirm=CONFIRM | {"cancel": TEXT})),
        actions(button(confirm=CONFIRM | {"text": {"type": "mrkdwn", "text": "x"}})),
        *(actions(button(confirm=CONFIRM | {name: plain(most + 1)})) for name, most in MOST_IN_CONFIRM.items()),
        *(actions(button(confirm={key: CONFIRM[key] for key in CONFIRM if key != name})) for name in MOST_IN_CONFIRM),
        actions(button(action_id="a"), button(action_id="a")),
        rich(STYLED | {"style": {"bold": 1}}),
        rich(STYLED | {"style": {"big": True}}),
        rich(STYLED | {"style": "bold"}),
        rich(STYLED | {"text": ""}),
        rich(STYLED | {"colour": "red"}),
        rich({"type": "mrkdwn", "text": "x"}),
        rich({"type": "link"}),
        rich("x"),
        {"type": "rich_text", "elements": []},
        {"type": "rich_text"},
        {"type": "rich_text", "elements": [{"type": "rich_text_section"}]},
        {"type": "rich_text", "elements": [{"type": "section", "text": TEXT}]},
        table(CELL, rich(STYLED | {"style": "bold"})),
        table(CELL | {"emoji": True}),
        table(CELL, caption="x"),
        table(CELL, column_settings=[{"width": 5}]),
    ],
)
def test_what_slack_refuses(here: Workspace, block: dict[str, Any]) -> None:
    assert here.respond(here.slack.new_command("").response_url, text="x", blocks=[block]) == (400, "invalid_blocks")
    answer = here.call("chat.postMessage", channel=CHANNEL, text="x", blocks=[block])
    assert answer["error"] == "invalid_blocks"
    for message in answer["response_metadata"]["messages"]:
        assert message.startswith("[ERROR] ")
        assert message.endswith(" [json-pointer:/blocks/0]")
    assert here.slack.messages == []


def test_the_same_action_id_in_two_blocks_is_taken(here: Workspace) -> None:
    here.answered([actions(button(action_id="a")), actions(button(action_id="a"))])
