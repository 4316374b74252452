"""The watch: a rule from the command to its alert, the buttons of an alert, the list of rules, and a played day."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.playground import Playground, Visitor, day_played
from tests.browser.screens import DESKTOP

_LOW = "USD at PayerMax is low: 776.34"
_USD = {
    "target": {"currency": "USD", "provider": "payermax", "account": "main", "type": "DISBURSEMENT"},
    "warning": "1500",
}
_AED = {"target": {"currency": "AED", "provider": "payby"}, "warning": "1000"}
_TOP_UP = "https://merchant.example.com/top-up"


def _alert(visitor: Visitor, headline: str = _LOW) -> Locator:
    """The message of an incident in the channel, by its headline."""
    return visitor.messages.filter(has=visitor.page.get_by_role("heading", name=headline))


def _done(visitor: Visitor, text: str) -> None:
    """Wait for the modal that says what was done, and close it."""
    expect(visitor.title).to_have_text("Done")
    expect(visitor.modal).to_contain_text(text)
    visitor.close_modal()


def test_a_rule_is_made_from_a_command_and_its_alert_comes(playground: Playground, visitor: Visitor) -> None:
    playground.take_snapshot()
    visitor.type("/balance watch USD payermax:main DISBURSEMENT below 5k")
    expect(visitor.field("Warning level")).to_have_value("5,000.00")
    expect(visitor.field("Type of account")).to_have_value("DISBURSEMENT")
    visitor.fill("Warning level", "1.500")
    visitor.choose("Readings in a row", "1")
    visitor.fill("Link to top up", _TOP_UP)
    visitor.submit()
    expect(visitor.error("Warning level")).to_have_text("This can be two amounts. Write 1500 or 1.5.")
    expect(visitor.modal.locator(".field-error")).to_have_count(1)
    expect(visitor.field("Warning level")).to_be_focused()
    visitor.fill("Warning level", "1.5k")
    visitor.submit()
    expect(visitor.title).to_have_text("Check the rule")
    expect(visitor.modal).to_contain_text(
        "Warning at or below 1,500.00, critical below zero, back at or above 2,250.00"
    )
    expect(visitor.modal).to_contain_text("Nothing is saved yet.")
    visitor.close_modal()
    expect(visitor.title).to_have_text("Watch a balance")
    expect(visitor.field("Warning level")).to_have_value("1.5k")
    expect(visitor.field("Readings in a row")).to_have_value("1")
    visitor.fill("Critical level", "500")
    visitor.submit()
    expect(visitor.modal).to_contain_text("critical at or below 500.00")
    visitor.submit()
    expect(visitor.title).to_have_text("Saved")
    visitor.close_modal()
    expect(visitor.modal).to_have_count(0)
    expect(_alert(visitor)).to_contain_text("At or below the warning level of 1,500.00 since Today at")
    expect(_alert(visitor)).to_contain_text("Available at PayerMax, account main, DISBURSEMENT. Owner @Dana")
    rules = visitor.rules()
    expect(rules.get_by_role("heading", name="1 of 2 rules needs attention")).to_be_visible()
    expect(rules).to_contain_text(
        "Warning at or below 1,500.00 · critical at or below 500.00 · back at or above 2,250.00"
    )
    expect(rules).to_contain_text("Added by @Dana.")


def test_an_alert_is_taken_snoozed_and_called_false_and_everybody_sees_by_whom(
    playground: Playground, visitor: Visitor, visit: Visit
) -> None:
    playground.watch({**_USD, "link": _TOP_UP})
    dana, ben = visitor, visit(DESKTOP)
    ben.become("Ben")
    seen = _alert(dana)
    expect(seen).to_contain_text("Nobody is on it.")
    _alert(ben).get_by_role("button", name="I'm on it").click()
    ben.choose("For how long?", "1 hour")
    ben.submit()
    _done(ben, "You are on it until")
    expect(seen).to_contain_text(re.compile(r"@Ben is on it until \d+:\d\d [AP]M\."))
    expect(seen).not_to_contain_text("Nobody is on it.")
    seen.get_by_role("button", name="Snooze").click()
    dana.modal.get_by_test_id("modal-submit").click()
    expect(dana.error("Why?")).to_have_text("Please complete this required field.")
    dana.fill("Why?", "Top-up comes tomorrow")
    dana.submit()
    _done(dana, "Snoozed until")
    snoozed = re.compile("Snoozed until (Today|Tomorrow) at .* by @Dana: Top-up comes tomorrow")
    expect(_alert(ben)).to_contain_text(snoozed)
    seen.get_by_role("button", name="End the snooze").click()
    expect(seen.get_by_role("button", name="Snooze", exact=True)).to_be_visible()
    expect(seen).not_to_contain_text("Top-up comes tomorrow")
    _alert(ben).get_by_role("button", name="False alarm").click()
    expect(seen).to_contain_text("@Ben called it a false alarm.")
    expect(seen.get_by_role("button", name="False alarm")).to_have_count(0)
    link = seen.get_by_role("link", name="Top up at PayerMax")
    expect(link).to_have_attribute("href", _TOP_UP)
    expect(dana.messages.last).to_contain_text("The snooze is over.")
    expect(ben.messages.last).to_contain_text("It is marked as a false alarm.")


def test_an_alert_shows_its_details_and_today_s_balance(playground: Playground, visitor: Visitor) -> None:
    playground.watch(_USD)
    snapshots = playground.snapshots
    _alert(visitor).get_by_role("button", name="Refresh").click()
    answer = visitor.messages.filter(has_text="Only visible to you")
    expect(answer).to_contain_text("USD 776.34 available at PayerMax")
    expect(_alert(visitor)).to_be_visible()
    assert playground.snapshots == snapshots
    _alert(visitor).get_by_role("button", name="Details").click()
    for part in ("Incident 1, open for", "Nobody has taken it.", "Warning level: at or below 1,500.00", "revision 1"):
        expect(visitor.modal).to_contain_text(part)
    visitor.close_modal()
    visitor.become("Eli")
    _alert(visitor).get_by_role("button", name="I'm on it").click()
    expect(visitor.messages.last).to_contain_text("Ask @Ada to add you")
    expect(visitor.modal).to_have_count(0)


def test_rules_are_edited_and_removed_from_their_list(playground: Playground, visitor: Visitor) -> None:
    playground.watch(_USD, _AED)
    rules = visitor.rules()
    expect(rules.get_by_role("heading", name="1 of 3 rules needs attention")).to_be_visible()
    rules.get_by_role("button", name="Edit").nth(1).click()
    expect(visitor.title).to_have_text("Edit the rule")
    expect(visitor.modal).to_contain_text("AED at PayBy, available")
    visitor.fill("Warning level", "2k")
    visitor.submit()
    expect(visitor.title).to_have_text("Check the rule")
    visitor.submit()
    expect(visitor.modal).to_contain_text("is watched with the new settings")
    visitor.close_modal()
    rules = visitor.rules()
    expect(rules).to_contain_text("Warning at or below 2,000.00")
    expect(rules).to_contain_text("Changed last by @Dana (revision 2).")
    visitor.go("home-tab")
    expect(visitor.home).to_contain_text(_LOW)
    expect(visitor.home).to_contain_text("AED at PayBy is fine: 897,993.88")
    visitor.go("channel-finance")
    remove, confirm = rules.get_by_role("button", name="Remove"), visitor.page.get_by_test_id("confirm")
    remove.nth(1).click()
    expect(confirm).to_contain_text("AED at PayBy will not be watched by this rule any more.")
    confirm.get_by_role("button", name="Keep it").click()
    expect(remove).to_have_count(2)
    remove.nth(1).click()
    confirm.get_by_role("button", name="Remove").click()
    expect(rules).to_contain_text("Removed: AED at PayBy, warning at or below 2,000.00.")
    expect(remove).to_have_count(1)
    visitor.type("/balance who")
    who = visitor.messages.last
    expect(who).to_contain_text("@Dana removed the rule AED payby")
    expect(who).to_contain_text("@Dana added or changed the rule AED payby")


def test_a_person_who_is_no_admin_sees_the_rules_and_cannot_change_them(
    playground: Playground, visitor: Visitor
) -> None:
    playground.watch(_USD)
    visitor.become("Ben")
    rules = visitor.rules()
    expect(rules).to_contain_text(_LOW)
    expect(rules.get_by_role("button", name="Snooze")).to_have_count(2)
    expect(rules.get_by_role("button", name=re.compile("Add|Edit|Remove"))).to_have_count(0)
    visitor.type("/balance watch USD below 5")
    expect(visitor.messages.last).to_contain_text("Rules may be changed only by a few people. Ask @Ada to add you")
    expect(visitor.messages.last).to_contain_text("Nothing was changed.")
    expect(visitor.modal).to_have_count(0)


@pytest.fixture
def dry_day() -> Iterator[str]:
    """The URL of a played day on which money runs low; it ends after the pages are closed."""
    with day_played("php-dry") as url:
        yield url


def test_a_played_day_tells_that_somebody_s_time_is_over(dry_day: str, visit: Visit) -> None:
    ana = visit(DESKTOP, dry_day)
    alert = _alert(ana, "PHP at PayerMax is low: 430,000.00")
    ana.play_until("06:45")
    expect(alert).to_contain_text("Nobody is on it.")
    alert.get_by_role("button", name="I'm on it").click()
    ana.choose("For how long?", "30 minutes")
    ana.submit()
    _done(ana, "You are on it until")
    expect(alert).to_contain_text("@Ana is on it until 7:15 AM.")
    expect(ana.messages).to_have_count(1)
    ana.play_until("07:30")
    lapsed = ana.messages.filter(has_text="replied to a thread")
    expect(lapsed).to_contain_text("Still low: 320,000.00. @Ana, your time is over.")
    ana.messages.get_by_role("button", name="1 reply").click()
    expect(ana.page.get_by_test_id("thread")).to_contain_text("@Ana, your time is over.")
