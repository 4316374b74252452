"""What a function finds in its local execution environment: context, variables, modules, memory, log, SnapStart."""

from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.integration.throwaway_functions import ECHO, answer, by_name, failure, function, runtime, service_of
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.invocation import Invocation
from tests.local.aws.lambda_service import LambdaService
from tests.local.aws.runtime_api import RuntimeApi


def test_the_function_sees_the_context_that_lambda_gives(tmp_path: Path) -> None:
    source = (
        "def handler(event, context):\n"
        "    return {'arn': context.invoked_function_arn, 'version': context.function_version,\n"
        "            'id': context.aws_request_id, 'memory': context.memory_limit_in_mb,\n"
        "            'group': context.log_group_name, 'left': context.get_remaining_time_in_millis(),\n"
        "            'custom': context.client_context.custom}\n"
    )
    with service_of(tmp_path, source) as service:
        result = service.invoke("echo:live", b"{}", client_context='{"custom": {"a": "b"}}')
    seen = answer(result)
    assert 1_000 < seen.pop("left") <= 60_000
    assert seen == {
        "arn": "arn:aws:lambda:eu-central-1:123456789012:function:echo:live",
        "version": "1",
        "id": result.request_id,
        "memory": "256",
        "group": "/aws/lambda/echo",
        "custom": {"a": "b"},
    }


