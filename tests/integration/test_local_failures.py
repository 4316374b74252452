"""How a function's end is reported when it does not answer: exceptions, timeouts, failed starts, exits, size."""

import json
from pathlib import Path

import pytest

from tests.integration.throwaway_functions import (
    ECHO,
    answer,
    by_name,
    failure,
    function,
    has_ended,
    runtime,
    service_of,
)
from tests.local.aws.lambda_service import LambdaService


def test_an_exception_is_an_unhandled_error_and_the_environment_lives_on(tmp_path: Path) -> None:
    source = (
        "import os\n"
        "def handler(event, context):\n"
        "    if event:\n"
        "        raise ValueError('no')\n"
        "    return os.getpid()\n"
    )
    with service_of(tmp_path, source) as service:
        before = answer(service.invoke("echo", b"{}"))
        failed = service.invoke("echo", b'{"fail": true}')
        after = answer(service.invoke("echo", b"{}"))
    error = failure(failed)
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no")
    assert error["requestId"] == failed.request_id
    assert "raise ValueError('no')" in error["stackTrace"][0]
    assert before == after


def test_a_timeout_kills_the_function_and_its_children(tmp_path: Path) -> None:
    # What the function does before it sleeps, it does before its time begins: a second is short on a busy machine.
    source = (
        "import os, subprocess, time\n"
        "child = subprocess.Popen(['sleep', '60'])\n"
        "print('processes', os.getpid(), child.pid, flush=True)\n"
        "def handler(event, context):\n"
        "    time.sleep(event.get('seconds', 0))\n"
    )
    with service_of(tmp_path, source, timeout_seconds=1) as service:
        late = service.invoke("echo", b'{"seconds": 60}')
        next_one = service.invoke("echo", b"{}")
    message = f"RequestId: {late.request_id} Error: Task timed out after 1.00 seconds"
    assert failure(late) == {"errorType": "Sandbox.Timedout", "errorMessage": message}
    assert 1000 <= late.duration_ms < 30_000
    assert f"{late.request_id} Task timed out after 1.00 seconds\n".encode() in late.log_tail
    own, child = (int(pid) for pid in late.log_tail.partition(b"processes ")[2].split()[:2])
    assert has_ended(own)
    assert has_ended(child)
    assert next_one.init_ms is not None


@pytest.mark.parametrize(
    ("source", "handler", "error_type", "words"),
    [
        ("import nowhere\n", "app.handler", "Runtime.ImportModuleError", "No module named 'nowhere'"),
        ("raise KeyError('early')\n", "app.handler", "KeyError", "early"),
        (ECHO, "app.missing", "Runtime.HandlerNotFound", "missing"),
        ("import os\nos._exit(5)\n", "app.handler", "Runtime.ExitError", "exit status 5"),
    ],
)
def test_a_function_that_cannot_start_answers_with_the_reason_each_time(
    tmp_path: Path, source: str, handler: str, error_type: str, words: str
) -> None:
    with service_of(tmp_path, source, handler=handler) as service:
        errors = [failure(service.invoke("echo", b"{}")) for _ in range(2)]
    for error in errors:
        assert error["errorType"] == error_type
        assert words in error["errorMessage"]


def test_a_function_that_never_finishes_starting_is_given_up(tmp_path: Path) -> None:
    spec = function(tmp_path, "import time\ntime.sleep(60)\n")
    with LambdaService(by_name(spec), runtime(tmp_path, init_timeout_seconds=0.5)) as service:
        assert failure(service.invoke("echo", b"{}"))["errorType"] == "Sandbox.Timedout"


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("os._exit(3)", "Runtime exited with error: exit status 3"),
        ("sys.exit(0)", "Runtime exited without providing a reason"),
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
    ],
)
def test_a_process_that_ends_is_an_exit_error_and_is_replaced(tmp_path: Path, how: str, reason: str) -> None:
    source = f"import os, sys\ndef handler(event, context):\n    if event:\n        {how}\n    return 'alive'\n"
    with service_of(tmp_path, source) as service:
        ended = service.invoke("echo", b'{"end": true}')
        again = service.invoke("echo", b"{}")
    message = f"RequestId: {ended.request_id} Error: {reason}"
    assert failure(ended) == {"errorType": "Runtime.ExitError", "errorMessage": message}
    assert answer(again) == "alive"


def test_an_answer_above_six_megabytes_is_an_error(tmp_path: Path) -> None:
    source = "def handler(event, context):\n    return 'x' * event['size']\n"
    with service_of(tmp_path, source) as service:
        largest = service.invoke("echo", json.dumps({"size": 6_291_556 - 2}).encode())
        larger = service.invoke("echo", json.dumps({"size": 6_291_556 - 1}).encode())
        afterwards = service.invoke("echo", b'{"size": 1}')
    assert len(answer(largest)) == 6_291_554
    assert failure(larger)["errorType"] == "Function.ResponseSizeTooLarge"
    assert answer(afterwards) == "x"
