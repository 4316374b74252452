"""Atomic conditional writes, which DynamoDB guarantees and moto does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from unittest.mock import patch

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item

_one_write = RLock()


@contextmanager
def atomic_writes() -> Iterator[None]:
    """Let moto execute one PutItem at a time; otherwise its threads check conditions before each other's writes.

    Source: DynamoDB's developer guide, "Condition expressions" (of several writers, one finds the condition true).
    """
    put_item = DynamoDBBackend.put_item

    def put_item_alone(*arguments: object, **options: object) -> Item:
        with _one_write:
            return put_item(*arguments, **options)  # type: ignore[arg-type]  # passed on as they came

    with patch.object(DynamoDBBackend, "put_item", put_item_alone):
        yield
