"""The world of one provider, for each provider that the local system has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.worlds import World, world_of
from tests.local.company import PROVIDERS


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the merchants' and providers' throw-away keys."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(params=PROVIDERS)
def world(request: pytest.FixtureRequest, keys: Path) -> Iterator[World]:
    with world_of(request.param, keys) as world:
        yield world
