"""The screens on which the page is tested."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request


@dataclass(frozen=True)
class Screen:
    """A size in CSS pixels, the preferred colour scheme, the device's pixel ratio, and whether it is a touch screen."""

    width: int
    height: int
    colours: Literal["light", "dark"] = "light"
    pixel_ratio: float = 1
    has_touch: bool = False


DESKTOP = Screen(1280, 800)
PHONE = Screen(390, 844, has_touch=True)
# The timeout of every wait; generous, because the machine may be busy.
TIMEOUT_MS = 60_000


class Problems(list[str]):
    """Errors and warnings in the console, and requests to another machine; a good page has none."""

    def watch(self, page: Page) -> None:
        """Record the problems of a page from now on."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.append(f"uncaught: {error}"))
        page.on("request", self._on_request)
        page.on("websocket", lambda socket: self.append(f"opened {socket.url}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.append(f"{message.type}: {message.text}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.hostname != "127.0.0.1":
            self.append(f"asked for {request.url}")


@contextmanager
def new_page(browser: Browser, screen: Screen, problems: Problems) -> Iterator[Page]:
    """A page with an empty profile, in English and UTC. Its problems are added to `problems`."""
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.colours,
        device_scale_factor=screen.pixel_ratio,
        has_touch=screen.has_touch,
        reduced_motion="reduce",  # so that no screenshot shows an animation halfway
        locale="en-US",
        timezone_id="UTC",
    )
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    problems.watch(page)
    yield page
    context.close()
