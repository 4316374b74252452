"""The scheduled post."""

from playwright.sync_api import expect

from tests.browser.playground import Visitor


def test_the_digest_has_its_accounts_in_a_thread(visitor: Visitor) -> None:
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


def test_each_channel_has_its_currencies_and_everybody_there_sees_them(visitor: Visitor) -> None:
    visitor.fire_schedule()
    visitor.go("channel-finance-uae")
    visitor.become("Eli")
    expect(visitor.messages).to_have_count(1)
    expect(visitor.messages).to_contain_text("AED 897,994.47 available")
    expect(visitor.messages).not_to_contain_text("USD")
    visitor.messages.get_by_test_id("open-thread").click()
    expect(visitor.page.get_by_test_id("thread").get_by_role("table")).to_contain_text("AED 0.59")
