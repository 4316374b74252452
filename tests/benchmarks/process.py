"""A function in a process of its own under Lambda's runtime client, with its wall and processor time."""

import subprocess
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import Runtime, function_variables
from tests.local.aws.invocation import Invocation
from tests.local.aws.stack import FunctionSpec

_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:"


class UnexpectedAnswerError(Exception):
    """A function did not do what was to be measured; the text shows its answer or its log."""


@dataclass(frozen=True)
class Start:
    """A cold start: from the process's start to the first answer, of which `init_ms` until the runtime was ready."""

    wall_ms: float
    cpu_ms: float
    init_ms: float
    payload: bytes
    peak_memory_mb: int


def start(spec: FunctionSpec, runtime: Runtime, payload: bytes) -> Start:
    """Start a new process, let it answer `payload`, and end it. Raises UnexpectedAnswerError when it fails."""
    # The unpublished version: a published one with SnapStart would begin with its snapshot's hooks.
    environment = ExecutionEnvironment(spec, "$LATEST", runtime)
    try:
        result = environment.invoke(Invocation(str(uuid.uuid4()), payload, f"{_ARN}{spec.name}"))
        if result.function_error or result.init_ms is None:
            raise UnexpectedAnswerError(f"{spec.name}: {result.log_tail.decode(errors='replace')}")
        cpu_ms = environment.cpu_seconds * 1000
        peak_mb = environment.peak_memory_mb or 0
        return Start(result.init_ms + result.duration_ms, cpu_ms, result.init_ms, result.payload, peak_mb)
    finally:
        environment.close()


def restored_ms(spec: FunctionSpec, runtime: Runtime, payload: bytes) -> float:
    """From where a SnapStart snapshot would be taken to the first answer. Raises UnexpectedAnswerError when it fails.

    No snapshot is taken or loaded here: what that takes on AWS comes on top.
    """
    environment = ExecutionEnvironment(replace(spec, snap_start=True), "1", runtime)
    try:
        environment.await_snapshot()
        started = time.perf_counter()
        result = environment.invoke(Invocation(str(uuid.uuid4()), payload, f"{_ARN}{spec.name}:live"))
        if result.function_error:
            raise UnexpectedAnswerError(f"{spec.name}: {result.log_tail.decode(errors='replace')}")
        return (time.perf_counter() - started) * 1000
    finally:
        environment.close()


def import_ms(spec: FunctionSpec, runtime: Runtime) -> float:
    """How long a new interpreter takes to import the handler's module, without the interpreter's own start."""
    module = spec.handler.rpartition(".")[0]
    code = f"import time; s = time.perf_counter(); import {module}; print((time.perf_counter() - s) * 1000)"
    return float(run_python(spec, runtime, "-c", code))


def run_python(spec: FunctionSpec, runtime: Runtime, *arguments: str) -> str:
    """What Python prints in the function's own environment and on its own path, without the runtime client."""
    variables = function_variables(spec, "$LATEST", runtime, "benchmark")
    command = (str(runtime.python), "-S", *arguments)
    done = subprocess.run(command, cwd=spec.code, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnexpectedAnswerError(f"{spec.name}: {done.stderr}")
    return done.stdout


def like(spec: FunctionSpec, name: str, code: Path, variables: Mapping[str, str] | None = None) -> FunctionSpec:
    """A baseline that runs exactly as `spec` does, with the same folders on its path, but from `code`."""
    environment = {**spec.environment, **(variables or {})}
    return replace(spec, name=name, handler=f"{name}.handler", code=code, environment=environment)
