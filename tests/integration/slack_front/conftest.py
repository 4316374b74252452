"""The settings that a front has, and a Lambda that takes its jobs."""

from collections.abc import Iterator

import pytest

from balance_slack.front import Front
from tests.integration.fault_server import FaultServer, answer, once
from tests.integration.slack_functions import aws, configure, invoke_api

TAKEN = once(answer(202, Connection="close"))


@pytest.fixture(scope="module", autouse=True)
def resources() -> Iterator[None]:
    with aws():
        yield


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch)


@pytest.fixture
def reporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Lambda, which takes every job for the reporter."""
    with invoke_api(monkeypatch, TAKEN) as server:
        yield server


@pytest.fixture
def front(reporter: FaultServer) -> Front:
    """A front whose jobs are taken."""
    return Front()
