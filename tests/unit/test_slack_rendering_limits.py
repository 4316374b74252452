"""Slack takes every message, nothing in it can mention or link, and what was cut is stated: as in `make trust`."""

import pytest

from balance_slack.blocks import Message, render
from tests.rendering.answers import CORRELATION_ID, MARK, NAMES, many_balances
from tests.rendering.judge import dangers, refused, unstated
from tests.rendering.trial import render_ms, try_acknowledgements, try_answers


def test_every_answer_can_be_sent_and_does_no_harm() -> None:
    verdict = try_answers(seed=1, mixed=20)
    assert (verdict.refused, verdict.dangers, verdict.unstated) == ([], [], [])
    assert verdict.messages > 300


def test_every_acknowledgement_can_be_sent_and_does_no_harm() -> None:
    verdict = try_acknowledgements()
    assert (verdict.refused, verdict.dangers) == ([], [])


def test_five_thousand_balances_are_rendered_while_nobody_notices() -> None:
    assert render_ms(5000) < 1000


def section(text: str, **more: object) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True, **more}}


@pytest.mark.parametrize(
    "message",
    [
        Message("<!channel>"),
        Message("<https://example.com|x>"),
        Message("a & b"),
        Message("\u202ex"),
        Message(f"account {MARK}"),
        Message("x", (section("<@U0123456789>"),)),
        Message("x", (section("`<#C0123456789>`"),)),
        Message("x", (section("https://example.com", verbatim=False),)),
        Message("x", (section(f"*{MARK}*"),)),
        Message("x", (section(f"`a` {MARK} `b`"),)),
        Message("x", ({"type": "context", "elements": [{"type": "mrkdwn", "text": "<!here>", "verbatim": True}]},)),
    ],
)
def test_the_judge_finds_what_is_planted(message: Message) -> None:
    assert dangers(message)


def test_the_judge_finds_what_slack_refuses() -> None:
    assert refused(Message("x", (section("x" * 3001),)))
    assert refused(Message(""))


def test_the_judge_finds_a_silent_cut() -> None:
    summary = many_balances(100, 3)
    message = render(summary, NAMES, CORRELATION_ID)
    assert unstated(summary, message) == 0
    assert unstated(many_balances(103, 3), message) == 3
