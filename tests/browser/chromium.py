"""The browser: the Chromium that is installed, cut off from the network."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.browser.screens import TIMEOUT_MS

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",  # root cannot use it, for instance in a container; all pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)


class NoChromiumError(Exception):
    """Chromium was not found; the message says how to install it."""


def find_chromium() -> str:
    """The path of the program: that in CHROMIUM, or an installed one. Raises NoChromiumError."""
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        what = f"CHROMIUM={named} is not a program" if named else "Chromium is not installed"
        raise NoChromiumError(
            f"{what}. Debian and Ubuntu: apt-get install chromium; macOS: brew install --cask chromium; "
            "or name any Chromium or Chrome: make browser CHROMIUM=/path/to/it"
        )
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser with a temporary profile. Raises NoChromiumError."""
    program = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS), timeout=TIMEOUT_MS)
        yield browser
        browser.close()
