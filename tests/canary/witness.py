"""Execution environments that turn on every log, and record what the functions get and return."""

from dataclasses import dataclass, replace
from pathlib import Path

from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import Invocation, InvokeResult
from tests.local.aws.stack import FunctionSpec

_NOISY = Path(__file__).parent / "noisy"
# As the template's LoggingConfig makes Lambda set them at LogLevel DEBUG.
_LAMBDA_LOG = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "DEBUG"}


@dataclass(frozen=True)
class Run:
    """One invocation of a function, with the event it got."""

    function_name: str
    event: bytes
    result: InvokeResult


class Witness:
    """An `EnvironmentFactory`. `forced` undoes the log levels that the functions set for libraries."""

    def __init__(self, *, forced: bool = False) -> None:
        self._forced = forced
        self.runs: list[Run] = []

    def __call__(self, spec: FunctionSpec, version: str, runtime: Runtime) -> "WitnessedEnvironment":
        variables = {"NOISY_HANDLER": spec.handler, **_LAMBDA_LOG} | ({"NOISY_FORCED": "1"} if self._forced else {})
        noisy = replace(
            spec, handler="noisy.handler", layers=(*spec.layers, _NOISY), environment={**spec.environment, **variables}
        )
        return WitnessedEnvironment(ExecutionEnvironment(noisy, version, runtime), spec.name, self.runs)


class WitnessedEnvironment:
    """Runs a function as `environment` does and adds every invocation to `runs`."""

    def __init__(self, environment: ExecutionEnvironment, function_name: str, runs: list[Run]) -> None:
        self._environment, self._function_name, self._runs = environment, function_name, runs

    @property
    def is_usable(self) -> bool:
        return self._environment.is_usable

    def invoke(self, invocation: Invocation) -> InvokeResult:
        result = self._environment.invoke(invocation)
        self._runs.append(Run(self._function_name, invocation.payload, result))
        return result

    def close(self) -> None:
        self._environment.close()
