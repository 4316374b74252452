"""EventBridge's PutEvents over HTTP, as boto3 calls it when AWS_ENDPOINT_URL_EVENTBRIDGE points here, and its rules.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

import json
import threading
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.local.aws.event_pattern import check_pattern, matches
from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.loopback_http import LoopbackFront, Request, Response, json_response
from tests.local.aws.stack import ACCOUNT_ID, REGION, RuleSpec

_MOST_ENTRIES = 10
_LARGEST_REQUEST_BYTES = 1024 * 1024


class EntryRefusedError(ValueError):
    """One entry of PutEvents that is not accepted, with EventBridge's code for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class PublishedEvent:
    """An event that was accepted: the bus's name and the envelope that its rules saw."""

    bus_name: str
    envelope: Mapping[str, object]


class EventBus(LoopbackFront):
    """PutEvents for `bus_names` and the default bus, with the rules on them.

    A matching rule invokes its targets asynchronously with the whole envelope. Raises UnsupportedPatternError for a
    pattern that is not imitated, FunctionNotFoundError for an unknown target, ValueError for a rule on an unknown bus.
    AWS accepts and drops an event for a bus that does not exist; here it is refused, so that the mistake shows.
    """

    def __init__(self, service: LambdaService, rules: Sequence[RuleSpec], bus_names: Collection[str]) -> None:
        self._service, self._rules = service, rules
        self._bus_names = {"default", *bus_names}
        for rule in rules:
            self._check_rule(rule)
        self._lock = threading.Lock()
        self._published: list[PublishedEvent] = []
        super().__init__()

    @property
    def published(self) -> tuple[PublishedEvent, ...]:
        """Every accepted event, oldest first."""
        with self._lock:
            return tuple(self._published)

    def _check_rule(self, rule: RuleSpec) -> None:
        if rule.bus_name not in self._bus_names:
            raise ValueError(f"rule {rule.name} is on the unknown bus {rule.bus_name}")
        check_pattern(rule.pattern, f"rule {rule.name}")
        for arn in rule.target_arns:
            self._service.find(arn)

    def answer(self, request: Request) -> Response:
        if request.headers.get("X-Amz-Target") != "AWSEvents.PutEvents":
            return _refusal("UnknownOperationException", "Only PutEvents is served here")
        entries = json.loads(request.body).get("Entries", [])
        if not 1 <= len(entries) <= _MOST_ENTRIES:
            return _refusal("ValidationException", f"Entries must have 1 to {_MOST_ENTRIES} members")
        if len(request.body) > _LARGEST_REQUEST_BYTES:
            return _refusal("ValidationException", "Total size of the entries in the request is over the limit.")
        results = [self._put(entry) for entry in entries]
        failed = sum("ErrorCode" in result for result in results)
        return _json(200, {"FailedEntryCount": failed, "Entries": results})

    def _put(self, entry: Mapping[str, object]) -> dict[str, str]:
        try:
            event = self._accept(entry)
        except EntryRefusedError as error:
            return {"ErrorCode": error.code, "ErrorMessage": str(error)}
        with self._lock:
            self._published.append(event)
        payload = json.dumps(event.envelope).encode()
        for rule in self._rules:
            if rule.bus_name == event.bus_name and matches(rule.pattern, event.envelope):
                for arn in rule.target_arns:
                    self._service.invoke_async(arn, payload)
        return {"EventId": str(event.envelope["id"])}

    def _accept(self, entry: Mapping[str, object]) -> PublishedEvent:
        for name in ("Source", "DetailType", "Detail"):
            if not entry.get(name):
                message = f"Parameter {name} is not valid. Reason: {name} is a required argument."
                raise EntryRefusedError("InvalidArgument", message)
        if str(entry["Source"]).startswith("aws."):
            raise EntryRefusedError("NotAuthorizedForSourceException", "Not authorized for the source.")
        bus_name = str(entry.get("EventBusName", "default")).rpartition("event-bus/")[2]
        if bus_name not in self._bus_names:
            raise EntryRefusedError("ResourceNotFoundException", f"Event bus {bus_name} does not exist.")
        return PublishedEvent(bus_name, _envelope(entry, datetime.now(UTC)))


def _envelope(entry: Mapping[str, object], now: datetime) -> dict[str, object]:
    """The event as targets receive it. Raises EntryRefusedError when Detail is not the text of a JSON object."""
    try:
        detail = json.loads(str(entry["Detail"]))
    except ValueError as error:
        raise EntryRefusedError("MalformedDetail", "Detail is malformed.") from error
    if not isinstance(detail, dict):
        raise EntryRefusedError("MalformedDetail", "Detail is malformed.")
    given = entry.get("Time")
    moment = datetime.fromtimestamp(given, UTC) if isinstance(given, int | float) else now
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": ACCOUNT_ID,
        "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": entry.get("Resources", []),
        "detail": detail,
    }


def _refusal(name: str, message: str) -> Response:
    return _json(400, {"__type": name, "message": message})


def _json(status: int, document: object) -> Response:
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid.uuid4())}
    return json_response(status, document, headers)
