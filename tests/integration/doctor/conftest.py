"""One stack for all the tests of this folder, sound again before each of them."""

from collections.abc import Iterator

import pytest

from tests.deployment.aws import Aws
from tests.integration.doctor.deployed_stack import Deployment, deployed
from tests.integration.doctor.visits import PROVIDERS, Visits
from tests.local.aws.stack import REGION
from tests.local.company import found_company
from tests.local.system import WORKSPACE


@pytest.fixture(scope="package")
def deployment() -> Iterator[Deployment]:
    with deployed(found_company(WORKSPACE / "keys")) as deployment:
        yield deployment


@pytest.fixture(scope="package")
def clients() -> Aws:
    """Clients that are made once; where they lead is decided at their first call."""
    return Aws(REGION)


@pytest.fixture
def stack(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    for name, value in deployment.variables.items():
        monkeypatch.setenv(name, value)
    yield deployment
    deployment.restore()


@pytest.fixture
def visits(stack: Deployment, clients: Aws) -> Visits:
    return Visits(stack, clients)


@pytest.fixture
def without_providers(stack: Deployment) -> None:
    """Their keys take a tenth of a second each to look at."""
    for name in PROVIDERS:
        stack.empty(name)
