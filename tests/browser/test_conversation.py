"""Commands that a person types, and the bot's answers in the channel."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.playground import Playground, Visitor
from tests.browser.screens import DESKTOP, PHONE, Screen
from tests.local.simulators.faults import Fault, FaultName


def test_a_command_is_acknowledged_and_then_answered(playground: Playground, visitor: Visitor) -> None:
    playground.system.company.providers["payby"].set_fault(Fault(FaultName.SLOW, 1.0))
    visitor.type("/balance USD AED")
    expect(visitor.messages).to_have_count(2)
    expect(visitor.messages.first).to_contain_text("Asking Pagsmile, PayBy and PayerMax about AED and USD…")
    answer = visitor.messages.last
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text("AED 897,994.47 available")
    expect(answer.get_by_text("USD 1,784.63")).to_have_css("font-weight", "600")
    expect(answer.get_by_role("img", name="hourglass flowing sand emoji")).to_be_visible()
    expect(answer.get_by_role("img", name="lock emoji")).to_be_visible()
    # Each provider has its own time when the figures are not of the same minute.
    expect(answer).to_contain_text(re.compile(r"(All figures|PayBy) as of Today \d+:\d\d"))
    expect(answer).to_contain_text("PayBy does not hold USD.")
    expect(answer.get_by_test_id("undrawn")).to_have_count(0)


def test_the_table_of_an_answer_aligns_amounts_on_the_right(visitor: Visitor) -> None:
    table = visitor.ask("/balance USD").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Account", "Available", "Pending", "Frozen"])
    rows = table.get_by_role("row")
    expect(rows).to_have_count(5)
    frozen = rows.filter(has_text="FREEZE").get_by_role("cell")
    expect(frozen).to_have_text(["PayerMax · Frozen FREEZE", "—", "—", "USD 11.41"])
    expect(frozen.last).to_have_css("text-align", "right")
    expect(frozen.first).to_have_css("text-align", "left")
    expect(frozen.first.get_by_text("FREEZE")).to_have_css("font-family", re.compile("monospace"))


def test_help_is_one_click_away_and_fits_on_a_phone(phone: Visitor) -> None:
    phone.page.get_by_role("button", name="/balance help").click()
    expect(phone.messages).to_have_count(1)
    expect(phone.messages).to_contain_text("How much money do we have, where, and can we use it?")
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
        ("Eli", "channel-finance", "add U0000000666 to SlackAllowedUserIds"),
        ("Gus", "channel-finance", "add T0GUEST0001 to SlackAllowedTeamIds"),
        ("Dana", "channel-random", "add C0RANDOM001 to SlackAllowedChannelIds"),
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
    expect(visitor.messages).to_contain_text("Ask @Ada to allow:")
    expect(visitor.messages).to_contain_text(missing)
    expect(visitor.messages).not_to_contain_text("USD")
    assert playground.asked == before


def test_the_digest_lists_the_accounts_in_a_thread(visitor: Visitor) -> None:
    visitor.fire_schedule()
    expect(visitor.messages).to_have_count(1)
    post = visitor.messages.first
    expect(post).to_contain_text("Balances at all providers")
    expect(post).to_contain_text("USD 1,784.63 available")
    expect(post).not_to_contain_text("Only visible to you")
    expect(post.get_by_role("table")).to_have_count(0)
    post.get_by_test_id("open-thread").click()
    thread = visitor.page.get_by_test_id("thread")
    expect(thread.get_by_test_id("message")).to_have_count(2)
    expect(thread.get_by_role("table").get_by_role("row")).to_have_count(11)


def test_each_channel_gets_its_own_currencies_and_every_member_sees_them(visitor: Visitor) -> None:
    visitor.fire_schedule()
    visitor.go("channel-finance-uae")
    visitor.become("Eli")
    expect(visitor.messages).to_have_count(1)
    expect(visitor.messages).to_contain_text("AED 897,994.47 available")
    expect(visitor.messages).not_to_contain_text("USD")
    visitor.messages.get_by_test_id("open-thread").click()
    expect(visitor.page.get_by_test_id("thread").get_by_role("table")).to_contain_text("AED 0.59")
