"""The reporter's table in DynamoDB: which requests were answered already, and which cooldowns are running."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.local.aws.stack import STACK_NAME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TABLE = f"{STACK_NAME}-RequestsTable"
_LONG = timedelta(hours=1)


class RequestsTable:
    """The table of a running system, to read, and to change while no function runs."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client

    @property
    def count(self) -> int:
        """How many idempotency keys and cooldowns the table holds."""
        return self._client.scan(TableName=_TABLE, Select="COUNT")["Count"]

    def clear(self) -> None:
        """Delete every item, which ends every cooldown."""
        for item in self._client.scan(TableName=_TABLE)["Items"]:
            self._client.delete_item(TableName=_TABLE, Key={"request_key": item["request_key"]})

    def prolong(self) -> None:
        """Let no cooldown end within the hour, however slow the machine is."""
        expires_at = {"N": str(int((datetime.now(UTC) + _LONG).timestamp()))}
        for item in self._client.scan(TableName=_TABLE)["Items"]:
            self._client.put_item(TableName=_TABLE, Item={**item, "expires_at": expires_at})
