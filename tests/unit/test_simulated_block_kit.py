"""What the Slack simulator accepts and refuses in messages and views: the limits of Block Kit."""

from typing import Any

import pytest

from tests.local.simulators.block_kit import refusal, view_problems

_TEXT = {"type": "plain_text", "text": "x"}
_CELL = {"type": "raw_text", "text": "x"}
_CONFIRM = dict.fromkeys(("title", "text", "confirm", "deny"), _TEXT)


def _plain(length: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": "x" * length}


def _section(length: int = 1) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def _button(**changes: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": [{"type": "button", "text": _TEXT, **changes}]}


def _table(rows: Any, **more: Any) -> dict[str, Any]:
    return {"type": "table", "rows": rows, **more}


def _rich(*changes: dict[str, Any]) -> dict[str, Any]:
    elements = [{"type": "text", "text": "x", "style": {"bold": True}, **each} for each in changes]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


@pytest.mark.parametrize(
    "blocks",
    [
        {"type": "divider"}, [_section()] * 51, [{"type": "video"}], [{"type": "divider", "block_id": "a"}] * 2,
        [{"type": "header", "text": _plain(151)}], [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "section"}], [_section(3001)],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}],
        [{"type": "context", "elements": [_TEXT] * 11}], [{"type": "actions", "elements": _button()["elements"] * 26}],
        [{"type": "actions", "elements": _button(action_id="a")["elements"] * 2}],
        [_button(text=_plain(76))], [_button(value="x" * 2001)], [_button(style="default")],
        [_button(confirm={**_CONFIRM, "title": _plain(101)})],
        [_table([[_CELL]] * 101)], [_table([[_CELL], [{"type": "raw_text", "text": " "}]])],
        [_table([[{"type": "raw_number", "value": 1}]])], [_table([[_rich({"text": ""})]])],
        [_table([[_rich({"text": " "})]])], [_table([[_CELL | {"text": "x" * 101}]] * 100)],
        [_rich({"style": {"big": True}})],
    ],
)  # fmt: skip
def test_slack_refuses_blocks_beyond_the_limits(blocks: Any) -> None:
    code, reasons = refusal({"text": "x", "blocks": blocks}) or ("", [])
    assert code == "invalid_blocks"
    assert all(reason.startswith("[ERROR] ") for reason in reasons)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"blocks": [_section()]}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [_section(3000)] * 4 + [_section(701)]}, "msg_blocks_too_long"),
        ({"text": "x", "blocks": [_table([[_CELL]])] * 2}, "invalid_attachments"),
    ],
)
def test_slack_refuses_a_message_as_a_whole(message: dict[str, Any], code: str) -> None:
    assert (refusal(message) or ("",))[0] == code


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"blocks": [_section()] * 100, "title": _plain(24), "close": _plain(24), "private_metadata": "x" * 3000}, 0),
        ({"blocks": [_section()] * 101}, 1),
        ({"blocks": [_table([[_CELL]])]}, 1),
        ({"title": _plain(25)}, 1),
        ({"private_metadata": "x" * 3001}, 1),
        ({"type": "home"}, 1),
    ],
)
def test_slack_refuses_a_modal_beyond_the_limits(changes: dict[str, Any], problems: int) -> None:
    view = {"type": "modal", "title": _TEXT, "blocks": [], **changes}
    assert len(view_problems(view, "modal")) == problems
