"""From one merchant account to a thousand, shared among the three providers: time and memory.

In Lambda each provider's function has a machine of its own. Here they run one after another, and a question takes as
long as the slowest of them.
"""

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.aws_stand_in import AwsStandIn
from tests.benchmarks.cold_bench import PROVIDERS, function_specs
from tests.benchmarks.many_accounts import provider_with_accounts
from tests.benchmarks.process import FunctionFailedError
from tests.benchmarks.report import Figure, Section, figure
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import Invocation
from tests.local.aws.stack import STACK_NAME
from tests.local.certificates import local_authority
from tests.local.paths import INSTALLED, WORKSPACE
from tests.local.simulators.faults import Fault, FaultName

_GOALS = {1: None, 1000: 1.15}
_PARALLEL_CALLS = 20
_LATENCY_SECONDS = 0.1
_ROUNDS, _QUICK_ROUNDS = 5, 2


@dataclass(frozen=True)
class _Asked:
    """One provider's function with that many accounts: the seconds of each round, and its peak memory."""

    accounts: int
    took_seconds: Sequence[float]
    peak_memory_mb: int

    @property
    def over_ideal(self) -> list[float]:
        """Each round's time / the time of that many calls, 20 at a time, if nothing but the provider took time."""
        calls_in_a_row = max(1, self.accounts / _PARALLEL_CALLS)
        return [took_seconds / (calls_in_a_row * _LATENCY_SECONDS) for took_seconds in self.took_seconds]


def measure(quick: bool) -> Section:
    """Time over the ideal, and memory, for each number of accounts."""
    figures: list[Figure] = []
    with TemporaryDirectory() as logs:
        for accounts, goal in _GOALS.items():
            asked = [
                _ask(provider, max(1, len(range(place, accounts, len(PROVIDERS)))), Path(logs), quick)
                for place, provider in enumerate(PROVIDERS)
            ]
            slowest = [max(each) for each in zip(*(one.over_ideal for one in asked), strict=True)]
            figures.append(figure(f"{accounts:,} accounts: time / ideal", "x", slowest, goal))
            figures.append(figure("   peak memory of a provider function", "MB", [one.peak_memory_mb for one in asked]))
    notes = ("Ideal: each call takes 100 ms, 20 calls to a provider are under way, and nothing else takes time.",)
    ratios = {"growth_1000_to_ideal": next(each.median for each in figures if each.goal is not None)}
    return Section("Growth: more merchant accounts", tuple(figures), ratios, notes)


def _ask(provider: str, accounts: int, logs: Path, quick: bool) -> _Asked:
    simulator, secret = provider_with_accounts(provider, accounts)
    with simulator, AwsStandIn({f"{STACK_NAME}/{provider}": secret}) as aws:
        simulator.set_fault(Fault(FaultName.SLOW, _LATENCY_SECONDS))
        variables = {
            "AWS_ENDPOINT_URL": aws.url,
            "SSL_CERT_FILE": str(local_authority().ca_file),
            "MAX_PARALLEL_CALLS": str(_PARALLEL_CALLS),
            # A thousand accounts at one provider would take five seconds; the deadline is not measured here.
            "DEADLINE_SECONDS": "14",
        }
        runtime = Runtime((INSTALLED / "runtime",), logs, WORKSPACE / "pycache", variables)
        environment = ExecutionEnvironment(replace(function_specs()[provider], timeout_seconds=60), "$LATEST", runtime)
        try:
            _invoke(environment, accounts)  # the cold start
            took_seconds = [_invoke(environment, accounts) for _ in range(_QUICK_ROUNDS if quick else _ROUNDS)]
            return _Asked(accounts, took_seconds, environment.peak_memory_mb or 0)
        finally:
            environment.close()


def _invoke(environment: ExecutionEnvironment, accounts: int) -> float:
    started = time.perf_counter()
    result = environment.invoke(Invocation(str(uuid.uuid4()), b"{}", "arn"))
    took_seconds = time.perf_counter() - started
    answer = json.loads(result.payload)
    if result.function_error or answer["failures"] or len(answer["reports"]) != accounts:
        raise FunctionFailedError(f"not every account was answered: {result.payload[:500]!r}")
    return took_seconds
