"""One browser and one playground for all tests; for each of them a page, and a workspace where nothing was said yet."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import NoChromiumError, chromium, find_chromium
from tests.browser.playground import Playground, Visitor, running_playground
from tests.browser.screens import DESKTOP, MOST_MS, PHONE, Problems, Screen, new_page
from tests.local.playground.__main__ import PAGE

Visit = Callable[[Screen], Visitor]


def pytest_configure() -> None:
    """Say at once what is missing. Raises pytest.UsageError."""
    expect.set_options(timeout=MOST_MS)
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
    """Kept for all tests that want the same; its parameter, if it has one, is the company's holdings."""
    with running_playground(keys, tmp_path_factory.mktemp("logs"), getattr(request, "param", None)) as playground:
        yield playground


@pytest.fixture
def playground(running: Playground) -> Iterator[Playground]:
    yield running
    running.tidy()


@pytest.fixture
def visit(browser: Browser, playground: Playground) -> Iterator[Visit]:
    """Opens the page on a screen. Every page must have been without problems at the end."""
    problems = Problems()
    with ExitStack() as pages:
        yield lambda screen: Visitor(pages.enter_context(new_page(browser, screen, problems)), playground.url)
    assert problems == []


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """Dana, who may ask, at a desktop."""
    return visit(DESKTOP)


@pytest.fixture
def phone(visit: Visit) -> Visitor:
    """Dana, who may ask, with a phone."""
    return visit(PHONE)
