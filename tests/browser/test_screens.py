"""Everything fits a phone and a desktop, and can be read in light and in dark."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.holdings import SIXTY_CURRENCIES
from tests.browser.looks import overflowing, pale
from tests.browser.playground import Visitor
from tests.browser.screens import DESKTOP, PHONE, Screen

_SCREENS = [
    pytest.param(DESKTOP, id="desktop-light"),
    pytest.param(replace(DESKTOP, colours="dark"), id="desktop-dark"),
    pytest.param(PHONE, id="phone-light"),
    pytest.param(replace(PHONE, colours="dark"), id="phone-dark"),
]


def _judge(visitor: Visitor, place: Locator, words: str) -> None:
    """Wait for the `words` in a place, then see whether it fits and can be read."""
    expect(place).to_contain_text(words)
    assert overflowing(visitor.page) == []
    assert pale(visitor.page) == []


@pytest.mark.parametrize("screen", _SCREENS)
def test_everything_fits_and_can_be_read(visit: Visit, screen: Screen) -> None:
    visitor = visit(screen)
    expect(visitor.page.locator("html")).to_have_attribute("data-theme", screen.colours)
    answer = visitor.ask("/balance USD AED")
    _judge(visitor, answer, "USD 11.41 frozen")
    answer.get_by_test_id("action-share").click()
    _judge(visitor, visitor.page.get_by_test_id("confirm"), "Everyone in this channel")
    visitor.page.get_by_test_id("confirm-deny").click()
    answer.get_by_test_id("action-details").click()
    _judge(visitor, visitor.modal, "code 78001")
    visitor.modal.get_by_test_id("modal-close").click()
    visitor.switch("payby", "fail")
    _judge(visitor, visitor.behind_the_scenes(), "The schedule")
    visitor.fire_schedule()
    _judge(visitor, visitor.messages.last, "without PayBy")
    visitor.messages.get_by_test_id("open-thread").click()
    _judge(visitor, visitor.page.get_by_test_id("thread"), "DISBURSEMENT")
    visitor.close_panel()
    visitor.go("home-tab")
    _judge(visitor, visitor.home, "Somebody is missing")
    visitor.go("channel-random")
    visitor.type("/balance")
    _judge(visitor, visitor.messages, "Ask @Ada to allow")


def test_the_other_theme_can_be_chosen(visitor: Visitor) -> None:
    page = visitor.page
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    page.get_by_test_id("theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).not_to_have_css("background-color", "rgb(255, 255, 255)")


@pytest.mark.parametrize("running", [SIXTY_CURRENCIES], ids=["sixty"], indirect=True)
@pytest.mark.parametrize("screen", _SCREENS)
def test_sixty_currencies_are_all_there(visit: Visit, screen: Screen) -> None:
    visitor = visit(screen)
    answer = visitor.ask("/balance")
    totals = answer.inner_text().partition(" as of ")[0]
    rows = answer.get_by_role("row").filter(has_text="PayerMax")
    expect(rows).to_have_count(60)
    for balance in SIXTY_CURRENCIES.payermax:
        assert re.search(rf"\n{balance.currency}\s", totals)
    _judge(visitor, answer, "PayerMax")
