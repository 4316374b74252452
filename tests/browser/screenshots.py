"""`make screenshots`: takes the README's pictures, and more for review, from a running playground."""

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, expect

from tests.browser.chromium import NoChromiumError, chromium
from tests.browser.companies import BELOW_ZERO, FIVE_THOUSAND, SIXTY_CURRENCIES, THREE_MERCHANTS
from tests.browser.playground import Playground, Visitor, running_playground
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


@dataclass(frozen=True)
class Picture:
    """`show` navigates to the content and returns the element to be shown, or None for the whole page."""

    show: Callable[[Visitor], Locator | None]
    screen: Screen = _SHARP_DESKTOP
    folder: Path = OTHER_PICTURES


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


_README_PICTURES: Mapping[str, Picture] = {
    "answer": Picture(_answer, _README_ANSWER, README_PICTURES),
    "answer-phone-dark": Picture(_asks(""), _SHARP_PHONE, README_PICTURES),
    "home": Picture(_home, _README_HOME, README_PICTURES),
}
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


def _on_every_screen(shown: Mapping[str, Callable[[Visitor], None]]) -> dict[str, Picture]:
    screens = {
        f"{device}-{colours}": replace(screen, colours=colours)
        for device, screen in (("desktop", _SHARP_DESKTOP), ("phone", _SHARP_PHONE))
        for colours in _COLOURS
    }
    return {f"{name}-{end}": Picture(show, screen) for name, show in shown.items() for end, screen in screens.items()}


def main() -> int:
    """Take every picture and print its path. Returns the exit code: 0, or 2 without Chromium."""
    try:
        with chromium() as browser, tempfile.TemporaryDirectory() as scratch:
            keys, logs = Path(scratch) / "keys", Path(scratch) / "logs"
            for providers, shown in _SHOWN:
                readme = _README_PICTURES if providers is PROVIDERS else {}
                with running_playground(keys, logs, providers, has_history=providers is PROVIDERS) as playground:
                    _take_all(browser, playground, {**readme, **_on_every_screen(shown)})
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
