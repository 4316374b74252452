"""From one merchant account to a thousand, spread over the three providers: time, memory, and the message.

The providers' functions run one after another, because each has a machine of its own in Lambda and shares two
processors here; a question takes as long as the slowest of them.
"""

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, BalanceTotal
from balance_core.money import Money
from balance_slack.blocks import render
from tests.benchmarks.aws_stand_in import AwsStandIn
from tests.benchmarks.cold_bench import PROVIDERS
from tests.benchmarks.crowd import crowded
from tests.benchmarks.process import UnexpectedAnswerError
from tests.benchmarks.report import Figure, Section, figure
from tests.local.aws.cloudformation import load_template
from tests.local.aws.execution_environment import ExecutionEnvironment
from tests.local.aws.function_runtime import Runtime
from tests.local.aws.invocation import Invocation
from tests.local.aws.stack import FunctionSpec
from tests.local.aws.template import stack_of
from tests.local.company import PARAMETERS
from tests.local.simulators.faults import Fault, FaultName
from tests.local.system import INSTALLED, PROJECT, WORKSPACE, build_paths
from tests.rendering.answers import AS_OF, CORRELATION_ID, NAMES

_ACCOUNTS = (1, 10, 100, 1000)
_PARALLEL_CALLS = 20
_LATENCY_SECONDS = 0.1
_ROUNDS, _QUICK_ROUNDS = 5, 2
_RENDERED_ACCOUNTS = 1000
_CURRENCIES = ("AED", "BRL", "EUR", "GBP", "USD")


@dataclass(frozen=True)
class _Asked:
    """One provider's function with so many accounts: the seconds that each round took, and its peak memory."""

    accounts: int
    took_seconds: Sequence[float]
    peak_memory_mb: int

    def over(self, turns: float) -> list[float]:
        """Each round's time over that of so many turns, in each of which as many calls as allowed are answered."""
        return [took_seconds / (turns * _LATENCY_SECONDS) for took_seconds in self.took_seconds]


def measure(quick: bool) -> Section:
    """Time over the ideal for each number of accounts, memory for each further account, and rendering."""
    with TemporaryDirectory() as logs:
        asked = {count: _ask_all(count, Path(logs), _QUICK_ROUNDS if quick else _ROUNDS) for count in _ACCOUNTS}
    figures: list[Figure] = []
    for count in _ACCOUNTS:
        in_turns = _slowest([one.over(ceil(one.accounts / _PARALLEL_CALLS)) for one in asked[count]])
        figures.append(figure(f"{count:,} accounts: time / (turns of 20 calls x 100 ms)", "x", in_turns, goal=1.25))
        memory_mb = [one.peak_memory_mb for one in asked[count]]
        figures.append(figure("   peak memory of a provider's function", "MB", memory_mb))
    divided = _slowest([one.over(one.accounts / _PARALLEL_CALLS) for one in asked[1000]])
    ideal = figure("1,000 accounts: time / (calls / 20 x 100 ms)", "x", divided, goal=1.25)
    figures.append(ideal)
    grown = [_kilobytes_per_account(few, many) for few, many in zip(asked[1], asked[1000], strict=True)]
    figures.append(figure("memory for each further account", "kB", grown, goal=50))
    figures.append(
        figure(
            f"rendering {_RENDERED_ACCOUNTS * len(_CURRENCIES):,} balances",
            "ms",
            _rendering_ms(10 if quick else 50),
            goal=50,
        )
    )
    notes = ("100 accounts are 34 calls to a provider: two turns of 20.",)
    return Section("Growth: more merchant accounts", tuple(figures), {"growth_1000_to_ideal": ideal.median}, notes)


def _slowest(rounds_by_provider: Sequence[Sequence[float]]) -> list[float]:
    """Of each round the slowest provider, since a question waits for all of them."""
    return [max(each) for each in zip(*rounds_by_provider, strict=True)]


def _ask_all(count: int, logs: Path, rounds: int) -> list[_Asked]:
    shares = [count // len(PROVIDERS) + (place < count % len(PROVIDERS)) for place in range(len(PROVIDERS))]
    return [_ask(name, max(1, share), logs, rounds) for name, share in zip(PROVIDERS, shares, strict=True)]


def _ask(provider: str, accounts: int, logs: Path, rounds: int) -> _Asked:
    simulator, secrets = crowded(provider, accounts)
    with simulator, AwsStandIn(secrets) as aws:
        simulator.set_fault(Fault(FaultName.SLOW, _LATENCY_SECONDS))
        variables = {
            "AWS_ENDPOINT_URL": aws.url,
            "ALLOW_INSECURE_PROVIDER_URLS": "true",
            "MAX_PARALLEL_CALLS": str(_PARALLEL_CALLS),
        }
        runtime = Runtime((INSTALLED / "runtime",), logs, WORKSPACE / "pycache", variables)
        environment = ExecutionEnvironment(_function(provider), "$LATEST", runtime)
        try:
            _invoke(environment, accounts)  # the cold start
            took_seconds = [_invoke(environment, accounts) for _ in range(rounds)]
            return _Asked(accounts, took_seconds, environment.peak_memory_mb or 0)
        finally:
            environment.close()


def _function(provider: str) -> FunctionSpec:
    functions = stack_of(load_template(PROJECT / "template.yaml", PARAMETERS), build_paths()).functions
    # A thousand accounts at one provider take five seconds; the deadline is not what is measured.
    spec = functions[f"balance-bot-{provider}"]
    return replace(spec, environment={**spec.environment, "DEADLINE_SECONDS": "14"})


def _invoke(environment: ExecutionEnvironment, accounts: int) -> float:
    started = time.perf_counter()
    result = environment.invoke(Invocation(str(uuid.uuid4()), b"{}", "arn"))
    took_seconds = time.perf_counter() - started
    answer = json.loads(result.payload)
    if result.function_error or answer["failures"] or len(answer["reports"]) != accounts:
        raise UnexpectedAnswerError(f"not every account was answered: {result.payload[:500]!r}")
    return took_seconds


def _kilobytes_per_account(few: _Asked, many: _Asked) -> float:
    return (many.peak_memory_mb - few.peak_memory_mb) * 1024 / (many.accounts - few.accounts)


def _rendering_ms(rounds: int) -> list[float]:
    summary = _large_answer()
    took_ms = []
    for _ in range(rounds):
        started = time.perf_counter()
        render(summary, NAMES, CORRELATION_ID)
        took_ms.append((time.perf_counter() - started) * 1000)
    return took_ms


def _large_answer() -> BalanceSummary:
    """A balance in each currency for each account, the accounts dealt to the three providers in turn."""
    reports = []
    for number in range(_RENDERED_ACCOUNTS):
        held = [
            Balance(Account("DISBURSEMENT"), code, AS_OF, available=Money(Decimal(number), code))
            for code in _CURRENCIES
        ]
        reports.append(BalanceReport(PROVIDERS[number % len(PROVIDERS)], f"m{number}", tuple(held)))
    totals = (BalanceTotal(code, Money(Decimal(1), code), None, None) for code in _CURRENCIES)
    return BalanceSummary(AS_OF, tuple(totals), tuple(reports))
