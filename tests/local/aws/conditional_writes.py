"""The promise of DynamoDB that moto does not keep: a condition is checked and the item written in one step."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from unittest.mock import patch

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item

_one_write = RLock()


@contextmanager
def atomic_writes() -> Iterator[None]:
    """Let moto's tables take one PutItem after another while it is open; moto's threads would come in between.

    Source: DynamoDB's developer guide, "Condition expressions" (of several writers, one finds the condition true).
    """
    put_item = DynamoDBBackend.put_item

    def put_item_alone(*arguments: object, **options: object) -> Item:
        with _one_write:
            return put_item(*arguments, **options)  # type: ignore[arg-type]  # passed on as they came

    with patch.object(DynamoDBBackend, "put_item", put_item_alone):
        yield
