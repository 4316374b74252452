"""What a function prints: its log, and metrics in CloudWatch's embedded metric format."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from balance_core.observability import logger


@contextmanager
def captured_log() -> Iterator[io.StringIO]:
    """What the logger writes in the block, one JSON document a line."""
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    usual = handler.setStream(written)
    try:
        yield written
    finally:
        handler.setStream(usual)


def metrics(printed: str, name: str) -> list[dict[str, Any]]:
    """The embedded metrics called `name` among the printed lines."""
    documents = [json.loads(line) for line in printed.splitlines() if line.startswith('{"_aws"')]
    return [document for document in documents if name in document]
