"""Runs AWS's runtime client, and records the product files in which a function is called.

    python -S traced_client.py OUTPUT PROJECT HANDLER

OUTPUT gets a line for each file of each process: the time (monotonic, ns), the Lambda function and the file.
"""

import os
import runpy
import sys
import threading
import time
from types import CodeType, FrameType

# Set for functions, but not for the bodies of modules and classes: inspect.CO_OPTIMIZED, without importing inspect.
_CO_OPTIMIZED = 1


def main() -> None:
    """Start recording, then start the runtime client as `python -m awslambdaric HANDLER` does."""
    output, project = sys.argv[1:3]
    del sys.argv[1:3]
    sys.path[0] = os.getcwd()
    product = (f"{project}/functions/", f"{project}/layers/")
    lambda_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    lines = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    seen: set[str] = set()

    def record(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename not in seen and _is_function(code):
            seen.add(code.co_filename)
            if code.co_filename.startswith(product):
                os.write(lines, f"{time.monotonic_ns()} {lambda_name} {code.co_filename}\n".encode())

    threading.setprofile(record)
    sys.setprofile(record)
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)


def _is_function(code: CodeType) -> bool:
    # Comprehensions and generator expressions are not functions, though some run as such.
    return bool(code.co_flags & _CO_OPTIMIZED) and (code.co_name[0] != "<" or code.co_name == "<lambda>")


if __name__ == "__main__":
    main()
