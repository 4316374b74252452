"""Questions through the whole local system while everything is already running."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from tests.benchmarks.process import FunctionFailedError
from tests.benchmarks.report import Figure, Section, figure
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import Invocation, InvokeResult
from tests.local.aws.stack import STACK_NAME, FunctionSpec
from tests.local.company import PARAMETERS
from tests.local.simulators.faults import Fault, FaultName
from tests.local.system import LocalSystem
from tests.rendering.answers import many_accounts
from tests.rendering.trial import render_ms

PROVIDER_SECONDS = 0.3
_ROUNDS, _QUICK_ROUNDS = 25, 5
_WARM_UP_ROUNDS = 3


@dataclass(frozen=True)
class Run:
    """One warm invocation of a function."""

    wall_ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Questions:
    """Samples of the same question: milliseconds until Slack had the answer, and until the URL acknowledged.

    `runs` are by function. `log_bytes` is what one question adds to the logs of all functions.
    """

    answer_ms: Sequence[float]
    acknowledgement_ms: Sequence[float]
    runs: Mapping[str, Sequence[Run]]
    log_bytes: float


class _MeasuredEnvironment(ExecutionEnvironment):
    """Reports every invocation but the first to `took`."""

    took: Callable[[Run], None]
    _is_warm = False

    def invoke(self, invocation: Invocation) -> InvokeResult:
        cpu_seconds = self.cpu_seconds
        result = super().invoke(invocation)
        if self._is_warm and self.is_usable:
            self.took(Run(result.duration_ms, (self.cpu_seconds - cpu_seconds) * 1000))
        self._is_warm = True
        return result


class _Runs:
    """Collects every warm invocation, by the function's short name."""

    def __init__(self) -> None:
        self.by_function: dict[str, list[Run]] = {}
        self._lock = Lock()

    def environment(self, spec: FunctionSpec, version: str, runtime: Runtime) -> ExecutionEnvironment:
        """How a LocalSystem is to run a function."""
        environment = _MeasuredEnvironment(spec, version, runtime)

        def took(run: Run) -> None:
            with self._lock:
                self.by_function.setdefault(spec.name.removeprefix(f"{STACK_NAME}-"), []).append(run)

        environment.took = took
        return environment


@cache
def questions(quick: bool) -> Questions:
    """Ask again and again; measured once for all sections of a run."""
    runs = _Runs()
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    # Every question must reach the providers, even if the same one was asked a moment ago.
    parameters = {**PARAMETERS, "FreshnessSeconds": "0"}
    with (
        TemporaryDirectory() as folder,
        LocalSystem(parameters=parameters, environments=runs.environment, logs=Path(folder)) as system,
    ):
        for _ in range(_WARM_UP_ROUNDS):
            _ask(system)
        for simulator in system.company.providers.values():
            simulator.set_fault(Fault(FaultName.SLOW, PROVIDER_SECONDS))
        runs.by_function.clear()
        logged = _size(Path(folder))
        asked = [_ask(system) for _ in range(rounds)]
        log_bytes = (_size(Path(folder)) - logged) / rounds
        by_function = {name: tuple(each) for name, each in runs.by_function.items()}
    answer_ms, acknowledgement_ms = zip(*asked, strict=True)
    return Questions(answer_ms, acknowledgement_ms, by_function, log_bytes)


def measure(quick: bool) -> Section:
    """The overhead over the slowest provider, what each function spends on a question, and what a long answer takes."""
    asked = questions(quick)
    overhead = figure(
        "question to answer, minus the 300 ms of the slowest provider",
        "ms",
        [answer_ms - PROVIDER_SECONDS * 1000 for answer_ms in asked.answer_ms],
        goal=50,
    )
    figures: list[Figure] = [
        overhead,
        figure("acknowledgement through the HTTP API", "ms", asked.acknowledgement_ms),
    ]
    for name, runs in sorted(asked.runs.items()):
        figures.append(figure(f"   processor time of {name}", "ms", [run.cpu_ms for run in runs]))
    rendering = figure("rendering 5,000 balances, processor time", "ms", render_ms(many_accounts(5000), 25), goal=50)
    ratios = {"warm_overhead_ms": overhead.median, "rendering_5000_ms": rendering.median}
    return Section("Warm path: everything is already running", (*figures, rendering), ratios)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _ask(system: LocalSystem) -> tuple[float, float]:
    """Milliseconds until the answer was delivered, and until the URL acknowledged."""
    before = len(system.company.slack.messages)
    started = datetime.now(UTC)
    reply = system.command("")
    system.settle()
    answer_ms = (system.company.slack.messages[before].delivered_at - started).total_seconds() * 1000
    answers = [json.loads(run.payload) for run in system.functions.timeline if run.function_name.endswith("aggregator")]
    if reply.status != 200 or answers[-1]["is_partial"]:
        raise FunctionFailedError(f"HTTP {reply.status}: {answers[-1]['failures']}")
    return answer_ms, reply.elapsed_ms
