"""The company is created once; each test has a deployed stack of its own."""

from collections.abc import Iterator

import pytest

from tests.integration.doctor.deployed_stack import Deployment, deployed
from tests.local.company import Company, create_company
from tests.local.paths import WORKSPACE


@pytest.fixture(scope="package")
def company() -> Iterator[Company]:
    made = create_company(WORKSPACE / "keys")
    # Nobody left out the optional scopes.
    made.slack.scopes = (*made.slack.scopes, "channels:history", "groups:history")
    yield made
    for simulator in (*made.providers.values(), made.slack):
        simulator.stop()


@pytest.fixture
def stack(company: Company, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    with deployed(company, monkeypatch) as deployment:
        yield deployment
