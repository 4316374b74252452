"""What the page is looked at with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request


@dataclass(frozen=True)
class Screen:
    """A size in CSS pixels, the colours that its owner prefers, and whether there is a finger and no mouse."""

    width: int
    height: int
    colours: Literal["light", "dark"] = "light"
    sharpness: float = 1
    is_touched: bool = False


DESKTOP = Screen(1280, 800)
PHONE = Screen(390, 844, is_touched=True)
# A busy machine may need that long for what a person does in an instant.
MOST_MS = 60_000


class Problems(list[str]):
    """What a good page never has: errors and warnings in the console, and requests to another machine."""

    def watch(self, page: Page) -> None:
        """Notice from now on."""
        page.on("console", self._notice_words)
        page.on("pageerror", lambda error: self.append(f"uncaught: {error}"))
        page.on("request", self._notice_request)
        page.on("websocket", lambda socket: self.append(f"opened {socket.url}"))

    def _notice_words(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.append(f"{message.type}: {message.text}")

    def _notice_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.hostname != "127.0.0.1":
            self.append(f"asked for {request.url}")


@contextmanager
def new_page(browser: Browser, screen: Screen, problems: Problems) -> Iterator[Page]:
    """A page of a browser that knows nothing yet, in English and UTC; what goes wrong in it is added to `problems`."""
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.colours,
        device_scale_factor=screen.sharpness,
        has_touch=screen.is_touched,
        reduced_motion="reduce",  # what fades is not to be looked at halfway
        locale="en-US",
        timezone_id="UTC",
    )
    context.set_default_timeout(MOST_MS)
    page = context.new_page()
    problems.watch(page)
    yield page
    context.close()
