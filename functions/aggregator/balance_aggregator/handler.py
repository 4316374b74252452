"""The aggregator's Lambda handler."""

import os
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_aggregator.aggregator import Aggregator
from balance_aggregator.fan_out import invoke_function
from balance_core.aws import dynamodb_client, events_client, lambda_client
from balance_core.observability import lambda_handler

# The read timeout is longer than any deadline in `Settings`, so the deadline ends the wait. All providers are asked at
# once: more than 50 would open connections that are not kept.
_lambda = lambda_client(connect_timeout_seconds=1, read_timeout_seconds=20, connections=50)
_aggregator = Aggregator(partial(invoke_function, _lambda), events_client(), dynamodb_client())


@lambda_handler
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Answer `event` as described in `Aggregator.answer`."""
    return _aggregator.answer(event, os.environ, context.get_remaining_time_in_millis())
