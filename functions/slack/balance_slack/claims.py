"""Who answers a request: the first to claim its key. A replay comes too late; Lambda's own retry may go on.

Lambda retries an asynchronous event with the same request id, so the claim remembers the id that made it.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.secrets import required_setting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Slack's signatures are taken for five minutes and Lambda retries for six hours: a day is longer than both.
_LIFETIME = timedelta(days=1)
_TAKEN = "ConditionalCheckFailedException"


class ClaimError(Exception):
    """DynamoDB could not be asked, so nobody knows whether the request was answered. Lambda tries again."""


class Claims:
    """The table in REQUESTS_TABLE: one item for each request, deleted by its time to live."""

    def __init__(self, client: "DynamoDBClient | None" = None) -> None:
        self._client = client

    def claim(self, request_key: str, claimed_by: str, now: datetime) -> bool:
        """Whether `claimed_by` (a Lambda request id) may answer; at the aware time `now`. Raises ClaimError."""
        table = required_setting("REQUESTS_TABLE")
        try:
            self._dynamodb().put_item(
                TableName=table,
                Item={
                    "request_key": {"S": request_key},
                    "claimed_by": {"S": claimed_by},
                    "expires_at": {"N": str(int((now + _LIFETIME).timestamp()))},
                },
                ConditionExpression="attribute_not_exists(request_key) OR claimed_by = :claimed_by",
                ExpressionAttributeValues={":claimed_by": {"S": claimed_by}},
            )
        except ClientError as exc:
            error_code = exc.response.get("Error", {}).get("Code", "no code")
            if error_code == _TAKEN:
                return False
            raise ClaimError(f"DynamoDB refused the claim ({error_code}): check REQUESTS_TABLE and the role") from exc
        except BotoCoreError as exc:
            raise ClaimError(f"DynamoDB could not be reached ({type(exc).__name__})") from exc
        return True

    def _dynamodb(self) -> "DynamoDBClient":
        if self._client is None:
            timeouts = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})
            self._client = boto3.client("dynamodb", config=timeouts)
        return self._client
