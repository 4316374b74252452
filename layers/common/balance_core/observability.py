"""The logger, made once per process, and metrics. Nothing secret and no amount is ever given to either.

What others log or raise is scrubbed all the same: see `balance_core.scrubbing`.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.models import Failure
from balance_core.scrubbing import ScrubbedExceptions, scrub_handlers, scrubbed_json

# These libraries log URLs, headers or whole bodies at INFO or DEBUG.
_TALKATIVE = ("boto3", "botocore", "httpcore", "httpx", "slack_bolt", "slack_sdk", "urllib3")

_Answer = TypeVar("_Answer")

logger = Logger(json_serializer=scrubbed_json)

for _name in _TALKATIVE:
    logging.getLogger(_name).setLevel(logging.WARNING)

# Lambda's own handler, which takes what every other library logs. It is there before a function's code is imported.
scrub_handlers(logging.getLogger().handlers)


def lambda_handler(answer: Callable[[Any, LambdaContext], _Answer]) -> Callable[[Any, LambdaContext], _Answer]:
    """`answer` as Lambda calls it: each line of its log names the request, and what it raises is scrubbed.

    The event is never logged, whatever the environment says: it may hold a signature or a response_url.
    """
    return ScrubbedExceptions()(logger.inject_lambda_context(answer, log_event=False, clear_state=True))


def count_failure(provider: str, kind: str) -> None:
    """Add one to the metric ProviderFailure, by provider and kind (an EMF line of its own on standard output)."""
    with single_metric(name="ProviderFailure", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension(name="provider", value=provider)
        metric.add_dimension(name="kind", value=kind)


def report_failure(failure: Failure) -> None:
    """Log one failure and count it: where it was made, not where it passes through, so that it counts once.

    A failure that is no provider's counts for the function itself, by its service name.
    """
    count_failure(failure.provider or logger.service, failure.kind.value)
    logger.warning(
        failure.message,
        provider=failure.provider,
        account=failure.account,
        currency=failure.currency,
        kind=failure.kind.value,
        provider_code=failure.provider_code,
        trace_id=failure.trace_id,
    )


def count_mismatches(provider: str, count: int) -> None:
    """Add `count` to the metric TotalMismatch, by provider: balances whose total is not available + frozen."""
    with single_metric(name="TotalMismatch", unit=MetricUnit.Count, value=count) as metric:
        metric.add_dimension(name="provider", value=provider)


def record_latency(name: str, *milliseconds: int, **dimensions: str) -> None:
    """Record how long something took, or each of several things, as the metric `name`: an EMF line for each hundred."""
    metrics = AmazonCloudWatchEMFProvider()
    for dimension, value in dimensions.items():
        metrics.add_dimension(name=dimension, value=value)
    for each in milliseconds:
        # It prints whenever it has a hundred, which is EMF's limit.
        metrics.add_metric(name=name, unit=MetricUnit.Milliseconds, value=each)
    if metrics.metric_set:
        metrics.flush_metrics()
