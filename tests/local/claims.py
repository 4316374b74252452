"""The claims that the reporter made in DynamoDB: which requests were answered, and whose pauses run."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.local.aws.stack import STACK_NAME

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TABLE = f"{STACK_NAME}-RequestsTable"
_LONG = timedelta(hours=1)


class Claims:
    """Looks at the table of a running system, and changes it when nothing is under way there."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client

    @property
    def count(self) -> int:
        """How many requests of Slack and announcements were claimed, which is how many were answered."""
        return self._client.scan(TableName=_TABLE, Select="COUNT")["Count"]

    def forget(self) -> None:
        """Let every pause be over."""
        for item in self._client.scan(TableName=_TABLE)["Items"]:
            self._client.delete_item(TableName=_TABLE, Key={"request_key": item["request_key"]})

    def prolong(self) -> None:
        """Let no pause be over within the hour, however long a machine needs for what comes next."""
        expires_at = {"N": str(int((datetime.now(UTC) + _LONG).timestamp()))}
        for item in self._client.scan(TableName=_TABLE)["Items"]:
            self._client.put_item(TableName=_TABLE, Item={**item, "expires_at": expires_at})
