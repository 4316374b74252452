"""The aggregator's Lambda handler."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_aggregator.aggregator import Aggregator
from balance_core.observability import lambda_handler

_aggregator = Aggregator()


@lambda_handler
def handler(event: Any, context: LambdaContext) -> dict[str, object]:
    """Answer `event` as `Aggregator.answer` says."""
    return _aggregator.answer(event, context.get_remaining_time_in_millis())
