"""What goes wrong, turned on at the page itself."""

import re

from playwright.sync_api import expect

from tests.browser.playground import Visitor

_RAW = re.compile("Traceback|arn:|Error|exception")
_OPEN_ALL_AND_SCROLL_DOWN = """(panel) => {
  for (const each of panel.querySelectorAll('details')) each.open = true;
  panel.scrollTo(0, panel.scrollHeight);
}"""


def test_an_outage_is_told_in_plain_words_and_ends(visitor: Visitor) -> None:
    visitor.switch("payermax", "fail")
    answer = visitor.ask("/balance USD")
    expect(answer).to_contain_text("USD 1,008.29 available")
    expect(answer.get_by_role("img", name="warning emoji").first).to_be_visible()
    expect(answer).to_contain_text("The totals are incomplete: without PayerMax.")
    expect(answer).to_contain_text("PayerMax (USD) is down: try again in a few minutes.")
    expect(answer).not_to_contain_text(_RAW)
    answer.get_by_test_id("action-details").click()
    expect(visitor.modal).to_contain_text("What could not be answered")
    expect(visitor.modal).to_contain_text("PayerMax (USD) is down: try again in a few minutes · unavailable")
    visitor.modal.get_by_test_id("modal-close").click()
    visitor.switch("payermax", "")
    mended = visitor.ask("/balance USD")
    expect(mended).to_contain_text("USD 1,784.63 available")
    expect(mended).not_to_contain_text("incomplete")


def test_without_any_provider_there_is_no_total_and_no_zero(visitor: Visitor) -> None:
    for provider in ("pagsmile", "payby", "payermax"):
        visitor.switch(provider, "reset")
    answer = visitor.ask("/balance USD")
    for name in ("Pagsmile", "PayBy", "PayerMax"):
        expect(answer).to_contain_text(name)
    expect(answer).not_to_contain_text(re.compile(r"USD [\d—]"))
    expect(answer).not_to_contain_text(_RAW)
    expect(answer.get_by_role("table")).to_have_count(0)


def test_a_slack_that_refuses_blocks_gets_the_same_as_text(visitor: Visitor) -> None:
    visitor.refuse_blocks()
    visitor.type("/balance USD")
    told = "available USD 1,784.63 · pending USD 9,248.93 · frozen USD 11.41"
    expect(visitor.messages.filter(has_text=told)).to_be_visible()
    expect(visitor.messages).to_have_count(2)


def test_the_requests_are_shown_and_nothing_in_them_is_secret(visitor: Visitor) -> None:
    answer = visitor.ask("/balance AED payby")
    panel = visitor.behind_the_scenes()
    panel.get_by_role("tab", name="Requests").click()
    requests = panel.get_by_test_id("request")
    to_bot = requests.and_(visitor.page.locator("[data-service=bot]")).first
    to_bot.click()
    expect(to_bot).to_contain_text("text = AED payby")
    expect(to_bot).to_contain_text(re.compile("x-slack-signature:?•••• masked ••••"))
    expect(to_bot).to_contain_text(re.compile(r"response_url = \S+•••• masked ••••"))
    expect(requests.and_(visitor.page.locator("[data-service=payby]")).first).to_be_visible()
    panel.get_by_role("tabpanel").evaluate(_OPEN_ALL_AND_SCROLL_DOWN)
    answer.hover()
    answer.get_by_role("button", name="Show the JSON of this message").click()
    expect(panel.get_by_test_id("json")).to_contain_text('"type": "table"')
    expect(panel.get_by_role("button", name="Copy")).to_be_in_viewport()
