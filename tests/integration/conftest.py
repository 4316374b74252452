"""What the tests of the simulators share: keys that are made once, and a workspace of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.callers import make_keys
from tests.integration.slack_workspace import Workspace, workspace


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the keys of a provider, its merchant and another merchant; the whole run has one."""
    return make_keys(tmp_path_factory.getbasetemp() / "simulator-keys")


@pytest.fixture
def here() -> Iterator[Workspace]:
    with workspace() as made:
        yield made
