"""A table in moto's DynamoDB, inside this process, that can fail at a chosen call."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import boto3
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from balance_core.history.items import Items
from balance_core.history.table import BalancesTable
from tests.integration.moto_server import IN_PROCESS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NAME = "balances"


def create(client: "DynamoDBClient") -> None:
    """Create the empty table with the keys of the template."""
    client.create_table(
        TableName=NAME,
        KeySchema=[{"AttributeName": "place", "KeyType": "HASH"}, {"AttributeName": "entry", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "place", "AttributeType": "S"},
            {"AttributeName": "entry", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def never(pause_seconds: float) -> None:
    """For a table that leaves nothing out of a batch."""
    raise AssertionError(f"a pause of {pause_seconds} s")


class Wire:
    """DynamoDB as botocore calls it. `calls` counts calls since the last reset; the one with number `fails_at` fails.

    `left_out` is how many batches come back with half of their items left out.
    """

    def __init__(self, client: "DynamoDBClient") -> None:
        self.client = client
        self.calls = 0
        self.fails_at = 0
        self.left_out = 0
        self.pauses: list[float] = []
        events = client.meta.events
        events.register("before-call.dynamodb", self._before)
        events.register("before-parameter-build.dynamodb.BatchWriteItem", self._halve)
        events.register("after-call.dynamodb.BatchWriteItem", self._report)
        self._unwritten: dict[str, Any] = {}

    def table(self, zone: str = "UTC") -> BalancesTable:
        """The table, by the days of `zone`."""
        return BalancesTable(Items(self.client, NAME, self.pauses.append), ZoneInfo(zone))

    def reset(self, fails_at: int = 0) -> None:
        """Count from the beginning, and fail at that call."""
        self.calls, self.fails_at = 0, fails_at

    def _before(self, **_: Any) -> None:
        self.calls += 1
        if self.calls == self.fails_at:
            raise EndpointConnectionError(endpoint_url="https://dynamodb.example")

    def _halve(self, params: Any, **_: Any) -> None:
        self._unwritten = {}
        if self.left_out:
            self.left_out -= 1
            ((name, requests),) = params["RequestItems"].items()
            half = (len(requests) + 1) // 2
            # One item alone is written, but reported as left out: writing it again does no harm.
            self._unwritten = {name: requests[half:] or requests}
            params["RequestItems"] = {name: requests[:half]}

    def _report(self, parsed: Any, **_: Any) -> None:
        if self._unwritten.get(NAME):
            parsed["UnprocessedItems"] = self._unwritten


@contextmanager
def wire() -> Iterator[Wire]:
    """An empty table, until the block ends."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1", config=IN_PROCESS)
        create(client)
        yield Wire(client)
