"""Idempotency: a job is done once, and a person can have the providers asked only so often.

Lambda retries an asynchronous event with the same request id, so each item remembers the invocation that wrote it: a
replay is refused, Lambda's own retry may continue. An existing item is read from DynamoDB's answer to the conditional
write, so PutItem is the only permission needed (DynamoDB API reference, PutItem, ReturnValuesOnConditionCheckFailure).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import error_code
from balance_slack.job import Job, JobKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# Slack's signatures are valid for five minutes and Lambda retries for six hours; a day is longer than both.
_LIFETIME = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)
_CONDITION_FAILED = "ConditionalCheckFailedException"
_IS_NEW = "attribute_not_exists(request_key)"

# Refresh on a message and on the Home tab share one pause. Share has its own: refreshing and then sharing is sensible.
# A person who opens the Home tab during its pause still sees the balances.
_PAUSES: Mapping[JobKind, tuple[str, timedelta]] = {
    JobKind.REFRESH: ("refresh", timedelta(seconds=10)),
    JobKind.HOME_REFRESH: ("refresh", timedelta(seconds=10)),
    JobKind.SHARE: ("share", timedelta(seconds=10)),
    JobKind.HOME: ("home", timedelta(seconds=60)),
}


class IdempotencyError(Exception):
    """DynamoDB gave no answer, so nobody knows whether the request was answered. Lambda tries again."""


class IdempotencyTable:
    """The DynamoDB table of idempotency keys, which deletes old items by their time to live.

    `invocation` is Lambda's request id and `now` an aware time. Every method raises IdempotencyError.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def start(self, key: str, invocation: str, now: datetime) -> Mapping[str, str] | None:
        """Take `key`. None if another invocation has it, otherwise the progress of the earlier tries of this one."""
        existing = self._put(_item(key, invocation, now + _LIFETIME), ConditionExpression=_IS_NEW)
        if existing is None:
            return {}
        if existing.get("invocation") != {"S": invocation}:
            return None
        return {name: value["S"] for name, value in existing.get("progress", {}).get("M", {}).items()}

    def save_progress(self, key: str, invocation: str, progress: Mapping[str, str], now: datetime) -> None:
        """Store `progress` for a retry of the invocation that has `key`; it replaces what was stored before."""
        item = _item(key, invocation, now + _LIFETIME)
        self._put({**item, "progress": {"M": {name: {"S": value} for name, value in progress.items()}}})

    def pause_seconds(self, job: Job, invocation: str, now: datetime) -> int:
        """0 if the job may be done now, which starts its pause; otherwise how long the person has to wait."""
        if job.kind not in _PAUSES:
            return 0
        name, length = _PAUSES[job.kind]
        existing = self._put(
            _item(f"{name}/{job.team_id}/{job.user_id}", invocation, now + length),
            # DynamoDB may delete an item days after it expired.
            ConditionExpression=f"{_IS_NEW} OR expires_at <= :now OR invocation = :invocation",
            ExpressionAttributeValues={":now": {"N": _epoch_seconds(now)}, ":invocation": {"S": invocation}},
        )
        if existing is None:
            return 0
        left_seconds = int(existing["expires_at"]["N"]) - int(now.timestamp())
        return max(1, min(left_seconds, length // _ONE_SECOND))

    def _put(self, item: dict[str, Any], **condition: Any) -> dict[str, Any] | None:
        """None if `item` was written, otherwise the existing item that the condition did not allow to replace."""
        if condition:
            condition["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        try:
            self._client.put_item(TableName=self._table, Item=item, **condition)
        except ClientError as exc:
            code = error_code(exc)
            if code == _CONDITION_FAILED:
                existing: dict[str, Any] = dict(exc.response)["Item"]  # type: ignore[assignment]  # not in the stubs
                return existing
            raise IdempotencyError(f"DynamoDB refused the write ({code}): check REQUESTS_TABLE and the role") from exc
        except BotoCoreError as exc:
            raise IdempotencyError(f"DynamoDB could not be reached ({type(exc).__name__})") from exc
        return None


def _item(key: str, invocation: str, expires_at: datetime) -> dict[str, Any]:
    return {
        "request_key": {"S": key},
        "invocation": {"S": invocation},
        "expires_at": {"N": _epoch_seconds(expires_at)},
    }


def _epoch_seconds(instant: datetime) -> str:
    return str(int(instant.timestamp()))
