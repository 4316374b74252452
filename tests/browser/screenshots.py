"""`make screenshots`: takes the README's pictures, and more for review, from a running playground."""

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, expect

from tests.browser.chromium import NoChromiumError, chromium
from tests.browser.companies import BELOW_ZERO, FIVE_THOUSAND, SIXTY_CURRENCIES, THREE_MERCHANTS
from tests.browser.playground import Visitor, day_played, running_playground
from tests.browser.screens import DESKTOP, PHONE, Problems, Screen, new_page
from tests.local.company import PROVIDERS, ProviderSetUp
from tests.local.paths import PROJECT, WORKSPACE

README_PICTURES = PROJECT / "tests" / "local" / "pictures"
OTHER_PICTURES = WORKSPACE / "screenshots"

_SHARP_DESKTOP = replace(DESKTOP, pixel_ratio=2)
_SHARP_PHONE = replace(PHONE, colours="dark", pixel_ratio=2, has_touch=False)
_COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_README_ANSWER = Screen(760, 560, pixel_ratio=2)
_README_HOME = Screen(1000, 760, pixel_ratio=2)

_USD = {"currency": "USD", "provider": "payermax", "account": "main", "type": "DISBURSEMENT"}
_RULES: Sequence[Mapping[str, Any]] = (
    {"target": _USD, "warning": "1500", "critical": "500", "link": "https://merchant.example.com/top-up"},
    {"target": {"currency": "HKD", "provider": "pagsmile"}, "warning": "5000", "critical": "1000"},
    {"target": {"currency": "AED"}, "warning": "250000", "critical": "50000"},
)
_TWENTY_RULES = tuple(
    {"target": {"currency": currency, "provider": provider}, "warning": str(warning)}
    for currency, provider, warning in (
        *(("AED", "payby", 250000 + number) for number in range(10)),
        *(("USD", "payermax", 500 + 100 * number) for number in range(10)),
    )
)


@dataclass(frozen=True)
class Picture:
    """`show` navigates to the content and returns the element to be shown, or None for the whole page.

    `rules` are added before.
    """

    show: Callable[[Visitor], Locator | None]
    screen: Screen = _SHARP_DESKTOP
    folder: Path = OTHER_PICTURES
    rules: Sequence[Mapping[str, Any]] = ()


def _asks(text: str) -> Callable[[Visitor], None]:
    """Shows the answer to a command from its top."""

    def show(visitor: Visitor) -> None:
        answer = visitor.ask(f"/balance {text}")
        answer.evaluate("row => row.scrollIntoView({block: 'start'})")
        visitor.page.get_by_test_id("composer").blur()

    return show


def _past(text: str, words: str) -> Callable[[Visitor], None]:
    """Shows the answer to a question about the past from its top."""

    def show(visitor: Visitor) -> None:
        visitor.type(f"/balance {text}")
        expect(visitor.messages.last).to_contain_text(words)
        visitor.messages.last.evaluate("row => row.scrollIntoView({block: 'start'})")
        visitor.page.get_by_test_id("composer").blur()

    return show


def _answer(visitor: Visitor) -> Locator:
    return visitor.ask("/balance USD")


def _home(visitor: Visitor) -> Locator:
    visitor.go("home-tab")
    expect(visitor.home).to_contain_text("Who may ask")
    return visitor.home


def _whole_home(visitor: Visitor) -> None:
    _home(visitor)


def _details(visitor: Visitor) -> None:
    visitor.ask("/balance USD").get_by_test_id("action-details").click()
    expect(visitor.modal).to_contain_text("Not in the answer")


def _outage(visitor: Visitor) -> None:
    visitor.switch("payermax", "fail")
    visitor.switch("payby", "lie")
    expect(visitor.ask("/balance")).to_contain_text("missing")


def _refusal(visitor: Visitor) -> None:
    visitor.go("channel-random")
    visitor.type("/balance USD")
    expect(visitor.messages).to_contain_text("or ask @Ada")


def _texts(visitor: Visitor) -> None:
    for text, answer in (("EUR", "Nobody holds EUR."), ("uds", "Did you mean USD?"), ("help", "What you can type")):
        visitor.type(f"/balance {text}")
        expect(visitor.messages.last).to_contain_text(answer)
    visitor.page.get_by_test_id("composer").blur()


def _confirm(visitor: Visitor) -> None:
    visitor.ask("/balance USD").get_by_test_id("action-share").click()
    expect(visitor.page.get_by_test_id("confirm")).to_be_visible()


