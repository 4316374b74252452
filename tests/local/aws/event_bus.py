"""EventBridge: PutEvents, as boto3 calls it when AWS_ENDPOINT_URL_EVENTBRIDGE points here, and the rules of a bus.

moto's EventBridge cannot invoke functions. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

import json
import threading
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.events.models import EventPattern
from moto.events.utils import EventMessageType

from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.stack import ACCOUNT_ID, REGION, RuleSpec
from tests.local.http_server import HttpService, Request, Response, json_response


class EventBus(HttpService):
    """PutEvents for every bus. A matching rule invokes its targets asynchronously with the whole event."""

    def __init__(self, service: LambdaService, rules: Sequence[RuleSpec]) -> None:
        self._service, self._rules = service, rules
        self._lock = threading.Lock()
        self._published: list[EventMessageType] = []
        super().__init__()

    @property
    def published(self) -> Sequence[EventMessageType]:
        """Every event as its targets receive it, oldest first."""
        with self._lock:
            return tuple(self._published)

    def answer(self, request: Request) -> Response:
        results = [{"EventId": self._put(entry)} for entry in json.loads(request.body)["Entries"]]
        headers = {"Content-Type": "application/x-amz-json-1.1"}
        return json_response(200, {"FailedEntryCount": 0, "Entries": results}, headers)

    def _put(self, entry: Mapping[str, Any]) -> str:
        event = _event(entry, datetime.now(UTC))
        with self._lock:
            self._published.append(event)
        for rule in self._rules:
            pattern = EventPattern(None, dict(rule.pattern))
            if rule.bus_name == entry["EventBusName"] and pattern.matches_event(event):
                for arn in rule.target_arns:
                    self._service.invoke_async(arn, json.dumps(event).encode())
        return str(event["id"])


def _event(entry: Mapping[str, Any], now: datetime) -> EventMessageType:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": ACCOUNT_ID,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [],
        "detail": json.loads(entry["Detail"]),
    }
