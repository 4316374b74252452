"""The browser: the machine's own Chromium, which talks to nobody but this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.browser.screens import MOST_MS

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",  # which root may not have, as in a container; every page here is our own
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
    """There is no Chromium here; the text says how to get one."""


def find_chromium() -> str:
    """The program's path: that in CHROMIUM, else one that is installed. Raises NoChromiumError."""
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        what = f"CHROMIUM={named} is no program here" if named else "Chromium is not installed here"
        raise NoChromiumError(
            f"{what}. Debian and Ubuntu: apt-get install chromium; macOS: brew install --cask chromium; "
            "or name any Chromium or Chrome: make browser CHROMIUM=/path/to/it"
        )
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running one, with a profile of its own that is gone afterwards. Raises NoChromiumError."""
    program = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS), timeout=MOST_MS)
        yield browser
        browser.close()
