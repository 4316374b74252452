"""Block Kit: buttons, sections, and lines that are cut to Slack's limits."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from balance_core.question import Question
from balance_slack.commands import Asked, parse, words_of
from balance_slack.view import blocks
from balance_slack.view.blocks import Block, Lines, cut, sections
from tests.local.simulators.block_kit import refusal
from tests.unit.slack_cases import CORRELATION_ID, NAMES

ALL_BUTTONS = [
    (blocks.answer_buttons("USD", can_share=True), ["refresh", "details", "share"]),
    (blocks.answer_buttons("", can_share=False), ["refresh", "details"]),
    (blocks.details_button("USD"), ["details"]),
    (blocks.retry_button(""), ["refresh"]),
    (blocks.home_buttons(), ["refresh", "details", "help"]),
]
LINES = st.lists(st.integers(0, 40).map("x".__mul__), max_size=30)


def elements(buttons: Block) -> list[Any]:
    found = buttons["elements"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(("buttons", "action_ids"), ALL_BUTTONS)
def test_every_place_has_its_buttons(buttons: Block, action_ids: list[str]) -> None:
    assert [button["action_id"] for button in elements(buttons)] == action_ids
    assert refusal({"text": "x", "blocks": [buttons]}) is None


def test_a_button_carries_its_question_as_a_person_would_type_it() -> None:
    question = Question(currencies=("AED",), providers=("payby",), include_zero=True, correlation_id=CORRELATION_ID)
    for button in elements(blocks.answer_buttons(words_of(question), can_share=True)):
        assert parse(button["value"], NAMES, CORRELATION_ID) == Asked(question)


def test_only_sharing_asks_for_confirmation() -> None:
    confirmations = [button.get("confirm") for button in elements(blocks.answer_buttons("", can_share=True))]
    assert confirmations[:2] == [None, None]
    assert "Everyone in this channel" in confirmations[2]["text"]["text"]


@given(LINES, st.integers(10, 400))
def test_a_cut_keeps_the_first_lines_and_counts_the_others(lines: list[str], room: int) -> None:
    kept = cut(lines, room, "more", "more")
    if kept == lines:
        return
    assert kept[:-1] == lines[: len(kept) - 1]
    assert kept[-1] == f"… and {len(lines) - len(kept) + 1} more."
    # Sizes are bytes of JSON, in which the ellipsis takes three.
    longer = [*lines[: len(kept)], f"... and {len(lines) - len(kept)} more."]
    assert len("".join(f"{line}\n" for line in longer)) > room or len(kept) == len(lines)
    assert len(kept) == 1 or len("".join(f"{line}\n" for line in kept).encode()) <= room


def test_a_cut_renders_no_line_that_is_left_out() -> None:
    rendered: list[int] = []

    def line(number: int) -> str:
        rendered.append(number)
        return "x" * 9

    assert cut(Lines(line, range(5000)), 100, "line", "lines", ": ask") == ["x" * 9] * 7 + ["… and 4,993 lines: ask."]
    assert rendered == list(range(11))


@given(st.lists(st.integers(1, 3000).map("x".__mul__), max_size=20))
@example(["x" * 1500] * 2)
def test_sections_hold_every_line_and_are_as_few_as_possible(lines: list[str]) -> None:
    made: list[Any] = sections(lines)
    texts = [section["text"]["text"] for section in made]
    assert "\n".join(texts).split("\n") == (lines or [""])
    assert all(len(text) <= 3000 for text in texts)
    for text, following in pairwise(texts):
        assert len(text) + 1 + len(following.partition("\n")[0]) > 3000
