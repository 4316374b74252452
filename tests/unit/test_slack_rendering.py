"""Every answer on every surface: Slack accepts it, nothing in it mentions or links, and what was cut is counted."""

import pytest
from hypothesis import given, settings

from balance_core.models import BalanceSummary
from balance_slack.view.blocks import Block
from tests.rendering.answers import MARK, many_balances
from tests.rendering.judge import dangers, mrkdwn_dangers, odd_characters, refused, texts, uncounted
from tests.rendering.surfaces import Surface
from tests.rendering.trial import crowded_surfaces, try_acknowledgements, try_answers
from tests.strategies import summaries


def test_every_difficult_answer_is_accepted_harmless_and_complete() -> None:
    verdict = try_answers(seed=1, mixed=8, step=4)
    assert (verdict.refused, verdict.dangers, verdict.unstated) == ([], [], [])
    assert verdict.messages > 500


def test_every_acknowledgement_is_accepted_and_harmless() -> None:
    verdict = try_acknowledgements()
    assert (verdict.refused, verdict.dangers) == ([], [])


@settings(max_examples=40)
@given(summaries())
def test_every_random_answer_is_accepted_and_harmless(summary: BalanceSummary) -> None:
    for surface in crowded_surfaces(summary):
        assert refused(surface) == []
        assert mrkdwn_dangers(surface.text) == []
        for node in texts(surface.blocks):
            find = odd_characters if node["type"] in ("text", "raw_text") else mrkdwn_dangers
            assert find(node["text"]) == []


def section(text: str, **more: object) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True, **more}}


def table(*elements: Block) -> Block:
    cell = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}
    return {"type": "table", "rows": [[cell]]}


@pytest.mark.parametrize(
    "block",
    [
        section("<@U0123456789>"),
        section("`<#C0123456789>`"),
        section("https://example.com", verbatim=False),
        section(f"*{MARK}*"),
        section(f"`a` {MARK} `b`"),
        {"type": "header", "text": {"type": "plain_text", "text": MARK}},
        table({"type": "text", "text": MARK, "style": {"bold": True}}),
        table({"type": "text", "text": "\u202e", "style": {"code": True}}),
        table({"type": "link", "url": "https://example.com", "text": "x"}),
        {"type": "table", "rows": [[{"type": "raw_text", "text": MARK}]]},
    ],
)
def test_a_danger_in_a_block_would_be_found(block: Block) -> None:
    assert dangers(Surface("dangerous", "x", [block]))


@pytest.mark.parametrize("text", ["<!channel>", "<https://example.com|x>", "a & b", "\u202ex", f"account {MARK}"])
def test_a_danger_in_a_text_would_be_found(text: str) -> None:
    assert dangers(Surface("dangerous", text))


@pytest.mark.parametrize("size", [3, 100])
def test_accounts_that_are_left_out_silently_would_be_found(size: int) -> None:
    summary = many_balances(size, 3)
    shown = [surface for surface in crowded_surfaces(summary) if surface.shows_accounts]
    assert {surface.name for surface in shown} >= {"answer", "digest's thread", "Home tab", "details"}
    for surface in shown:
        assert uncounted(summary, surface.blocks) == 0
        assert uncounted(many_balances(size + 3, 3), surface.blocks) == 3