def test_the_process_has_lambdas_environment_and_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BALANCE_BOT_TEST_LEAK", "visible")
    source = "import os\ndef handler(event, context):\n    return [dict(os.environ), os.getcwd()]\n"
    spec = function(tmp_path, source, environment={"SERVICE": "a", "MODE": "own", "AWS_REGION": "us-east-1"})
    local = runtime(tmp_path, environment={"MODE": "local"}, pycache=tmp_path / "pycache")
    with LambdaService(by_name(spec), local) as service:
        variables, folder = answer(service.invoke("echo", b"{}"))
    assert folder == str(spec.code) == variables["LAMBDA_TASK_ROOT"]
    assert variables["SERVICE"] == "a"
    assert variables["MODE"] == "local"
    assert variables["AWS_REGION"] == "eu-central-1"
    assert variables["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert "BALANCE_BOT_TEST_LEAK" not in variables
    assert not list(spec.code.rglob("__pycache__"))
    assert list((tmp_path / "pycache").rglob("app.*.pyc"))


def test_a_layer_is_importable_and_this_machines_packages_are_not(tmp_path: Path) -> None:
    layer = tmp_path / "layer"
    layer.mkdir()
    (layer / "shared.py").write_text("WORD = 'from the layer'\n")
    source = (
        "import importlib.util, shared\n"
        "def handler(event, context):\n"
        "    return [shared.WORD, importlib.util.find_spec('pytest') is not None]\n"
    )
    bare = tmp_path / "runtime"
    bare.mkdir()
    for name in ("awslambdaric", "snapshot_restore_py", "simplejson"):
        bare.joinpath(name).symlink_to(runtime(tmp_path).runtime_paths[0] / name)
    for extension in runtime(tmp_path).runtime_paths[0].glob("runtime_client.*"):
        bare.joinpath(extension.name).symlink_to(extension)
    spec = function(tmp_path, source, layers=(layer,))
    with LambdaService(by_name(spec), runtime(tmp_path, runtime_paths=(bare,))) as service:
        assert answer(service.invoke("echo", b"{}")) == ["from the layer", False]


def test_the_memory_cap_is_enforced_when_asked_for(tmp_path: Path) -> None:
    source = "def handler(event, context):\n    return len(bytearray(event['mb'] << 20))\n"
    spec = function(tmp_path, source, memory_mb=256)
    with LambdaService(by_name(spec), runtime(tmp_path, enforce_memory=True)) as service:
        assert answer(service.invoke("echo", b'{"mb": 64}')) == 64 << 20
        assert failure(service.invoke("echo", b'{"mb": 512}'))["errorType"] == "MemoryError"


def test_the_log_has_lambdas_lines_and_the_tail_only_this_invocations(tmp_path: Path) -> None:
    source = "print('starting')\ndef handler(event, context):\n    print('saw', event['n'])\n"
    with service_of(tmp_path, source) as service:
        first, second = (service.invoke("echo", b'{"n": %d}' % n) for n in (1, 2))
    lines = first.log_tail.decode().splitlines()
    assert lines[:4] == [
        "starting",
        f"START RequestId: {first.request_id} Version: $LATEST",
        "saw 1",
        f"END RequestId: {first.request_id}",
    ]
    report = dict(word.split(": ", 1) for word in lines[4].removeprefix("REPORT ").split("\t"))
    assert report["RequestId"] == first.request_id
    assert report["Memory Size"] == "256 MB"
    assert report["Init Duration"] == f"{first.init_ms:.2f} ms"
    assert 0 < int(report["Max Memory Used"].removesuffix(" MB")) < 256
    assert b"saw 1" not in second.log_tail
    assert b"Init Duration" not in second.log_tail
    (file,) = (tmp_path / "logs").glob("echo.*.log")
    assert file.read_bytes() == first.log_tail + second.log_tail


def test_the_tail_is_the_last_four_kilobytes(tmp_path: Path) -> None:
    source = "def handler(event, context):\n    print('early'); print('x' * 5000)\n"
    with service_of(tmp_path, source) as service:
        tail = service.invoke("echo", b"{}").log_tail
    assert len(tail) == 4096
    assert tail.endswith(b" ms\n")
    assert b"early" not in tail


SNAPSHOT = (
    "from snapshot_restore_py import register_before_snapshot, register_after_restore\n"
    "import os\n"
    "seen = [os.environ['AWS_LAMBDA_INITIALIZATION_TYPE'], 'init']\n"
    "register_before_snapshot(lambda: seen.append('before snapshot'))\n"
    "register_after_restore(lambda: seen.append('after restore'))\n"
    "def handler(event, context):\n    return seen\n"
)


def test_snap_start_runs_its_hooks_for_the_alias_and_not_for_latest(tmp_path: Path) -> None:
    with service_of(tmp_path, SNAPSHOT, snap_start=True) as service:
        assert answer(service.invoke("echo:live", b"{}")) == ["snap-start", "init", "before snapshot", "after restore"]
        assert answer(service.invoke("echo", b"{}")) == ["on-demand", "init"]


HOOK = "import snapshot_restore_py as snapshot\nsnapshot.{}(lambda: {})\n" + ECHO


@pytest.mark.parametrize("hook", ["register_before_snapshot", "register_after_restore"])
def test_a_failing_snapshot_hook_is_the_answer(tmp_path: Path, hook: str) -> None:
    with service_of(tmp_path, HOOK.format(hook, "1 / 0"), snap_start=True) as service:
        assert failure(service.invoke("echo:live", b"{}"))["errorType"] == "ZeroDivisionError"


def test_there_is_no_snapshot_after_a_failing_hook_and_none_of_latest(tmp_path: Path) -> None:
    spec = function(tmp_path, HOOK.format("register_before_snapshot", "1 / 0"), snap_start=True)
    for version in ("1", "$LATEST"):
        with (
            closing(ExecutionEnvironment(spec, version, runtime(tmp_path))) as environment,
            pytest.raises(RuntimeError, match="echo is not ready for a snapshot"),
        ):
            environment.await_snapshot()


def test_what_follows_the_restore_waits_for_the_first_invocation(tmp_path: Path) -> None:
    mark = tmp_path / "restored"
    spec = function(
        tmp_path, HOOK.format("register_after_restore", f"open({str(mark)!r}, 'w').close()"), snap_start=True
    )
    with closing(ExecutionEnvironment(spec, "1", runtime(tmp_path))) as environment:
        environment.await_snapshot()
        assert not mark.exists()
        assert answer(environment.invoke(Invocation("one", b"7", "arn"))) == 7
        assert mark.exists()


def test_a_function_with_snap_start_asks_for_its_credentials(tmp_path: Path) -> None:
    source = (
        "import os, botocore.session\n"
        "def handler(event, context):\n"
        "    found = botocore.session.Session().get_credentials()\n"
        "    return [found.method, found.access_key, 'AWS_SECRET_ACCESS_KEY' in os.environ]\n"
    )
    with service_of(tmp_path, source, snap_start=True) as service:
        assert answer(service.invoke("echo:live", b"{}")) == ["container-role", "echo", False]
        assert answer(service.invoke("echo", b"{}")) == ["env", "echo", True]


def test_nobody_else_gets_a_functions_credentials() -> None:
    with closing(RuntimeApi()) as api:
        url = api.credential_variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        assert httpx.get(url, headers={"Authorization": "guess"}).status_code == 404
        assert httpx.get(url).status_code == 404
