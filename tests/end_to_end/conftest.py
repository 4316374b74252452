"""The whole system on this machine, as `make demo` runs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.questions import PEOPLE, type_command
from tests.local.company import PARAMETERS, create_company
from tests.local.system import LocalSystem


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the company's throw-away keys."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def freshness() -> str:
    """FreshnessSeconds: no answer is reused, so every test sees the providers as they are."""
    return "0"


@pytest.fixture(scope="module")
def running(keys: Path, tmp_path_factory: pytest.TempPathFactory, freshness: str) -> Iterator[LocalSystem]:
    """A warm system for all tests of a module."""
    changes = {"SlackAllowedUserIds": ",".join(PEOPLE), "ProviderDeadlineSeconds": "6", "FreshnessSeconds": freshness}
    logs = tmp_path_factory.mktemp("logs")
    with LocalSystem(create_company(keys), parameters={**PARAMETERS, **changes}, logs=logs) as system:
        # Starts every function. On a busy machine the first answer may come too late, so nobody looks at it.
        type_command(system, "")
        yield system


@pytest.fixture
def system(running: LocalSystem) -> Iterator[LocalSystem]:
    """The shared system, with nothing wrong at any provider or at Slack, and an empty failure queue."""
    yield running
    for simulator in (*running.company.providers.values(), running.company.slack):
        simulator.set_fault(None)
    running.company.slack.refuses_blocks = False
    running.settle()
    running.failed_events()
