"""The world of one provider, once for each provider."""

from collections.abc import Iterator

import pytest

from tests.contract.provider_worlds import PROVIDERS, World, world_of


@pytest.fixture(params=PROVIDERS, ids=lambda provider: provider.name)
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("SECRET_NAME", f"balance-bot/{request.param.name}")
    monkeypatch.setenv("ALLOW_INSECURE_PROVIDER_URLS", "true")
    with world_of(request.param) as world:
        yield world
