"""The watch's Lambda handler."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.aws import dynamodb_client, events_client, lambda_client
from balance_core.observability import lambda_handler
from balance_watch.settings import Settings
from balance_watch.watch import Watch

# The reporter's calls to Slack end after 10 seconds each. It is never asked twice: that could post twice.
_lambda = lambda_client(connect_timeout_seconds=2.0, read_timeout_seconds=40.0)
_dynamodb = dynamodb_client()
_events = events_client()


@cache
def _watch() -> Watch:
    return Watch(Settings.from_environment(os.environ), _dynamodb, _lambda, _events)


@lambda_handler
def handler(event: Any, context: LambdaContext) -> dict[str, Any] | None:  # noqa: ARG001 - Lambda passes both
    """Answer `event` as described in `Watch.answer`."""
    return _watch().answer(event)
