"""Commands that a person types, and the bot's answers in the channel."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.companies import BELOW_ZERO
from tests.browser.conftest import Visit
from tests.browser.playground import Playground, Visitor
from tests.browser.screens import DESKTOP, PHONE, Screen
from tests.local.simulators.faults import Fault, FaultName


def test_one_question_gets_one_message_whose_headline_is_the_answer(visitor: Visitor) -> None:
    answer = visitor.ask("/balance USD")
    expect(visitor.messages).to_have_count(1)
    expect(answer).to_contain_text("Only visible to you")
    expect(answer.get_by_role("heading", name="USD 1,784.63 available")).to_be_visible()
    expect(answer).to_contain_text("9,248.93 pending · 11.41 frozen")
    expect(answer).to_contain_text(re.compile(r"PayBy does not hold USD\.\s*Today at \d+:\d\d"))
    expect(answer.get_by_test_id("undrawn")).to_have_count(0)


def test_a_slow_question_gets_two_messages(playground: Playground, visitor: Visitor) -> None:
    playground.system.company.providers["payermax"].set_fault(Fault(FaultName.SLOW, 5.0))
    answer = visitor.ask("/balance USD")
    expect(visitor.messages).to_have_count(2)
    expect(visitor.messages.first).to_contain_text("Still waiting for the providers…")
    expect(answer).to_contain_text("USD 1,784.63 available")


def test_the_table_of_an_answer_aligns_amounts_on_the_right(visitor: Visitor) -> None:
    table = visitor.ask("/balance USD").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Provider", "Available", "Pending", "Frozen"])
    rows = table.get_by_role("row")
    expect(rows).to_have_count(3)
    cells = rows.filter(has_text="Pagsmile").get_by_role("cell")
    expect(cells).to_have_text(["Pagsmile", "1,008.29", "—", "0.00"])
    expect(cells.last).to_have_css("text-align", "right")
    expect(cells.first).to_have_css("text-align", "left")


def test_several_currencies_are_paragraphs_with_bold_totals(visitor: Visitor) -> None:
    answer = visitor.ask("/balance USD AED")
    expect(answer.get_by_role("heading", name="Balances in AED and USD")).to_be_visible()
    expect(answer).to_contain_text("AED 897,994.47 available")
    expect(answer.get_by_text("USD 1,784.63")).to_have_css("font-weight", "600")
    expect(answer).to_contain_text("• PayerMax: 776.34 · 9,248.93 pending · 11.41 frozen")
    expect(answer.get_by_role("table")).to_have_count(0)


@pytest.mark.parametrize("running", [BELOW_ZERO], ids=["below-zero"], indirect=True)
def test_an_amount_below_zero_stands_out(visitor: Visitor) -> None:
    answer = visitor.ask("/balance")
    expect(answer.get_by_role("img", name="warning emoji")).to_be_visible()
    expect(answer).to_contain_text("PayerMax is below zero: IDR -1,250,000.00 and USD -1,776.34")
    expect(answer.get_by_text("-768.05")).to_have_css("font-family", re.compile("monospace"))
    expect(answer).to_contain_text("USDT is not an ISO 4217 code.")


def test_help_is_one_click_away_and_fits_on_a_phone(phone: Visitor) -> None:
    phone.page.get_by_role("button", name="/balance help").click()
    expect(phone.messages).to_have_count(1)
    expect(phone.messages).to_contain_text("What you can type")
    expect(phone.messages).to_contain_text("Ask @Ada.")
    assert phone.messages.evaluate("row => row.clientHeight < row.parentElement.clientHeight")


def test_a_typing_mistake_gets_a_suggestion_and_no_provider_is_asked(playground: Playground, visitor: Visitor) -> None:
    before = playground.asked
    visitor.type("/balance uds")
    expect(visitor.messages).to_contain_text("I do not know uds. Did you mean USD?")
    assert playground.asked == before
    expect(visitor.messages).to_have_count(1)


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_text_that_is_not_a_command_gets_a_hint(visit: Visit, screen: Screen) -> None:
    visitor = visit(screen)
    visitor.type("how much is there")
    hint = visitor.page.get_by_test_id("composer-hint")
    expect(hint).to_contain_text("Try /balance USD")
    expect(hint).to_be_in_viewport(ratio=1)
    expect(visitor.messages).to_have_count(0)
    visitor.page.get_by_test_id("composer").fill("/")
    expect(hint).to_be_empty()


@pytest.mark.parametrize(
    ("name", "place", "missing"),
    [
        ("Eli", "channel-finance", "to add you (your Slack ID is U0000000666)"),
        ("Gus", "channel-finance", "to add it (its Slack ID is T0GUEST0001)"),
        (
            "Dana",
            "channel-random",
            "to allow this channel (its Slack ID is C0RANDOM001)",
        ),
    ],
    ids=["person", "guest", "channel"],
)
def test_a_person_without_access_learns_what_to_request_and_from_whom(
    playground: Playground, visitor: Visitor, name: str, place: str, missing: str
) -> None:
    before = playground.asked
    visitor.become(name)
    visitor.go(place)
    visitor.type("/balance USD")
    expect(visitor.messages).to_have_count(1)
    expect(visitor.messages).to_contain_text("@Ada")
    expect(visitor.messages).to_contain_text(missing)
    expect(visitor.messages).not_to_contain_text("USD")
    assert playground.asked == before


def test_the_digest_is_one_post_that_every_member_sees(visitor: Visitor) -> None:
    visitor.fire_schedule()
    expect(visitor.messages).to_have_count(1)
    post = visitor.messages.first
    expect(post.get_by_role("heading", name="All balances")).to_be_visible()
    expect(post).to_contain_text("USD 1,784.63 available")
    expect(post).not_to_contain_text("Only visible to you")
    expect(post.get_by_role("button", name="Details")).to_be_visible()
    visitor.go("channel-finance-uae")
    visitor.become("Eli")
    expect(visitor.messages).to_have_count(1)
    expect(visitor.messages).to_contain_text("AED 897,994.47 available")
    expect(visitor.messages).to_contain_text("PayerMax: 0.59")
    expect(visitor.messages).not_to_contain_text("USD")
