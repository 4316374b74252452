"""The local Lambda service: which environment runs an invocation, who is called, and what a stop leaves."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.integration.throwaway_functions import (
    AMPLE_SECONDS,
    ECHO,
    Meeting,
    answer,
    by_name,
    failure,
    function,
    has_ended,
    meeting,
    runtime,
    service_of,
)
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_names import FunctionNotFoundError, QualifierMismatchError
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.lambda_service import LambdaService, ServiceStoppedError
from tests.local.aws.stack import FunctionSpec

COUNTER = (
    "import os\n"
    "count = 0\n"
    "def handler(event, context):\n"
    "    global count\n"
    "    count += 1\n"
    "    return [os.getpid(), count]\n"
)


def test_a_warm_environment_is_used_again_and_keeps_its_state(tmp_path: Path) -> None:
    with service_of(tmp_path, COUNTER) as service:
        cold, warm = service.invoke("echo", b"{}"), service.invoke("echo", b"{}")
    assert answer(warm) == [answer(cold)[0], 2]
    assert cold.init_ms is not None
    assert cold.init_ms > 0
    assert warm.init_ms is None


def test_two_invocations_at_once_run_in_two_environments(tmp_path: Path) -> None:
    source = Meeting.MEET + "def handler(event, context):\n    meet(event['port'])\n    return os.getpid()\n"
    with service_of(tmp_path, source) as service, meeting() as place, ThreadPoolExecutor() as callers:
        calls = [callers.submit(service.invoke, "echo", place.event) for _ in range(2)]
        running = {place.arrive(), place.arrive()}
        place.close()
        assert {answer(call.result()) for call in calls} == running
        assert len(running) == 2


def test_those_who_find_no_environment_free_wait_for_one(tmp_path: Path) -> None:
    service = LambdaService(by_name(function(tmp_path, COUNTER)), runtime(tmp_path), most_environments=1)
    with service, ThreadPoolExecutor(4) as callers:
        told = [answer(result) for result in callers.map(lambda _: service.invoke("echo", b"{}"), range(4))]
    assert len({pid for pid, _ in told}) == 1
    assert {count for _, count in told} == {1, 2, 3, 4}


def test_a_published_version_and_latest_have_environments_of_their_own(tmp_path: Path) -> None:
    with service_of(tmp_path, COUNTER) as service:
        latest, live = service.invoke("echo", b"{}"), service.invoke("echo:live", b"{}")
        numbered = service.invoke("echo", b"{}", qualifier="1")
    assert answer(latest)[0] != answer(live)[0]
    assert answer(numbered) == [answer(live)[0], 2]


@pytest.mark.parametrize(
    "name",
    ["nobody", "echo:dead", "echo:2", "arn:aws:lambda:us-east-1:123456789012:function:echo", "echo:live:live", ""],
)
def test_an_unknown_name_is_refused(tmp_path: Path, name: str) -> None:
    with service_of(tmp_path, ECHO) as service, pytest.raises(FunctionNotFoundError):
        service.invoke(name, b"{}")


def test_two_qualifiers_that_differ_are_refused(tmp_path: Path) -> None:
    with service_of(tmp_path, ECHO) as service:
        assert service.find("echo:live", "live").qualifier == "live"
        with pytest.raises(QualifierMismatchError):
            service.find("echo:live", "$LATEST")


def test_the_timeline_tells_how_long_each_run_took(tmp_path: Path) -> None:
    with service_of(tmp_path, "def handler(event, context):\n    return 1 / event['by']\n", async_retries=0) as service:
        good = service.invoke("echo", b'{"by": 1}')
        service.invoke_async("echo", b'{"by": 0}')
        service.drain(AMPLE_SECONDS)
        entries = service.timeline
    assert [(e.function_name, e.is_async, e.error) for e in entries] == [
        ("echo", False, None),
        ("echo", True, "ZeroDivisionError"),
    ]
    assert (entries[0].duration_ms, entries[0].init_ms) == (good.duration_ms, good.init_ms)
    assert entries[0].started_at < entries[1].started_at


def test_stopping_ends_every_process_also_in_the_middle_of_an_invocation(tmp_path: Path) -> None:
    source = (
        "import subprocess\n" + Meeting.MEET + "def handler(event, context):\n"
        "    child = subprocess.Popen(['sleep', '60'])\n"
        "    print('child', child.pid, flush=True)\n"
        "    meet(event['port'])\n"
    )
    with meeting() as place, ThreadPoolExecutor() as callers:
        with service_of(tmp_path, source) as service:
            call = callers.submit(service.invoke, "echo", place.event)
            pid = place.arrive()
        cut = call.result()
    assert failure(cut)["errorType"] == "Runtime.ExitError"
    assert has_ended(pid)
    assert has_ended(int(cut.log_tail.partition(b"child ")[2].split()[0]))
    calls: tuple[Callable[[str, bytes], object], ...] = (service.invoke, service.invoke_async)
    for use in calls:
        with pytest.raises(ServiceStoppedError):
            use("echo", b"{}")


class SlowStart:
    """Environments that start when they may; `started` are those that did."""

    def __init__(self) -> None:
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        self.started: list[ExecutionEnvironment] = []

    def __call__(self, spec: FunctionSpec, version: str, runtime: Runtime) -> ExecutionEnvironment:
        self.begun.set()
        assert self.may_go_on.wait(AMPLE_SECONDS)
        self.started.append(ExecutionEnvironment(spec, version, runtime))
        return self.started[-1]


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_start_that_takes_long_keeps_nobody_else_waiting(tmp_path: Path, is_stopped: bool) -> None:
    slow, spec = SlowStart(), function(tmp_path, ECHO)
    with (
        ThreadPoolExecutor() as callers,
        LambdaService(by_name(spec), runtime(tmp_path), environments=slow) as service,
    ):
        call = callers.submit(service.invoke, "echo", b"7")
        assert slow.begun.wait(AMPLE_SECONDS)
        assert service.timeline == ()
        if is_stopped:
            service.stop()
        slow.may_go_on.set()
        if is_stopped:
            with pytest.raises(ServiceStoppedError):
                call.result()
        else:
            assert answer(call.result()) == 7
    (environment,) = slow.started
    assert not environment.is_usable


def test_nothing_is_left_after_a_stop(tmp_path: Path) -> None:
    threads, files = set(threading.enumerate()), open_files()
    with service_of(tmp_path, COUNTER) as service:
        pid = answer(service.invoke("echo", b"{}"))[0]
        service.invoke_async("echo", b"{}")
        service.drain(AMPLE_SECONDS)
    service.stop()
    assert has_ended(pid)
    # What others left behind may end meanwhile.
    assert set(threading.enumerate()) <= threads
    assert open_files() <= files


def open_files() -> set[tuple[str, str]]:
    """Every open file of this process: its number, and what it leads to, which tells one socket from another."""
    files = set()
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one with which this folder was read
            files.add((link.name, str(link.readlink())))
    return files