def _shared(visitor: Visitor) -> None:
    _confirm(visitor)
    visitor.page.get_by_test_id("confirm").get_by_role("button", name="Share").click()
    expect(visitor.messages.last).to_contain_text("shared this")


def _digest(visitor: Visitor) -> None:
    visitor.fire_schedule()
    expect(visitor.messages).to_contain_text("All balances")


def _rules(visitor: Visitor) -> None:
    visitor.rules().evaluate("row => row.scrollIntoView({block: 'start'})")
    visitor.page.get_by_test_id("composer").blur()


def _rule_form(visitor: Visitor) -> None:
    visitor.type("/balance watch USD payermax:main DISBURSEMENT below 1500 critical 500")
    expect(visitor.field("Warning level")).to_have_value("1,500.00")


def _rule_form_with_errors(visitor: Visitor) -> None:
    _rule_form(visitor)
    visitor.fill("Warning level", "1.500")
    visitor.fill("Critical level", "a little")
    visitor.submit()
    expect(visitor.error("Critical level")).to_be_visible()


def _end_of_rule_form(visitor: Visitor) -> None:
    _rule_form(visitor)
    visitor.fill("Quiet hours", "at night")
    visitor.submit()
    visitor.field("Link to top up").scroll_into_view_if_needed()


def _rule_preview(visitor: Visitor) -> None:
    _rule_form(visitor)
    visitor.submit()
    expect(visitor.modal).to_contain_text("Nothing is saved yet.")


def _rule_saved(visitor: Visitor) -> None:
    _rule_preview(visitor)
    visitor.submit()
    expect(visitor.title).to_have_text("Saved")


def _confirm_removal(visitor: Visitor) -> None:
    visitor.rules().get_by_role("button", name="Remove").first.click()
    expect(visitor.page.get_by_test_id("confirm")).to_be_visible()


def _presses(button: str, title: str) -> Callable[[Visitor], None]:
    """Shows what a button of the last alert opens."""

    def show(visitor: Visitor) -> None:
        visitor.messages.last.get_by_role("button", name=button, exact=True).click()
        expect(visitor.title).to_have_text(title)
        expect(visitor.modal).not_to_contain_text("Looking at the rule…")

    return show


def _taken(visitor: Visitor) -> None:
    _presses("I'm on it", "I'm on it")(visitor)
    visitor.submit()
    expect(visitor.title).to_have_text("Done")


def _watch_at_home(visitor: Visitor) -> None:
    _home(visitor)
    visitor.home.get_by_text("Watch", exact=True).evaluate("title => title.scrollIntoView({block: 'center'})")


def _digest_with_incidents(visitor: Visitor) -> None:
    visitor.fire_schedule()
    incidents = visitor.messages.last.get_by_text("Open incidents", exact=True)
    expect(incidents).to_be_visible()
    incidents.evaluate("title => title.scrollIntoView({block: 'center'})")


def _at(clock: str, channel: str = "channel-money") -> Callable[[Visitor], None]:
    """Shows a channel of a played day at a time."""

    def show(visitor: Visitor) -> None:
        visitor.go(channel)
        visitor.play_until(clock)
        visitor.messages.last.evaluate("row => row.scrollIntoView({block: 'end'})")

    return show


def _first_alert(visitor: Visitor) -> Locator:
    visitor.play_until("06:45")
    return visitor.messages.first


def _thread(visitor: Visitor) -> None:
    visitor.messages.get_by_role("button", name="View thread").last.click()
    expect(visitor.page.get_by_test_id("thread")).to_be_visible()


