"""Atomic writes, which DynamoDB guarantees and moto does not."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import RLock
from typing import Any
from unittest.mock import patch

from moto.dynamodb.models import DynamoDBBackend

_one_write = RLock()
_WRITES = ("put_item", "update_item", "delete_item", "transact_write_items")


@contextmanager
def atomic_writes() -> Iterator[None]:
    """Let moto execute one write at a time; otherwise its threads check conditions before each other's writes.

    Source: DynamoDB's developer guide, "Condition expressions" (of several writers, one finds the condition true).
    """
    with ExitStack() as patches:
        for name in _WRITES:
            patches.enter_context(patch.object(DynamoDBBackend, name, _alone(getattr(DynamoDBBackend, name))))
        yield


def _alone(write: Callable[..., Any]) -> Callable[..., Any]:
    def write_alone(*arguments: object, **options: object) -> Any:
        with _one_write:
            return write(*arguments, **options)

    return write_alone
