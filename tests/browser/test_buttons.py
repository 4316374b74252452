"""The buttons of an answer and of the Home tab, and the modals that they open."""

import re

from playwright.sync_api import expect

from tests.browser.playground import Playground, Visitor

_REFERENCE = re.compile(r"reference [0-9a-f]{16}")


def test_refresh_replaces_the_answer_and_has_a_cooldown(playground: Playground, visitor: Visitor) -> None:
    answer = visitor.ask("/balance USD")
    visitor.switch("payermax", "fail")
    answer.get_by_test_id("action-refresh").click()
    expect(visitor.messages).to_contain_text("PayerMax missing")
    expect(visitor.messages).to_have_count(1)
    playground.prolong_cooldowns()
    answer.get_by_test_id("action-refresh").click()
    expect(visitor.messages).to_have_count(2)
    expect(visitor.messages.last).to_contain_text(re.compile(r"Please wait \d+ seconds? before you refresh again"))
    expect(visitor.messages.first).to_contain_text("USD 1,008.29 available at Pagsmile")


def test_share_asks_for_confirmation_and_then_posts_to_the_channel(playground: Playground, visitor: Visitor) -> None:
    answer, dialog = visitor.ask("/balance USD"), visitor.page.get_by_role("dialog")
    answer.get_by_test_id("action-share").click()
    expect(dialog).to_contain_text("Everyone in this channel will see these balances.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    expect(visitor.messages).to_have_count(1)
    answer.get_by_test_id("action-share").press("Enter")
    expect(dialog.get_by_role("button", name="Share")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.messages).to_have_count(2)
    playground.prolong_cooldowns()
    answer.get_by_test_id("action-share").click()
    dialog.get_by_role("button", name="Share").click()
    expect(visitor.messages).to_have_count(3)
    expect(visitor.messages.last).to_contain_text(re.compile(r"Please wait \d+ seconds? before you share again"))
    visitor.become("Eli")
    expect(visitor.messages).to_have_count(1)
    shared = visitor.messages.first
    expect(shared).to_contain_text("@Dana shared this")
    expect(shared).not_to_contain_text("Only visible to you")
    expect(shared).to_contain_text("USD 1,784.63 available")
    expect(shared.get_by_role("button", name="Refresh")).to_have_count(0)
    shared.get_by_test_id("action-details").click()
    expect(visitor.messages).to_have_count(2)
    expect(visitor.messages.last).to_contain_text("Ask @Ada to add you")
    expect(dialog).to_have_count(0)


def test_details_show_account_numbers_and_the_reference_for_support(visitor: Visitor) -> None:
    details = visitor.ask("/balance USD").get_by_test_id("action-details")
    details.click()
    modal = visitor.page.get_by_role("dialog", name="Details")
    expect(modal).to_contain_text("number 10419000000401")
    expect(modal).to_contain_text(re.compile(r"code 78001\s· trace \w+"))
    expect(modal).to_contain_text(_REFERENCE)
    modal.get_by_test_id("modal-close").click()
    expect(modal).to_have_count(0)
    details.click()
    expect(modal).to_contain_text("number 10419000000401")
    visitor.page.keyboard.press("Escape")
    expect(modal).to_have_count(0)
    expect(details).to_be_focused()


def test_the_home_tab_shows_all_balances_and_has_its_own_buttons(playground: Playground, visitor: Visitor) -> None:
    visitor.go("home-tab")
    expect(visitor.home).to_contain_text("USD 1,784.63 available")
    expect(visitor.home).to_contain_text("HKD 100.00 available at Pagsmile · 0.00 frozen")
    expect(visitor.home).to_contain_text("@Dana and @Ben, in #finance and #finance-uae.")
    asked = playground.asked
    playground.prolong_cooldowns()
    visitor.go("channel-finance")
    visitor.go("home-tab")
    expect(visitor.home).to_contain_text("USD 1,784.63 available")
    assert playground.asked == asked
    visitor.switch("payermax", "fail")
    visitor.home.get_by_test_id("action-refresh").click()
    expect(visitor.home).to_contain_text("All balances, PayerMax missing")
    playground.prolong_cooldowns()
    visitor.home.get_by_test_id("action-refresh").click()
    expect(visitor.modal).to_contain_text("before you refresh again")
    visitor.modal.get_by_test_id("modal-close").click()
    visitor.home.get_by_test_id("action-details").click()
    expect(visitor.modal).to_contain_text("number 10419000000401")
    visitor.modal.get_by_test_id("modal-close").click()
    visitor.home.get_by_test_id("action-help").click()
    expect(visitor.modal).to_contain_text("/balance USD AED")
