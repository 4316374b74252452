"""One browser and one playground for all tests; each test gets a new page and an empty workspace."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import NoChromiumError, chromium, find_chromium
from tests.browser.playground import Playground, Visitor, running_playground
from tests.browser.screens import DESKTOP, PHONE, TIMEOUT_MS, Problems, Screen, new_page
from tests.local.company import PROVIDERS
from tests.local.playground.__main__ import PAGE


class Visit(Protocol):
    """Opens the page on a screen; by default that of the shared playground."""

    def __call__(self, screen: Screen, url: str = "", /) -> Visitor: ...


def pytest_configure() -> None:
    """Check the requirements. Raises pytest.UsageError with a message that says what is missing."""
    expect.set_options(timeout=TIMEOUT_MS)
    if not (PAGE / "page.js").is_file():
        raise pytest.UsageError(f"the page is not in {PAGE}: start with `make browser`, which builds it")
    try:
        find_chromium()
    except NoChromiumError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def running(
    request: pytest.FixtureRequest, keys: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Playground]:
    """A playground that tests share; the parameter, if any, are the providers of the company."""
    providers = getattr(request, "param", PROVIDERS)
    with running_playground(keys, tmp_path_factory.mktemp("logs"), providers) as playground:
        yield playground


@pytest.fixture
def playground(running: Playground) -> Iterator[Playground]:
    yield running
    running.reset()


@pytest.fixture
def visit(browser: Browser, playground: Playground) -> Iterator[Visit]:
    """Opens a page on a screen. At the end no page may have had a problem."""
    problems = Problems()
    with ExitStack() as pages:

        def open_page(screen: Screen, url: str = "", /) -> Visitor:
            return Visitor(pages.enter_context(new_page(browser, screen, problems)), url or playground.url)

        yield open_page
    assert problems == []


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """Dana, who may ask, at a desktop computer."""
    return visit(DESKTOP)


@pytest.fixture
def phone(visit: Visit) -> Visitor:
    """Dana, who may ask, with a phone."""
    return visit(PHONE)
