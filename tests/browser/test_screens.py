"""The page fits a phone and a desktop, and is legible in light and in dark colours."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.companies import BALANCES, SIXTY_CURRENCIES
from tests.browser.conftest import Visit
from tests.browser.layout import low_contrast, overflowing
from tests.browser.playground import Playground, Visitor
from tests.browser.screens import DESKTOP, PHONE, Screen

_SCREENS = [
    pytest.param(DESKTOP, id="desktop-light"),
    pytest.param(replace(DESKTOP, colours="dark"), id="desktop-dark"),
    pytest.param(PHONE, id="phone-light"),
    pytest.param(replace(PHONE, colours="dark"), id="phone-dark"),
]


def _check(visitor: Visitor, place: Locator, text: str) -> None:
    """Wait until a place shows `text`, then check that the page fits and is legible."""
    expect(place).to_contain_text(text)
    assert overflowing(visitor.page) == []
    assert low_contrast(visitor.page) == []


@pytest.mark.parametrize("screen", _SCREENS)
def test_every_surface_fits_the_screen_and_is_legible(visit: Visit, screen: Screen) -> None:
    visitor = visit(screen)
    expect(visitor.page.locator("html")).to_have_attribute("data-theme", screen.colours)
    _check(visitor, visitor.ask("/balance USD AED"), "11.41 frozen")
    answer = visitor.ask("/balance USD")
    _check(visitor, answer, "USD 1,784.63 available")
    answer.get_by_test_id("action-share").click()
    _check(visitor, visitor.page.get_by_test_id("confirm"), "Everyone in this channel")
    visitor.page.get_by_test_id("confirm-deny").click()
    answer.get_by_test_id("action-details").click()
    _check(visitor, visitor.modal, "code 78001")
    visitor.modal.get_by_test_id("modal-close").click()
    visitor.switch("payby", "fail")
    _check(visitor, visitor.behind_the_scenes(), "The schedule")
    visitor.fire_schedule()
    _check(visitor, visitor.messages.last, "PayBy missing")
    visitor.go("home-tab")
    _check(visitor, visitor.home, "Somebody is missing")
    visitor.go("channel-random")
    visitor.type("/balance")
    _check(visitor, visitor.messages, "or ask @Ada to allow this channel")


@pytest.mark.parametrize("screen", _SCREENS)
def test_the_watch_fits_the_screen_and_is_legible(playground: Playground, visit: Visit, screen: Screen) -> None:
    target = {"currency": "USD", "provider": "payermax", "account": "main", "type": "DISBURSEMENT"}
    playground.watch({"target": target, "warning": "1500", "link": "https://merchant.example.com/top-up"})
    visitor = visit(screen)
    _check(visitor, visitor.messages, "Nobody is on it.")
    visitor.messages.get_by_role("button", name="I'm on it").click()
    _check(visitor, visitor.modal, "For how long?")
    visitor.close_modal()
    visitor.messages.get_by_role("button", name="Snooze").click()
    _check(visitor, visitor.modal, "Until when?")
    visitor.close_modal()
    visitor.messages.get_by_role("button", name="Details").click()
    _check(visitor, visitor.modal, "The last readings")
    visitor.close_modal()
    rules = visitor.rules()
    _check(visitor, rules, "1 of 2 rules needs attention")
    rules.get_by_role("button", name="Edit").click()
    expect(visitor.title).to_have_text("Edit the rule")
    visitor.fill("Critical level", "1.500")
    visitor.submit()
    _check(visitor, visitor.modal, "This can be two amounts.")
    visitor.fill("Critical level", "900")
    visitor.submit()
    _check(visitor, visitor.modal, "Nothing is saved yet.")
    visitor.submit()
    expect(visitor.title).to_have_text("Saved")
    visitor.close_modal()
    _check(visitor, visitor.messages.first, "PayerMax is critical")


@pytest.mark.parametrize("running", [SIXTY_CURRENCIES], ids=["sixty"], indirect=True)
@pytest.mark.parametrize("screen", _SCREENS)
def test_sixty_currencies_are_all_shown(visit: Visit, screen: Screen) -> None:
    visitor = visit(screen)
    answer = visitor.ask("/balance")
    _check(visitor, answer, "All balances")
    for balance in BALANCES:
        assert re.search(rf"\n{balance.currency}\s", answer.inner_text())
