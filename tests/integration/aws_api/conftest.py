"""One service, to which each test leads."""

from collections.abc import Iterator

import pytest

from balance_core.aws_api import AwsApi
from tests.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(clock: Clock) -> Iterator[AwsApi]:
    made = AwsApi("lambda", read_timeout_seconds=20, now=clock)
    yield made
    made.close()


@pytest.fixture
def impatient(clock: Clock) -> Iterator[AwsApi]:
    """The same for a service that never answers."""
    made = AwsApi("lambda", read_timeout_seconds=0.3, now=clock)
    yield made
    made.close()
