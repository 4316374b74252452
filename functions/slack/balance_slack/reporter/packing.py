"""The data of an item in the table `Answers`: compressed JSON, as in the table `Balances`."""

import zlib
from typing import TypeVar

import msgspec

from balance_core.history.items import HistoryError, Item

_T = TypeVar("_T")


def packed(value: object) -> bytes:
    """What `unpacked` reads again."""
    return zlib.compress(msgspec.json.encode(value))


def unpacked(item: Item, value_type: type[_T]) -> _T:
    """The data of an item. Raises HistoryError."""
    try:
        return msgspec.json.decode(zlib.decompress(item["data"]["B"]), type=value_type)
    except (zlib.error, msgspec.MsgspecError):
        raise HistoryError(f"the item {item['entry']['S']} of the table cannot be read") from None
