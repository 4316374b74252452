"""The buttons below an answer and on the Home tab, and the windows that they open."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.playground import Playground, Visitor

_REFERENCE = re.compile(r"[Rr]eference ([0-9a-f]{16})")


def _reference(place: Locator) -> str:
    found = _REFERENCE.search(place.inner_text())
    assert found
    return found[1]


def test_refresh_replaces_the_answer_and_then_asks_for_patience(playground: Playground, visitor: Visitor) -> None:
    answer = visitor.ask("/balance USD")
    ts, before = answer.get_attribute("data-ts"), _reference(answer)
    answer = visitor.page.locator(f"[data-ts='{ts}']")
    answer.get_by_test_id("action-refresh").click()
    expect(answer).not_to_contain_text(before)
    expect(answer.get_by_role("table")).to_be_visible()
    expect(visitor.messages).to_have_count(2)
    playground.prolong_pauses()
    answer.get_by_test_id("action-refresh").click()
    expect(visitor.messages).to_have_count(3)
    expect(visitor.messages.last).to_contain_text(re.compile(r"Please wait \d+ seconds? before you refresh again"))
    expect(answer.get_by_role("table")).to_be_visible()


def test_share_asks_first_and_then_shows_it_to_everybody(playground: Playground, visitor: Visitor) -> None:
    answer, dialog = visitor.ask("/balance USD"), visitor.page.get_by_role("dialog")
    answer.get_by_test_id("action-share").click()
    expect(dialog).to_contain_text("Everyone in this channel will see the balances.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    expect(visitor.messages).to_have_count(2)
    answer.get_by_test_id("action-share").press("Enter")
    expect(dialog.get_by_role("button", name="Share")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.messages).to_have_count(4)
    expect(visitor.messages.nth(2)).to_contain_text("shown to everybody here")
    playground.prolong_pauses()
    answer.get_by_test_id("action-share").click()
    dialog.get_by_role("button", name="Share").click()
    expect(visitor.messages).to_have_count(5)
    expect(visitor.messages.last).to_contain_text(re.compile(r"Please wait \d+ seconds? before you share again"))
    visitor.become("Eli")
    expect(visitor.messages).to_have_count(1)
    shared = visitor.messages.first
    expect(shared).to_contain_text(re.compile(r"Shared by @Dana\s+Today.+ · asked: /balance USD"))
    expect(shared).not_to_contain_text("Only visible to you")
    expect(shared).to_contain_text("USD 1,784.63 available")
    expect(shared.get_by_role("button", name="Refresh")).to_have_count(0)
    shared.get_by_test_id("action-details").click()
    expect(visitor.messages).to_have_count(2)
    expect(visitor.messages.last).to_contain_text("Ask @Ada to allow:")
    expect(dialog).to_have_count(0)


def test_nobody_can_share_where_that_is_not_allowed(visitor: Visitor) -> None:
    visitor.go("channel-finance-uae")
    answer = visitor.ask("/balance AED")
    expect(answer.get_by_role("button", name="Refresh")).to_be_visible()
    expect(answer.get_by_role("button", name="Share to channel")).to_have_count(0)


def test_details_show_every_account_and_what_a_support_ticket_needs(visitor: Visitor) -> None:
    details = visitor.ask("/balance USD").get_by_test_id("action-details")
    details.click()
    modal = visitor.page.get_by_role("dialog", name="Balance details")
    expect(modal).to_contain_text("number 10419000000401")
    expect(modal).to_contain_text("code 78001 · trace 375099")
    expect(modal).to_contain_text(_REFERENCE)
    modal.get_by_test_id("modal-close").click()
    expect(modal).to_have_count(0)
    details.click()
    expect(modal).to_contain_text("number 10419000000401")
    visitor.page.keyboard.press("Escape")
    expect(modal).to_have_count(0)
    expect(details).to_be_focused()


def test_the_home_tab_shows_everything_and_has_buttons_of_its_own(playground: Playground, visitor: Visitor) -> None:
    visitor.go("home-tab")
    expect(visitor.home).to_contain_text("USD 1,784.63 available")
    expect(visitor.home).to_contain_text("HKD 100.00 available · — pending · HKD 0.00 frozen")
    expect(visitor.home).to_contain_text("People: @Dana")
    expect(visitor.home).to_contain_text("Channels: #finance, #finance-uae")
    before, asked = _reference(visitor.home), playground.asked
    playground.prolong_pauses()
    visitor.go("channel-finance")
    visitor.go("home-tab")
    expect(visitor.home).to_contain_text(before)
    assert playground.asked == asked
    visitor.home.get_by_test_id("action-refresh").click()
    expect(visitor.home).not_to_contain_text(before)
    expect(visitor.home).to_contain_text("USD 1,784.63 available")
    playground.prolong_pauses()
    visitor.home.get_by_test_id("action-refresh").click()
    expect(visitor.modal).to_contain_text("before you refresh again")
    visitor.modal.get_by_test_id("modal-close").click()
    visitor.home.get_by_test_id("action-details").click()
    expect(visitor.modal).to_contain_text("number 10419000000401")
    visitor.modal.get_by_test_id("modal-close").click()
    visitor.home.get_by_test_id("action-help").click()
    expect(visitor.modal).to_contain_text("/balance USD AED")


def test_the_home_tab_of_who_may_not_ask_shows_whom_to_ask(visitor: Visitor) -> None:
    visitor.go("home-tab")
    expect(visitor.home).to_contain_text("USD 1,784.63 available")
    visitor.become("Eli")
    expect(visitor.home).to_contain_text("Ask @Ada to allow:")
    expect(visitor.home).to_contain_text("U0000000666")
    expect(visitor.home).not_to_contain_text("USD")
    expect(visitor.home.get_by_role("button")).to_have_count(0)
