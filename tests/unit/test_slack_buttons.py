"""The buttons: what they carry, what they ask first, and that Slack takes them."""

from typing import Any

import pytest

from balance_slack import buttons
from balance_slack.block_kit import Block
from balance_slack.commands import Ask, parse
from tests.local.simulators.slack_limits import refusal
from tests.unit.blocks_cases import NAMES

EVERY_WAY = [
    buttons.answer_actions("USD", can_share=True),
    buttons.answer_actions("", can_share=True),
    buttons.answer_actions("USD", can_share=False),
    buttons.details_only("USD"),
    buttons.details_only(""),
    buttons.refresh_only("USD"),
    buttons.home_actions(),
]


def elements(actions: Block) -> list[Any]:
    found = actions["elements"]
    assert isinstance(found, list)
    return found


def ids(actions: Block) -> list[str]:
    return [button["action_id"] for button in elements(actions)]


@pytest.mark.parametrize("actions", EVERY_WAY)
def test_slack_takes_them(actions: Block) -> None:
    assert refusal({"text": "x", "blocks": [actions]}) is None
    assert all(button.get("value") != "" for button in elements(actions))


def test_each_place_has_those_that_make_sense_there() -> None:
    assert ids(buttons.answer_actions("", can_share=False)) == ["refresh", "details"]
    assert ids(buttons.answer_actions("", can_share=True)) == ["refresh", "details", "share"]
    assert ids(buttons.details_only("")) == ["details"]
    assert ids(buttons.refresh_only("")) == ["refresh"]
    assert ids(buttons.home_actions()) == ["refresh", "details", "help"]


def test_carry_their_question_as_a_person_would_type_it() -> None:
    ask = Ask(("AED", "USD"), ("payby",), include_zero=True)
    for button in elements(buttons.answer_actions(ask.words(), can_share=True)):
        assert parse(button["value"], NAMES) == ask


def test_about_everything_carry_nothing() -> None:
    for button in elements(buttons.answer_actions(Ask().words(), can_share=True)):
        assert "value" not in button


def test_sharing_asks_first() -> None:
    refresh, details, share = elements(buttons.answer_actions("", can_share=True))
    assert "Everyone in this channel" in share["confirm"]["text"]["text"]
    assert "confirm" not in refresh
    assert "confirm" not in details
