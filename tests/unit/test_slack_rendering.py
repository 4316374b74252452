"""Every answer on every surface: Slack accepts it, nothing in it mentions or links, and its figures are right."""

import json

import pytest
from hypothesis import given, settings

from balance_core.models import BalanceSummary
from balance_slack.view.blocks import Block
from tests.rendering.answers import MARK
from tests.rendering.judge import dangers, mrkdwn_dangers, odd_characters, refused, texts, wrong_figures
from tests.rendering.surfaces import Surface
from tests.rendering.trial import crowded_surfaces, try_acknowledgements, try_answers
from tests.strategies import summaries
from tests.unit.slack_cases import PAGSMILE, balance, report, summary


def test_every_difficult_answer_is_accepted_harmless_and_complete() -> None:
    verdict = try_answers(seed=1, mixed=8, step=4)
    assert (verdict.refused, verdict.dangers, verdict.wrong) == ([], [], [])
    assert verdict.messages > 500


def test_every_acknowledgement_is_accepted_and_harmless() -> None:
    verdict = try_acknowledgements()
    assert (verdict.refused, verdict.dangers) == ([], [])


@settings(max_examples=40)
@given(summaries())
def test_every_random_answer_is_accepted_harmless_and_right(made: BalanceSummary) -> None:
    for surface in crowded_surfaces(made):
        assert refused(surface) == []
        assert wrong_figures(made, surface) == []
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


@pytest.mark.parametrize("change", ["8.29", "• PayBy:", "\N{NO-BREAK SPACE}pending", "USD"])
def test_a_wrong_figure_would_be_found(change: str) -> None:
    reports = (PAGSMILE, report("payby", balance("0", "5")), report("payermax", balance("3", currency="AED")))
    for surface in crowded_surfaces(summary(*reports)):
        assert wrong_figures(summary(*reports), surface) == []
        blocks = json.loads(json.dumps(surface.blocks, ensure_ascii=False).replace(change, "7"))
        changed = Surface(surface.name, surface.text.replace(change, "7"), blocks)
        # The details have no bullets, and say in which currency an amount is by its code.
        assert wrong_figures(summary(*reports), changed) or (surface.name == "details" and change != "8.29")
