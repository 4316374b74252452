"""Reading and writing items of one DynamoDB table with a partition key `place` and a sort key `entry`.

The data of an item is compressed JSON. boto3's `batch_writer` also writes again what DynamoDB left out of a batch, but
without a pause and without an end.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from balance_core.aws import error_code

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONDITION_FAILED = "ConditionalCheckFailedException"
_IS_NEW = "attribute_not_exists(entry)"
# DynamoDB's limits for one batch.
_MAX_WRITES = 25
_MAX_READS = 100
_FIRST_PAUSE_SECONDS = 0.05
_MAX_PAUSE_SECONDS = 0.8
_MAX_TRIES = 8

Item = dict[str, Any]
_T = TypeVar("_T")


class HistoryError(Exception):
    """DynamoDB did not store or read. The message tells the operator why."""


def new_item(place: str, entry: str, expires_at: datetime, data: bytes) -> Item:
    """An item that DynamoDB deletes some time after `expires_at`."""
    return {
        "place": {"S": place},
        "entry": {"S": entry},
        "expires_at": {"N": str(int(expires_at.timestamp()))},
        "data": {"B": data},
    }


def packed(value: object) -> bytes:
    """The data of an item, which `unpacked` reads again."""
    return zlib.compress(msgspec.json.encode(value))


def unpacked(item: Item, value_type: type[_T]) -> _T:
    """What the data of an item holds. Raises HistoryError."""
    try:
        return msgspec.json.decode(zlib.decompress(item["data"]["B"]), type=value_type)
    except (zlib.error, msgspec.MsgspecError):
        raise HistoryError(f"the item {item['entry']['S']} of the table cannot be read") from None


class Items:
    """One table. `sleep_seconds` waits before DynamoDB is asked again. Every method raises HistoryError."""

    def __init__(self, client: "DynamoDBClient", table: str, sleep_seconds: Callable[[float], None]) -> None:
        self._client = client
        self._table = table
        self._sleep_seconds = sleep_seconds

    def put_new(self, new: Item) -> bool:
        """Write one item; False if there is one with its keys."""
        try:
            self._client.put_item(TableName=self._table, Item=new, ConditionExpression=_IS_NEW)
        except ClientError as exc:
            if error_code(exc) == _CONDITION_FAILED:
                return False
            raise self._refused(exc) from exc
        except BotoCoreError as exc:
            raise _unreachable(exc) from exc
        return True

    def write(self, items: Sequence[Item]) -> None:
        """Write in batches until DynamoDB leaves nothing out."""
        for at in range(0, len(items), _MAX_WRITES):
            requests = [{"PutRequest": {"Item": each}} for each in items[at : at + _MAX_WRITES]]
            self._until_done({self._table: requests}, self._write_batch)

    def get(self, place: str, entries: Sequence[str]) -> dict[str, Item]:
        """The items with these entries that exist, by entry."""
        found: dict[str, Item] = {}

        def read_batch(left: Any) -> Any:
            answer = self._client.batch_get_item(RequestItems=left)
            found.update({each["entry"]["S"]: each for each in answer["Responses"].get(self._table, [])})
            return answer["UnprocessedKeys"]

        for at in range(0, len(entries), _MAX_READS):
            keys = [{"place": {"S": place}, "entry": {"S": each}} for each in entries[at : at + _MAX_READS]]
            self._until_done({self._table: {"Keys": keys, "ConsistentRead": True}}, read_batch)
        return found

    def query(
        self,
        place: str,
        prefix: str = "",
        *,
        between: tuple[str, str] | None = None,
        is_last: bool = False,
    ) -> Iterator[Item]:
        """The partition's items in the order of their entries, also `between` two of them; `is_last`: the last one."""
        condition, values = "place = :place", {":place": {"S": place}}
        if prefix:
            condition += " AND begins_with(entry, :prefix)"
            values[":prefix"] = {"S": prefix}
        if between:
            condition += " AND entry BETWEEN :first AND :last"
            values |= {":first": {"S": between[0]}, ":last": {"S": between[1]}}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ScanIndexForward=not is_last,
            ConsistentRead=True,
            PaginationConfig={"MaxItems": 1, "PageSize": 1} if is_last else {},
        )
        try:
            for page in pages:
                yield from page["Items"]
        except ClientError as exc:
            raise self._refused(exc) from exc
        except BotoCoreError as exc:
            raise _unreachable(exc) from exc

    def _write_batch(self, left: Any) -> Any:
        return self._client.batch_write_item(RequestItems=left)["UnprocessedItems"]

    def _until_done(self, left: Any, call: Callable[[Any], Any]) -> None:
        for number in range(_MAX_TRIES):
            try:
                left = call(left)
            except ClientError as exc:
                raise self._refused(exc) from exc
            except BotoCoreError as exc:
                raise _unreachable(exc) from exc
            if not left:
                return
            self._sleep_seconds(min(_MAX_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * (1 << number)))
        raise HistoryError("DynamoDB keeps leaving out a part of a batch: the table is being throttled")

    def _refused(self, error: ClientError) -> HistoryError:
        return HistoryError(f"DynamoDB refused a call ({error_code(error)}): check the table's name and the role")


def _unreachable(error: BotoCoreError) -> HistoryError:
    return HistoryError(f"DynamoDB could not be reached ({type(error).__name__})")
