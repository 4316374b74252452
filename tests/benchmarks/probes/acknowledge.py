"""Calls the front's handler again and again, and prints how many milliseconds each acknowledgement took.

The argument is a file with one event on each line.
"""

import json
import sys
import time
from pathlib import Path

from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_slack.front import handler


class _Context(LambdaContext):
    _function_name = "front"
    _function_version = "1"
    _invoked_function_arn = "arn"
    _memory_limit_in_mb = 512
    _aws_request_id = "request"


def main() -> None:
    """Call and measure; the last line is the measurement, those before it are the handler's log."""
    took_ms, context = [], _Context()
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        started = time.perf_counter()
        answer = handler(event, context)
        took_ms.append((time.perf_counter() - started) * 1000)
        if answer["statusCode"] != 200:
            sys.exit(f"not acknowledged: {answer}")
    print(json.dumps(took_ms))


main()
