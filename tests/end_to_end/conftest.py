"""The whole system, once under our own Runtime API and once under the official Runtime Interface Emulator.

The same tests pass on both, so what they show is not a property of our imitation of Lambda.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.questions import PEOPLE, start_functions
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.lambda_service import EnvironmentFactory
from tests.local.aws.rie import RieEnvironments
from tests.local.company import PARAMETERS, found_company
from tests.local.system import LocalSystem


def _environments(name: str) -> EnvironmentFactory:
    return RieEnvironments(Path(os.environ["RIE_BINARY"])) if name == "rie" else ExecutionEnvironment


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the company's throw-away keys."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module", params=["runtime", pytest.param("rie", marks=pytest.mark.rie)], ids=["runtime", "rie"])
def running(
    request: pytest.FixtureRequest, keys: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalSystem]:
    """A system that is kept for a module, and is warm; a provider has two seconds before it is late."""
    logs = tmp_path_factory.mktemp(f"logs-{request.param}")
    # Nothing is shared between the tests' questions: each shall see what the providers do now.
    changes = {"SlackAllowedUserIds": ",".join(PEOPLE), "ProviderDeadlineSeconds": "2", "FreshnessSeconds": "0"}
    parameters = {**PARAMETERS, **changes}
    environments = _environments(request.param)
    with LocalSystem(found_company(keys), parameters=parameters, environments=environments, logs=logs) as system:
        start_functions(system)
        yield system


@pytest.fixture
def system(running: LocalSystem) -> Iterator[LocalSystem]:
    """The kept system, with nothing wrong at any provider or at Slack."""
    yield running
    for simulator in (*running.company.providers.values(), running.company.slack):
        simulator.set_fault(None)
    running.company.slack.refuses_blocks = False
    running.settle()
