"""The Lambda handler for other services: the states of the rules, without amounts."""

import os
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.aws import dynamodb_client
from balance_core.contract import to_json
from balance_core.observability import lambda_handler
from balance_core.settings import required_text
from balance_core.watch_requests import RequestError, States, read_request
from balance_watch.answers import states_of
from balance_watch.settings import freeze_rule
from balance_watch.table import WatchTable

_dynamodb = dynamodb_client()


@lambda_handler
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Answer events/schema/watch-states.v1.json to the request `states`. Raises RequestError for any other."""
    request = read_request(event)
    if not isinstance(request, States):
        raise RequestError("this function answers only the request `states`")
    table = WatchTable(_dynamodb, required_text(os.environ, "WATCH_TABLE"))
    rules = table.rules_with(freeze_rule(os.environ.get("ALERT_CHANNEL", "")))
    return to_json(states_of(rules, table.states(), request.rules, datetime.now(UTC)))