_README_PICTURES: Mapping[str, Picture] = {
    "answer": Picture(_answer, _README_ANSWER, README_PICTURES),
    "answer-phone-dark": Picture(_asks(""), _SHARP_PHONE, README_PICTURES),
    "home": Picture(_home, _README_HOME, README_PICTURES),
}
_README_ALERT = Picture(_first_alert, _README_ANSWER, README_PICTURES)
# Everything that is shown, by company.
_SHOWN: Sequence[tuple[Mapping[str, ProviderSetUp], Mapping[str, Callable[[Visitor], None]]]] = (
    (
        PROVIDERS,
        {
            "one-currency": _asks("USD"),
            "all": _asks(""),
            "history": _past("history USD", "in 7 days"),
            "why": _past("why USD", "not from transactions"),
            "texts": _texts,
            "refusal": _refusal,
            "confirm": _confirm,
            "shared": _shared,
            "details": _details,
            "digest": _digest,
            "outage": _outage,
            "home-tab": _whole_home,
        },
    ),
    (SIXTY_CURRENCIES, {"sixty-currencies": _asks("")}),
    (THREE_MERCHANTS, {"three-merchants": _asks("USD"), "three-merchants-all": _asks("")}),
    (BELOW_ZERO, {"below-zero": _asks("USD"), "below-zero-all": _asks("")}),
    (FIVE_THOUSAND, {"five-thousand": _asks("")}),
)
# The watch of the documented company, by rules.
_WATCHED: Sequence[tuple[Sequence[Mapping[str, Any]], Mapping[str, Callable[[Visitor], None]]]] = (
    (
        (),
        {
            "no-rules": _rules,
            "rule-form": _rule_form,
            "rule-form-end": _end_of_rule_form,
            "rule-form-errors": _rule_form_with_errors,
            "rule-preview": _rule_preview,
            "rule-saved": _rule_saved,
        },
    ),
    (
        _RULES,
        {
            "rules": _rules,
            "rule-removal": _confirm_removal,
            "take": _presses("I'm on it", "I'm on it"),
            "taken": _taken,
            "snooze": _presses("Snooze", "Snooze"),
            "alert-details": _presses("Details", "Details"),
            "home-watch": _watch_at_home,
            "digest-incidents": _digest_with_incidents,
        },
    ),
    (_TWENTY_RULES, {"twenty-rules": _rules}),
)
# What is seen of a played day, in its order.
_DAYS: Mapping[str, Mapping[str, Callable[[Visitor], None]]] = {
    "php-dry": {
        "alert-low": _at("06:45"),
        "alert-critical": _at("07:45"),
        "alert-lapsed": _at("08:00"),
        "alert-recovering": _at("08:15"),
        "alert-back": _at("09:00"),
        "alert-thread": _thread,
    },
    "silent": {"alert-unseen": _at("06:45"), "alert-seen-again": _at("07:15")},
    "snoozed": {"alert-snoozed": _at("07:00")},
    "freeze": {"alert-frozen": _at("09:30", "channel-alerts")},
}


def _on_every_screen(
    shown: Mapping[str, Callable[[Visitor], None]], rules: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Picture]:
    screens = {
        f"{device}-{colours}": replace(screen, colours=colours)
        for device, screen in (("desktop", _SHARP_DESKTOP), ("phone", _SHARP_PHONE))
        for colours in _COLOURS
    }
    return {
        f"{name}-{end}": Picture(show, screen, rules=rules)
        for name, show in shown.items()
        for end, screen in screens.items()
    }


def main() -> int:
    """Take every picture and print its path. Returns the exit code: 0, or 2 without Chromium."""
    try:
        with chromium() as browser, tempfile.TemporaryDirectory() as scratch:
            keys, logs = Path(scratch) / "keys", Path(scratch) / "logs"
            for providers, shown in _SHOWN:
                pictures = _on_every_screen(shown)
                if providers is PROVIDERS:
                    pictures |= _README_PICTURES
                    for rules, watched in _WATCHED:
                        pictures |= _on_every_screen(watched, rules)
                with running_playground(keys, logs, providers, has_history=providers is PROVIDERS) as playground:
                    for name, picture in pictures.items():
                        playground.watch(*picture.rules)
                        _take(browser, playground.url, name, picture)
                        playground.reset()
            for day, shown in _DAYS.items():
                readme = {"alert": _README_ALERT} if day == "php-dry" else {}
                with day_played(day) as url:
                    for name, picture in {**readme, **_on_every_screen(shown)}.items():
                        _take(browser, url, name, picture)
    except NoChromiumError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _take(browser: Browser, url: str, name: str, picture: Picture) -> None:
    with new_page(browser, picture.screen, Problems()) as page:
        shown = picture.show(Visitor(page, url))
        picture.folder.mkdir(parents=True, exist_ok=True)
        path = picture.folder / f"{name}.png"
        page.mouse.move(0, 0)
        page.screenshot(path=path, clip=_frame(shown) if shown else None, animations="disabled", caret="hide")
        _make_small(path)
        print(f"{path.relative_to(PROJECT)}  {path.stat().st_size // 1000} kB")


def _make_small(path: Path) -> None:
    """Reduce to 256 colours, which are enough for text and make the file three times smaller."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def _frame(shown: Locator) -> FloatRect:
    shown.evaluate("element => element.scrollIntoView({block: 'start'})")
    box = shown.bounding_box()
    assert box
    return box


if __name__ == "__main__":
    sys.exit(main())
