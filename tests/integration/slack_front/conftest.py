"""A front that can read its secret and hand its jobs over."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from moto import mock_aws

from balance_core.aws import lambda_client, secrets_client
from balance_core.secrets import SecretStore
from balance_slack.front.handler import Front
from tests.clock import Clock
from tests.integration.fault_server import answer, once
from tests.integration.slack_front.local_front import LocalFront
from tests.integration.slack_functions import InvokeApi, reset_aws
from tests.local.aws.conditional_writes import atomic_writes


@pytest.fixture(scope="module", autouse=True)
def moto() -> Iterator[None]:
    with mock_aws(), atomic_writes():
        yield


@pytest.fixture
def clock() -> Clock:
    """The time by which the front's secrets grow old."""
    return Clock()


@pytest.fixture
def reads() -> list[str]:
    """An entry for each time that the front read its secret from Secrets Manager."""
    return []


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch, clock: Clock, reads: list[str]) -> Iterator[LocalFront]:
    reset_aws()
    secrets = secrets_client()
    secrets.meta.events.register("before-call.secrets-manager", lambda **_: reads.append("read"))
    with InvokeApi(once(answer(202, Connection="close"))) as invoke_api:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", invoke_api.url)
        with closing(lambda_client(connect_timeout_seconds=20, read_timeout_seconds=20)) as client:
            yield LocalFront(Front(SecretStore(secrets, clock), client), invoke_api)
