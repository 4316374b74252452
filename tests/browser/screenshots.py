"""`make screenshots`: takes the README's pictures, and more for review, from a running playground."""

import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, expect

from tests.browser.chromium import NoChromiumError, chromium
from tests.browser.many_currencies import SIXTY_CURRENCIES
from tests.browser.playground import Playground, Visitor, running_playground
from tests.browser.screens import DESKTOP, PHONE, Problems, Screen, new_page
from tests.local.paths import PROJECT, WORKSPACE

README_PICTURES = PROJECT / "tests" / "local" / "pictures"
OTHER_PICTURES = WORKSPACE / "screenshots"

_SHARP_DESKTOP = replace(DESKTOP, pixel_ratio=2)
_SHARP_PHONE = replace(PHONE, colours="dark", pixel_ratio=2, has_touch=False)
# Wide enough for one line per row of the answer's table; high enough for the accounts on the Home tab.
_README_ANSWER = Screen(1100, 780, pixel_ratio=2)
_README_HOME = Screen(1000, 700, pixel_ratio=2)


@dataclass(frozen=True)
class Picture:
    """`show` navigates to the content and returns the element to be shown, or None for the whole page."""

    show: Callable[[Visitor], Locator | None]
    screen: Screen = _SHARP_DESKTOP
    folder: Path = OTHER_PICTURES


def _answer(visitor: Visitor) -> Locator:
    return visitor.ask("/balance USD AED")


def _answer_from_its_top(visitor: Visitor) -> None:
    answer = visitor.ask("/balance USD AED")
    answer.evaluate("row => row.scrollIntoView({block: 'start'})")
    visitor.page.get_by_test_id("composer").blur()


def _home(visitor: Visitor) -> Locator:
    visitor.go("home-tab")
    expect(visitor.home).to_contain_text("Who may ask")
    return visitor.home


def _details(visitor: Visitor) -> None:
    visitor.ask("/balance USD AED").get_by_test_id("action-details").click()
    expect(visitor.modal).to_contain_text("What could not be answered")


def _outage(visitor: Visitor) -> None:
    visitor.switch("payermax", "fail")
    expect(visitor.ask("/balance USD")).to_contain_text("without PayerMax")


def _refusal(visitor: Visitor) -> None:
    visitor.become("Gus")
    visitor.type("/balance USD")
    expect(visitor.messages).to_contain_text("Ask @Ada")


def _confirm(visitor: Visitor) -> None:
    visitor.ask("/balance USD").get_by_test_id("action-share").click()
    expect(visitor.page.get_by_test_id("confirm")).to_be_visible()


def _digest(visitor: Visitor) -> None:
    visitor.fire_schedule()
    visitor.messages.get_by_test_id("open-thread").click()
    expect(visitor.page.get_by_test_id("thread").get_by_role("table")).to_be_visible()


def _sixty(visitor: Visitor) -> None:
    table = visitor.ask("/balance").get_by_role("table")
    table.evaluate("table => table.scrollIntoView({block: 'center'})")


_PICTURES: Mapping[str, Picture] = {
    "answer": Picture(_answer, _README_ANSWER, README_PICTURES),
    "answer-phone-dark": Picture(_answer_from_its_top, _SHARP_PHONE, README_PICTURES),
    "home": Picture(_home, _README_HOME, README_PICTURES),
    "answer-dark": Picture(_answer_from_its_top, replace(_SHARP_DESKTOP, colours="dark")),
    "home-phone-dark": Picture(_home, _SHARP_PHONE),
    "refusal": Picture(_refusal),
}
# These are taken on both screens.
_OTHERS = {"confirm": _confirm, "details": _details, "digest": _digest, "outage": _outage}


def _on_both_screens(others: Mapping[str, Callable[[Visitor], None]]) -> dict[str, Picture]:
    screens = {"": _SHARP_DESKTOP, "-phone-dark": _SHARP_PHONE}
    return {f"{name}{end}": Picture(show, screen) for name, show in others.items() for end, screen in screens.items()}


def main() -> int:
    """Take every picture and print its path. Returns the exit code: 0, or 2 without Chromium."""
    try:
        with chromium() as browser, tempfile.TemporaryDirectory() as scratch:
            keys, logs = Path(scratch) / "keys", Path(scratch) / "logs"
            with running_playground(keys, logs) as playground:
                _take_all(browser, playground, {**_PICTURES, **_on_both_screens(_OTHERS)})
            with running_playground(keys, logs, SIXTY_CURRENCIES) as playground:
                _take_all(browser, playground, _on_both_screens({"sixty-currencies": _sixty}))
    except NoChromiumError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _take_all(browser: Browser, playground: Playground, pictures: Mapping[str, Picture]) -> None:
    for name, picture in pictures.items():
        with new_page(browser, picture.screen, Problems()) as page:
            shown = picture.show(Visitor(page, playground.url))
            picture.folder.mkdir(parents=True, exist_ok=True)
            path = picture.folder / f"{name}.png"
            page.mouse.move(0, 0)
            page.screenshot(path=path, clip=_frame(shown) if shown else None, animations="disabled", caret="hide")
            _make_small(path)
            print(f"{path.relative_to(PROJECT)}  {path.stat().st_size // 1000} kB")
        playground.reset()


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
