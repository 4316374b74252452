"""The local Lambda service must behave like Lambda: otherwise product tests would pass and prove nothing."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.integration.throwaway_functions import (
    AMPLE_SECONDS,
    ON_FAILURE_ARN,
    answer,
    by_name,
    failure,
    function,
    has_ended,
    runtime,
    service_of,
)
from tests.local.aws.lambda_service import LambdaService, ServiceStoppedError
from tests.local.paths import INSTALLED

_PROCESS_ID = "import os\ndef handler(event, context):\n    return os.getpid()\n"
# Fails until it was called as often as the event says; writes every request id to a file.
_FRAGILE = (
    "from pathlib import Path\n"
    "def handler(event, context):\n"
    "    calls = Path(event['calls'])\n"
    "    with calls.open('a') as file:\n"
    "        file.write(context.aws_request_id + '\\n')\n"
    "    if len(calls.read_text().splitlines()) < event['succeeds_at']:\n"
    "        raise ValueError('not yet')\n"
)
_SNAP_START = (
    "import os\n"
    "import botocore.session\n"
    "from snapshot_restore_py import register_before_snapshot, register_after_restore\n"
    "steps = [os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']]\n"
    "register_before_snapshot(lambda: steps.append('before snapshot'))\n"
    "register_after_restore(lambda: steps.append('after restore'))\n"
    "def handler(event, context):\n"
    "    return [*steps, botocore.session.Session().get_credentials().method]\n"
)


def test_the_process_gets_neither_the_variables_nor_the_packages_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BALANCE_BOT_TEST_LEAK", "visible")
    source = (
        "import importlib.util, os\n"
        "def handler(event, context):\n"
        "    return [dict(os.environ), os.getcwd(), bool(importlib.util.find_spec('pytest'))]\n"
    )
    spec = function(tmp_path, source, environment={"SERVICE": "a", "MODE": "own", "AWS_REGION": "us-east-1"})
    local = runtime(tmp_path, environment={"MODE": "local"}, runtime_paths=(INSTALLED / "runtime",))
    with LambdaService(by_name(spec), local) as service:
        variables, folder, has_pytest = answer(service.invoke("echo", b"{}"))
    assert folder == str(spec.code) == variables["LAMBDA_TASK_ROOT"]
    assert (variables["SERVICE"], variables["MODE"], variables["AWS_REGION"]) == ("a", "local", "eu-central-1")
    assert "BALANCE_BOT_TEST_LEAK" not in variables
    assert not has_pytest


def test_a_timeout_kills_the_function_and_its_children(tmp_path: Path) -> None:
    source = (
        "import subprocess, time\n"
        "print('child', subprocess.Popen(['sleep', '600']).pid, flush=True)\n"
        "def handler(event, context):\n"
        "    time.sleep(600)\n"
    )
    with service_of(tmp_path, source, timeout_seconds=1) as service:
        result = service.invoke("echo", b"{}")
    message = f"RequestId: {result.request_id} Error: Task timed out after 1.00 seconds"
    assert failure(result) == {"errorType": "Sandbox.Timedout", "errorMessage": message}
    assert has_ended(int(result.log_tail.partition(b"child ")[2].split()[0]))


@pytest.mark.parametrize(
    ("source", "error_type"),
    [
        ("import a_package_that_is_missing\n", "Runtime.ImportModuleError"),
        ("def another(event, context):\n    return event\n", "Runtime.HandlerNotFound"),
        ("def handler(event, context):\n    1 / 0\n", "ZeroDivisionError"),
        ("import os\ndef handler(event, context):\n    os._exit(3)\n", "Runtime.ExitError"),
        ("def handler(event, context):\n    return 'x' * 6_291_555\n", "Function.ResponseSizeTooLarge"),
    ],
)
def test_a_function_that_cannot_answer_is_reported_as_lambda_does(tmp_path: Path, source: str, error_type: str) -> None:
    with service_of(tmp_path, source) as service:
        assert failure(service.invoke("echo", b"{}"))["errorType"] == error_type


def test_snap_start_runs_the_hooks_and_provides_credentials_for_the_alias_only(tmp_path: Path) -> None:
    with service_of(tmp_path, _SNAP_START, snap_start=True) as service:
        restored = ["snap-start", "before snapshot", "after restore", "container-role"]
        assert answer(service.invoke("echo:live", b"{}")) == restored
        assert answer(service.invoke("echo", b"{}")) == ["on-demand", "env"]


@pytest.mark.parametrize("succeeds_at", [2, 9])
def test_a_failed_event_is_retried_with_its_request_id_and_then_goes_to_the_destination(
    tmp_path: Path, succeeds_at: int
) -> None:
    received: list[tuple[str, Mapping[str, object]]] = []
    calls, event = tmp_path / "calls", {"calls": str(tmp_path / "calls"), "succeeds_at": succeeds_at}
    with LambdaService(
        by_name(function(tmp_path, _FRAGILE)),
        runtime(tmp_path),
        on_failure=lambda arn, record: received.append((arn, record)),
        retry_delay_seconds=0.01,
    ) as service:
        request_id = service.invoke_async("echo:live", json.dumps(event).encode())
        service.drain(AMPLE_SECONDS)
    assert calls.read_text().splitlines() == [request_id] * min(succeeds_at, 3)
    if succeeds_at <= 3:
        assert received == []
        return
    ((arn, record),) = received
    assert arn == ON_FAILURE_ARN
    assert record["requestPayload"] == event
    assert record["requestContext"] == {
        "requestId": request_id,
        "functionArn": "arn:aws:lambda:eu-central-1:123456789012:function:echo:live",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    }


def test_stopping_leaves_no_process_and_no_thread(tmp_path: Path) -> None:
    threads = set(threading.enumerate())
    with service_of(tmp_path, _PROCESS_ID) as service:
        pid = answer(service.invoke("echo", b"{}"))
        service.invoke_async("echo", b"{}")
    assert has_ended(pid)
    assert set(threading.enumerate()) <= threads
    with pytest.raises(ServiceStoppedError):
        service.invoke("echo", b"{}")
