"""Stands in front of a function's own handler and turns every library's log on, as a person in need might.

It runs inside the function's process, on top of a folder of its own. NOISY_HANDLER is the real handler. With
NOISY_FORCED the levels are set once more after the import, against those that the function itself has set.
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
