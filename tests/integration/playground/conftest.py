"""Keys that are made once, and a playground of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.playground.running import Browser, Playground, running_playground


@pytest.fixture(scope="package")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def playground(keys: Path, tmp_path: Path) -> Iterator[Playground]:
    with running_playground(keys, tmp_path) as running:
        yield running


@pytest.fixture
def browser(playground: Playground) -> Browser:
    return playground.browser
