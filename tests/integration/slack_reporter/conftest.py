"""Slack, an aggregator that answers, and moto for the rest of AWS."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from moto import mock_aws

from balance_core.aws import dynamodb_client, lambda_client, secrets_client
from balance_core.secrets import SecretStore
from tests.clock import Clock
from tests.integration.slack_functions import BOT_TOKEN, InvokeApi, reset_aws
from tests.integration.slack_reporter.local_reporter import ANSWERS, CHANNEL, OTHER_CHANNEL, LocalReporter
from tests.local.aws.conditional_writes import atomic_writes
from tests.local.simulators.slack import SlackSimulator


@pytest.fixture(scope="module", autouse=True)
def moto() -> Iterator[None]:
    with mock_aws(), atomic_writes():
        yield


@pytest.fixture
def reporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalReporter]:
    reset_aws()
    clock = Clock()
    with InvokeApi(ANSWERS) as aggregator, SlackSimulator(BOT_TOKEN, [CHANNEL, OTHER_CHANNEL], clock=clock) as slack:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", aggregator.url)
        with closing(lambda_client(connect_timeout_seconds=20, read_timeout_seconds=20)) as client:
            yield LocalReporter(
                slack, aggregator, SecretStore(secrets_client(), clock), client, dynamodb_client(), clock
            )
