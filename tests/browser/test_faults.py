"""Faults that a person switches on in the playground."""

import re

from playwright.sync_api import expect

from tests.browser.playground import Visitor

_RAW = re.compile("Traceback|arn:|Error|exception")


def test_an_outage_is_explained_in_plain_words_and_ends(visitor: Visitor) -> None:
    visitor.switch("payermax", "fail")
    answer = visitor.ask("/balance USD")
    expect(answer).to_contain_text("USD 1,008.29 available")
    expect(answer.get_by_role("img", name="warning emoji").first).to_be_visible()
    expect(answer).to_contain_text("USD 1,008.29 available at Pagsmile, PayerMax missing")
    expect(answer).to_contain_text("PayerMax cannot be reached. Try again in a few minutes.")
    expect(answer).not_to_contain_text(_RAW)
    answer.get_by_test_id("action-details").click()
    expect(visitor.modal).to_contain_text(re.compile("Not in the answer.*PayerMax is down", re.DOTALL))
    visitor.modal.get_by_test_id("modal-close").click()
    visitor.switch("payermax", "")
    complete = visitor.ask("/balance USD")
    expect(complete).to_contain_text("USD 1,784.63 available")
    expect(complete).not_to_contain_text("missing")


def test_without_any_provider_the_answer_has_no_total_and_no_zero(visitor: Visitor) -> None:
    for provider in ("pagsmile", "payby", "payermax"):
        visitor.switch(provider, "reset")
    answer = visitor.ask("/balance USD")
    for name in ("Pagsmile", "PayBy", "PayerMax"):
        expect(answer).to_contain_text(name)
    expect(answer).not_to_contain_text(re.compile(r"USD [\d—]"))
    expect(answer).not_to_contain_text(_RAW)
    expect(answer.get_by_role("table")).to_have_count(0)


def test_when_slack_refuses_blocks_the_answer_comes_as_text(visitor: Visitor) -> None:
    visitor.refuse_blocks()
    visitor.type("/balance USD")
    expect(visitor.messages).to_contain_text("USD 1,784.63 available")
    expect(visitor.messages).to_contain_text("• PayerMax: 776.34 · 9,248.93 pending · 11.41 frozen")
    expect(visitor.messages).to_have_count(1)


def test_the_page_shows_requests_with_their_secrets_masked(visitor: Visitor) -> None:
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
    answer.hover()
    answer.get_by_role("button", name="Show the JSON of this message").click()
    expect(panel.get_by_test_id("json")).to_contain_text('"type": "header"')
