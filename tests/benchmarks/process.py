"""A function in its own process under Lambda's runtime client, with its wall and processor time."""

import subprocess
import sys
import uuid
from dataclasses import dataclass

from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_names import function_arn
from tests.local.aws.function_runtime import Runtime, function_variables
from tests.local.aws.invocation import Invocation
from tests.local.aws.stack import FunctionSpec


class FunctionFailedError(Exception):
    """A function under measurement failed; the text is its log or its answer."""


@dataclass(frozen=True)
class Start:
    """A cold start, from the start of the process to the first answer."""

    wall_ms: float
    cpu_ms: float
    payload: bytes


def start(spec: FunctionSpec, runtime: Runtime, payload: bytes) -> Start:
    """Start a new process, let it answer `payload`, and end it. Raises FunctionFailedError."""
    environment = ExecutionEnvironment(spec, "$LATEST", runtime)
    try:
        result = environment.invoke(Invocation(str(uuid.uuid4()), payload, function_arn(spec.name, None)))
        if result.function_error or result.init_ms is None:
            raise FunctionFailedError(f"{spec.name}: {result.log_tail.decode(errors='replace')}")
        return Start(result.init_ms + result.duration_ms, environment.cpu_seconds * 1000, result.payload)
    finally:
        environment.close()


def run_python(spec: FunctionSpec, runtime: Runtime, *arguments: str) -> str:
    """What Python prints with the function's own environment and path, without the runtime client."""
    variables = function_variables(spec, "$LATEST", runtime, "benchmark")
    command = (sys.executable, "-S", *arguments)
    done = subprocess.run(command, cwd=spec.code, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FunctionFailedError(f"{spec.name}: {done.stderr}")
    return done.stdout
