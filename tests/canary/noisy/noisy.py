"""A handler in front of a function's own, which turns on the logs of every library, as somebody debugging might.

It runs inside the function's process. NOISY_HANDLER is the real handler. With NOISY_FORCED the levels are set again
after the import, which undoes those that the function sets.
"""

import importlib
import logging
import os

_LIBRARIES = ("aws_lambda_powertools", "asyncio", "boto3", "botocore", "h11", "httpcore", "httpx", "slack_bolt")
_MORE_LIBRARIES = ("slack_sdk", "urllib3", "concurrent")


def _turn_on() -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    for name in (*_LIBRARIES, *_MORE_LIBRARIES, *logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)


_turn_on()
_module, _, _name = os.environ["NOISY_HANDLER"].rpartition(".")
handler = getattr(importlib.import_module(_module), _name)
if os.environ.get("NOISY_FORCED"):
    _turn_on()
