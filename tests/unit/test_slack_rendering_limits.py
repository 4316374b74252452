"""Slack takes every message and view, nothing in it mentions or links, what was cut is stated: as in `make trust`."""

from itertools import product

import pytest

from balance_slack.block_kit import Block
from tests.rendering.answers import MARK, SIZES, SPREADS, many_balances
from tests.rendering.faces import Face, faces
from tests.rendering.judge import dangers, refused, unstated
from tests.rendering.trial import render_ms, try_acknowledgements, try_answers


def test_every_answer_can_be_shown_everywhere_and_does_no_harm() -> None:
    verdict = try_answers(seed=1, mixed=8, step=4)
    assert (verdict.refused, verdict.dangers, verdict.unstated) == ([], [], [])
    assert verdict.messages > 500


def test_a_step_leaves_out_no_size_and_no_spread() -> None:
    pairs = [*product(SIZES, SPREADS)][::4]
    assert {size for size, _ in pairs} == set(SIZES)
    assert {spread for _, spread in pairs} == set(SPREADS)


def test_every_acknowledgement_can_be_sent_and_does_no_harm() -> None:
    verdict = try_acknowledgements()
    assert (verdict.refused, verdict.dangers) == ([], [])


def test_five_thousand_balances_are_rendered_while_nobody_notices() -> None:
    assert render_ms(5000) < 50


def section(text: str, **more: object) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True, **more}}


def table(*elements: Block) -> Block:
    cell = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}
    return {"type": "table", "rows": [[cell]]}


@pytest.mark.parametrize("text", ["<!channel>", "<https://example.com|x>", "a & b", "\u202ex", f"account {MARK}"])
def test_the_judge_finds_what_is_planted_in_a_text(text: str) -> None:
    assert dangers(Face("planted", text))


@pytest.mark.parametrize(
    "block",
    [
        section("<@U0123456789>"),
        section("`<#C0123456789>`"),
        section("https://example.com", verbatim=False),
        section(f"*{MARK}*"),
        section(f"`a` {MARK} `b`"),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!here>", "verbatim": True}]},
        {"type": "header", "text": {"type": "plain_text", "text": f"{MARK}"}},
        table({"type": "text", "text": MARK}),
        table({"type": "text", "text": MARK, "style": {"bold": True}}),
        table({"type": "text", "text": "\u202e", "style": {"code": True}}),
        table({"type": "link", "url": "https://example.com", "text": "x"}),
        {"type": "table", "rows": [[{"type": "raw_text", "text": MARK}]]},
    ],
)
def test_the_judge_finds_what_is_planted_in_a_block(block: Block) -> None:
    assert dangers(Face("planted", "x", [block]))
    assert dangers(Face("planted", blocks=[block], view={"type": "home", "blocks": [block]}))


def test_the_judge_finds_what_slack_refuses() -> None:
    too_long = section("x" * 3001)
    assert refused(Face("planted", "x", [too_long]))
    assert refused(Face("planted"))
    assert refused(Face("planted", view={"type": "home", "blocks": [too_long]}))
    assert refused(Face("planted", view={"type": "home", "blocks": [table({"type": "text", "text": "x"})]}))
    assert refused(Face("planted", view={"type": "home", "blocks": [section("\u20ac" * 3000)] * 30}))
    assert not refused(Face("planted", view={"type": "home", "blocks": [section("\u20ac" * 3000)] * 20}))


@pytest.mark.parametrize("size", [3, 100])
def test_the_judge_finds_a_silent_cut(size: int) -> None:
    summary = many_balances(size, 3)
    shown = [face for face in faces(summary) if face.shows_accounts]
    assert {face.name for face in shown} >= {"answer", "digest's thread", "Home tab", "details"}
    for face in shown:
        assert unstated(summary, face.blocks) == 0
        assert unstated(many_balances(size + 3, 3), face.blocks) == 3
