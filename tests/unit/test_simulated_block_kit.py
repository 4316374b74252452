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


def _input(kind: str = "plain_text_input", **element: Any) -> dict[str, Any]:
    return {"type": "input", "label": _TEXT, "element": {"type": kind, **element}}


def _option(value: str = "x", **changes: Any) -> dict[str, Any]:
    return {"text": _TEXT, "value": value, **changes}


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


_MENU = {"options": [_option("1"), _option("2")]}


@pytest.mark.parametrize(
    ("block", "is_accepted"),
    [
        (_input(initial_value="", max_length=3000, placeholder=_plain(150), multiline=True), True),
        (_input() | {"label": _plain(2000), "hint": _plain(2000), "optional": True, "block_id": "x" * 255}, True),
        (_input("static_select", options=[_option()] * 100), True),
        (_input("static_select", **_MENU, initial_option=_option("2")), True),
        (_input("radio_buttons", options=[_option(text={"type": "mrkdwn", "text": "*x*"})] * 10), True),
        (_input("users_select", initial_user="U1", placeholder=_TEXT), True),
        (_input("conversations_select", default_to_current_conversation=True, filter={"include": ["public"]}), True),
        (_input("datetimepicker", initial_date_time=1796000000), True),
        (_input() | {"label": _plain(2001)}, False),
        (_input() | {"label": {"type": "mrkdwn", "text": "x"}}, False),
        (_input(max_length=3001), False),
        (_input(placeholder=_plain(151)), False),
        (_input(min_length=5, max_length=4), False),
        (_input("static_select", options=[]), False),
        (_input("static_select", options=[_option()] * 101), False),
        (_input("static_select", options=[_option("x" * 151)]), False),
        (_input("static_select", options=[_option(text=_plain(76))]), False),
        (_input("static_select", **_MENU, initial_option=_option("3")), False),
        (_input("static_select", **_MENU, initial_option=_option("2", description=_TEXT)), False),
        (_input("radio_buttons", options=[_option()] * 11), False),
        (_input("conversations_select", filter={}), False),
        (_input("conversations_select", filter={"include": ["channel"]}), False),
        (_input("datetimepicker", initial_date_time="1796000000"), False),
        (_input("datetimepicker", initial_date_time=1796000000000), False),
        (_input("button", text=_TEXT), False),
    ],
)
def test_slack_refuses_a_form_beyond_the_limits(block: dict[str, Any], is_accepted: bool) -> None:
    view = {"type": "modal", "title": _TEXT, "blocks": [block]}
    assert (view_problems({**view, "submit": _TEXT}, "modal") == []) is is_accepted
    assert view_problems(view, "modal"), "submit is required"
