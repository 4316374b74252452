"""A question for the aggregator, two providers' answers, and an aggregator with real AWS clients."""

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from balance_aggregator.aggregator import Aggregator
from balance_aggregator.fan_out import invoke_function
from balance_core.aws import dynamodb_client, events_client, lambda_client
from tests.clock import Clock
from tests.integration.invoke_api import provider_answer, returned
from tests.schemas import as_json, problems

ID = "9f2c4e1ab07d3c55"
if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ENVIRONMENT = {"EVENT_BUS_NAME": "balance-bot", "BALANCES_TABLE": "balances", "DEADLINE_SECONDS": "19"}
QUESTION = {"currencies": ["USD"], "correlation_id": ID}
ALPHA = returned(provider_answer("alpha", "1008.29"))
GAMMA = returned(provider_answer("gamma", "776.34"))


def new_aggregator(
    now: Callable[[], datetime] | None = None,
    read_timeout_seconds: float = 20,
    dynamodb: "DynamoDBClient | None" = None,
) -> Aggregator:
    """An aggregator whose clients call the endpoints in the environment."""
    client = lambda_client(connect_timeout_seconds=1, read_timeout_seconds=read_timeout_seconds)
    return Aggregator(partial(invoke_function, client), events_client(), dynamodb or dynamodb_client(), now or Clock())


def ask(event: object, aggregator: Aggregator | None = None, remaining_ms: int = 60_000) -> Any:
    """The aggregator's answer as JSON, valid by its schema. Settings come from the environment."""
    environment = {**ENVIRONMENT, **os.environ}
    given = (aggregator or new_aggregator()).answer(event, environment, remaining_ms)
    assert problems("aggregator-answer", given) == []
    return as_json(given)
