"""Who does a job: the first to claim its key. A replay comes too late; Lambda's own retry may go on where it stopped.

Lambda retries an asynchronous event with the same request id, so a claim remembers the id that made it. What stands in
a claim is read from the answer to a write that it refused: PutItem is the only permission that this needs. Source:
DynamoDB's API reference, PutItem, ReturnValuesOnConditionCheckFailure.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import new_client
from balance_core.secrets import required_setting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Slack's signatures are taken for five minutes and Lambda retries for six hours: a day is longer than both.
_LIFETIME = timedelta(days=1)
_TAKEN = "ConditionalCheckFailedException"
_UNCLAIMED = "attribute_not_exists(request_key)"
_ONE_SECOND = timedelta(seconds=1)


class ClaimError(Exception):
    """DynamoDB could not be asked, so nobody knows whether the request was answered. Lambda tries again."""


class Claims:
    """The table in REQUESTS_TABLE: one item for each claim, deleted by its time to live.

    `claimed_by` is a Lambda request id and `now` an aware time, everywhere. Everything raises ClaimError, and
    ProviderError (configuration) without REQUESTS_TABLE.
    """

    def __init__(self, client: "DynamoDBClient | None" = None) -> None:
        self._client = client

    def claim(self, key: str, claimed_by: str, now: datetime) -> Mapping[str, str] | None:
        """Claim `key` for good: None when it is another's, else what was noted before (nothing in the first try)."""
        item = _item(key, claimed_by, now + _LIFETIME)
        taken = self._put(item, ConditionExpression=_UNCLAIMED)
        if taken is None:
            return {}
        if taken.get("claimed_by") != item["claimed_by"]:
            return None
        return {name: value["S"] for name, value in taken.get("noted", {}).get("M", {}).items()}

    def note(self, key: str, claimed_by: str, noted: Mapping[str, str], now: datetime) -> None:
        """Keep `noted` in the claim of `claimed_by` on `key`, for a retry, in the place of what was noted before."""
        item = _item(key, claimed_by, now + _LIFETIME)
        self._put({**item, "noted": {"M": {name: {"S": value} for name, value in noted.items()}}})

    def wait_seconds(self, key: str, claimed_by: str, length: timedelta, now: datetime) -> int:
        """Claim `key` for `length`, after which anybody may have it again: 0 when it is yours, else how long to wait.

        A claim that has run out may still be there, because DynamoDB deletes days later: so its time is looked at.
        """
        taken = self._put(
            _item(key, claimed_by, now + length),
            ConditionExpression=f"{_UNCLAIMED} OR expires_at <= :now OR claimed_by = :claimed_by",
            ExpressionAttributeValues={":now": {"N": _seconds(now)}, ":claimed_by": {"S": claimed_by}},
        )
        if taken is None:
            return 0
        left_seconds = int(taken["expires_at"]["N"]) - int(now.timestamp())
        return max(1, min(left_seconds, length // _ONE_SECOND))

    def _put(self, item: dict[str, Any], **condition: Any) -> dict[str, Any] | None:
        """Write `item`: None when it was written, else the item that stands there against the condition."""
        table = required_setting("REQUESTS_TABLE")
        if condition:
            condition["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        try:
            self._dynamodb().put_item(TableName=table, Item=item, **condition)
        except ClientError as exc:
            error_code = exc.response.get("Error", {}).get("Code", "no code")
            if error_code == _TAKEN:
                return _standing(exc)
            raise ClaimError(f"DynamoDB refused the claim ({error_code}): check REQUESTS_TABLE and the role") from exc
        except BotoCoreError as exc:
            raise ClaimError(f"DynamoDB could not be reached ({type(exc).__name__})") from exc
        return None

    def _dynamodb(self) -> "DynamoDBClient":
        if self._client is None:
            timeouts = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})
            self._client = new_client("dynamodb", timeouts)
        return self._client


def _item(key: str, claimed_by: str, expires_at: datetime) -> dict[str, Any]:
    return {
        "request_key": {"S": key},
        "claimed_by": {"S": claimed_by},
        "expires_at": {"N": _seconds(expires_at)},
    }


def _seconds(instant: datetime) -> str:
    return str(int(instant.timestamp()))


def _standing(refused: ClientError) -> dict[str, Any]:
    item: dict[str, Any] = dict(refused.response).get("Item", {})  # type: ignore[assignment]  # not in the stubs
    return item
