"""Warm questions through the whole local system, and what each function spends on one."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from tests.benchmarks.process import UnexpectedAnswerError
from tests.benchmarks.script import Script
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import Invocation, InvokeResult
from tests.local.aws.stack import FunctionSpec
from tests.local.company import found_company
from tests.local.simulators.faults import Fault, FaultName
from tests.local.system import WORKSPACE, LocalSystem

PROVIDER_SECONDS = 0.3
_ROUNDS, _QUICK_ROUNDS = 25, 5


@dataclass(frozen=True)
class Run:
    """One warm invocation of a function."""

    wall_ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Questions:
    """Samples of the same question, in turns: `answer_ms` through the function URL until Slack has the answer.

    `acknowledgement_ms` is when the URL answered; `script_ms` what a plain script took. `runs` are by function.
    `connections` counts what the providers accepted during the questions; `reopened_ms` is the answer after every
    provider had closed its connections. `log_bytes` is what one question adds to all the functions' logs.
    """

    answer_ms: Sequence[float]
    acknowledgement_ms: Sequence[float]
    script_ms: Sequence[float]
    runs: Mapping[str, Sequence[Run]]
    connections: int
    reopened_ms: float
    log_bytes: float


class _MeasuredEnvironment(ExecutionEnvironment):
    """Tells `took` of every invocation but the first."""

    took: Callable[[Run], None]
    _is_warm = False

    def invoke(self, invocation: Invocation) -> InvokeResult:
        started_seconds = self.cpu_seconds
        result = super().invoke(invocation)
        if self._is_warm and self.is_usable:
            self.took(Run(result.duration_ms, (self.cpu_seconds - started_seconds) * 1000))
        self._is_warm = True
        return result


@cache
def questions(quick: bool) -> Questions:
    """Ask everything again and again, and let a script do so in between; measured once for all sections of a run."""
    with TemporaryDirectory() as logs:
        return _ask(Path(logs), _QUICK_ROUNDS if quick else _ROUNDS)


def _ask(logs: Path, rounds: int) -> Questions:
    runs = _Runs()
    company = found_company(WORKSPACE / "keys")
    simulators = company.providers.values()
    with LocalSystem(company, environments=runs.environment, logs=logs) as system, closing(Script(company)) as script:
        # Every question is to reach the providers, also the one that was asked a moment ago.
        system.variables["FRESHNESS_SECONDS"] = "0"
        for _ in range(3):
            _question(system)
            script.ask()
        for simulator in simulators:
            simulator.set_fault(Fault(FaultName.SLOW, PROVIDER_SECONDS))
        runs.by_function.clear()
        connected, logged = sum(each.connections for each in simulators), _size(logs)
        asked, scripts = [], []
        for _ in range(rounds):
            asked.append(_question(system))
            scripts.append(_script_ms(script))
        connections = sum(each.connections for each in simulators) - connected
        log_bytes = (_size(logs) - logged) / rounds
        measured = {name: tuple(each) for name, each in runs.by_function.items()}
        for simulator in simulators:
            simulator.hang_up()
        reopened_ms, _ = _question(system)
    answer_ms, acknowledgement_ms = zip(*asked, strict=True)
    return Questions(answer_ms, acknowledgement_ms, scripts, measured, connections, reopened_ms, log_bytes)


class _Runs:
    """Collects what every warm invocation took, by the function's short name."""

    def __init__(self) -> None:
        self.by_function: dict[str, list[Run]] = {}
        self._lock = Lock()

    def environment(self, spec: FunctionSpec, version: str, runtime: Runtime) -> ExecutionEnvironment:
        """A LocalSystem's way to run a function."""
        made = _MeasuredEnvironment(spec, version, runtime)

        def took(run: Run) -> None:
            with self._lock:
                self.by_function.setdefault(spec.name.removeprefix("balance-bot-"), []).append(run)

        made.took = took
        return made


def _script_ms(script: Script) -> float:
    started = time.perf_counter()
    script.ask()
    return (time.perf_counter() - started) * 1000


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _question(system: LocalSystem) -> tuple[float, float]:
    """Milliseconds until the answer was delivered, and until the URL acknowledged."""
    told = len(system.company.slack.messages)
    started = time.perf_counter()
    reply = system.command("")
    system.company.slack.wait_for_message(told + 1)
    answer_ms = (time.perf_counter() - started) * 1000
    system.settle()
    answers = [json.loads(run.payload) for run in system.functions.timeline if run.function_name.endswith("aggregator")]
    if reply.status != 200 or answers[-1]["is_partial"]:
        raise UnexpectedAnswerError(f"HTTP {reply.status}: {answers[-1]['failures']}")
    return answer_ms, reply.elapsed_ms
