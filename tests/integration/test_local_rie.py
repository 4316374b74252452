"""The same behaviour from our own execution environment and from AWS's Runtime Interface Emulator.

RIE_BINARY is the path of aws-lambda-rie, which the aws-sam-cli package carries. What only one of the two can do is left
to the other tests.
"""

import os
from pathlib import Path

import pytest

from tests.integration.throwaway_functions import (
    AMPLE_SECONDS,
    Meeting,
    answer,
    by_name,
    failure,
    function,
    has_ended,
    meeting,
    runtime,
)
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.lambda_service import EnvironmentFactory, LambdaService
from tests.local.aws.rie import RieEnvironments

SOURCE = (
    "import os, sys, time\n"
    + Meeting.MEET
    + "def handler(event, context):\n"
    + "    match event.get('do'):\n"
    + "        case 'raise': raise ValueError('no')\n"
    + "        case 'sleep': time.sleep(60)\n"
    + "        case 'exit': os._exit(3)\n"
    + "    if 'port' in event:\n"
    + "        meet(event['port'])\n"
    + "    print('saw', event.get('do'))\n"
    + "    return [os.getpid(), os.environ['WORD'], context.function_name]\n"
)


@pytest.fixture(params=["own", pytest.param("rie", marks=pytest.mark.rie)])
def environments(request: pytest.FixtureRequest) -> EnvironmentFactory:
    if request.param == "own":
        return ExecutionEnvironment
    return RieEnvironments(Path(os.environ["RIE_BINARY"]))


def start(
    folder: Path, environments: EnvironmentFactory, source: str = SOURCE, timeout_seconds: int = AMPLE_SECONDS
) -> LambdaService:
    """One function, `echo`."""
    spec = function(folder, source, timeout_seconds=timeout_seconds, environment={"WORD": "w"})
    return LambdaService(by_name(spec), runtime(folder), environments=environments, retry_delays_seconds=(0.01,))


def test_an_answer_comes_from_a_process_that_stays(tmp_path: Path, environments: EnvironmentFactory) -> None:
    with start(tmp_path, environments) as service:
        cold, warm = (service.invoke("echo:live", b"{}") for _ in range(2))
    assert answer(cold)[1:] == ["w", "echo"]
    assert answer(warm) == answer(cold)
    assert cold.init_ms is not None
    assert warm.init_ms is None
    assert b"saw None" in warm.log_tail
    assert b"START RequestId: " in warm.log_tail


def test_two_at_once_have_an_environment_each(tmp_path: Path, environments: EnvironmentFactory) -> None:
    with start(tmp_path, environments) as service, meeting() as place:
        for _ in range(2):
            service.invoke_async("echo", place.event)
        assert place.arrive() != place.arrive()
        place.close()
        service.drain(AMPLE_SECONDS)
        assert [entry.error for entry in service.timeline] == [None, None]


def test_an_exception_is_reported_and_survived(tmp_path: Path, environments: EnvironmentFactory) -> None:
    with start(tmp_path, environments) as service:
        before = answer(service.invoke("echo", b"{}"))
        error = failure(service.invoke("echo", b'{"do": "raise"}'))
        assert answer(service.invoke("echo", b"{}")) == before
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no")


def test_a_timeout_is_reported_in_lambdas_words(tmp_path: Path, environments: EnvironmentFactory) -> None:
    with start(tmp_path, environments, timeout_seconds=1) as service:
        late = service.invoke("echo", b'{"do": "sleep"}')
        assert service.invoke("echo", b"{}").init_ms is not None
    message = f"RequestId: {late.request_id} Error: Task timed out after 1.00 seconds"
    assert failure(late) == {"errorType": "Sandbox.Timedout", "errorMessage": message}


def test_an_exit_is_reported(tmp_path: Path, environments: EnvironmentFactory) -> None:
    with start(tmp_path, environments) as service:
        error = failure(service.invoke("echo", b'{"do": "exit"}'))
        assert answer(service.invoke("echo", b"{}"))
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")


def test_an_import_error_is_reported(tmp_path: Path, environments: EnvironmentFactory) -> None:
    with start(tmp_path, environments, "import nowhere\n") as service:
        error = failure(service.invoke("echo", b"{}"))
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "No module named 'nowhere'" in error["errorMessage"]


def test_a_failed_event_is_tried_again(tmp_path: Path, environments: EnvironmentFactory) -> None:
    with start(tmp_path, environments) as service:
        service.invoke_async("echo", b'{"do": "raise"}')
        service.drain(AMPLE_SECONDS)
        assert [entry.error for entry in service.timeline] == ["ValueError"] * 3


def test_a_stop_leaves_no_process(tmp_path: Path, environments: EnvironmentFactory) -> None:
    with start(tmp_path, environments) as service:
        pid = answer(service.invoke("echo", b"{}"))[0]
    assert has_ended(pid)
