"""Cold starts under Lambda's own runtime client, beside baselines that start in turns with the functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.cold_bench import PROVIDERS, ColdBench
from tests.benchmarks.process import Start, import_ms
from tests.benchmarks.report import Figure, Section, figure, ratio

_ROUNDS, _QUICK_ROUNDS = 15, 3
_TITLES = {
    "slack": "Slack front, to the acknowledgement",
    "slack-reporter": "Slack reporter, to the delivered answer",
    "aggregator": "aggregator",
    "pagsmile": "pagsmile",
    "payby": "payby",
    "payermax": "payermax",
    "baseline_empty": "baseline: empty handler",
    "baseline_boto3": 'baseline: import boto3; boto3.client("lambda")',
    "baseline_provider": "baseline: httpx + cryptography + one botocore client",
    "baseline_bolt": "baseline: Bolt as documented, to the acknowledgement",
}
_NAMES = {"baseline_bolt": "Bolt", "baseline_boto3": "boto3", "baseline_provider": "httpx + cryptography + client"}
# Busy neighbours disturb the time on the clock more than the processor's.
_BASELINES = {
    "slack": "baseline_bolt",
    "aggregator": "baseline_boto3",
    **dict.fromkeys(PROVIDERS, "baseline_provider"),
}


@dataclass(frozen=True)
class ColdStarts:
    """Samples by short name, one of each in every round."""

    starts: Mapping[str, Sequence[Start]]
    imports_ms: Mapping[str, Sequence[float]]
    restored_ms: Sequence[float]

    def wall_ms(self, name: str) -> list[float]:
        return [each.wall_ms for each in self.starts[name]]

    def cpu_ms(self, name: str) -> list[float]:
        return [each.cpu_ms for each in self.starts[name]]


@cache
def cold_starts(quick: bool) -> ColdStarts:
    """Start everything several times, in turns; measured once for all sections of a run."""
    with TemporaryDirectory() as logs, ColdBench(Path(logs)) as bench:
        bench.round()  # compiles every module, which on AWS the layer's build has done
        rounds = _QUICK_ROUNDS if quick else _ROUNDS
        starts, imports, restored = [], [], []
        for _ in range(rounds):
            starts.append(bench.round())
            restored.append(bench.restored_ms())
            imports.append({name: import_ms(bench.specs[name], bench.runtime) for name in _TITLES})
    return ColdStarts(
        {name: [each[name] for each in starts] for name in _TITLES},
        {name: [each[name] for each in imports] for name in _TITLES},
        restored,
    )


def measure(quick: bool) -> Section:
    """Every function's start, its import, and the ratios that the goals are about."""
    cold = cold_starts(quick)
    providers = [_ratio(cold, name, "baseline_provider", 1.3) for name in PROVIDERS]
    ratios = {
        "slack_front_cold_to_bolt": _ratio(cold, "slack", "baseline_bolt", 0.6),
        "aggregator_cold_to_boto3": _ratio(cold, "aggregator", "baseline_boto3", 1.15),
        # The slowest of the three.
        "provider_cold_to_baseline": max(providers, key=lambda each: each.median),
    }
    figures: list[Figure] = [*ratios.values()]
    figures += [_ratio(cold, name, baseline, cpu=True) for name, baseline in _BASELINES.items()]
    for name, title in _TITLES.items():
        figures.append(figure(title, "ms", cold.wall_ms(name)))
        figures.append(figure("   its import, without the runtime", "ms", cold.imports_ms[name]))
        figures.append(figure("   processor time of the whole start", "ms", cold.cpu_ms(name)))
    title = "Slack front with SnapStart, from the restored process to the acknowledgement"
    figures.append(figure(title, "ms", cold.restored_ms))
    return Section(
        "Cold start: from the process's start to the first answer",
        tuple(figures),
        {name: each.median for name, each in ratios.items()},
    )


def _ratio(cold: ColdStarts, name: str, baseline: str, goal: float | None = None, *, cpu: bool = False) -> Figure:
    title = f"{_TITLES[name].partition(',')[0]} / {_NAMES[baseline]}"
    if cpu:
        return ratio(f"   {title}, processor time", cold.cpu_ms(name), cold.cpu_ms(baseline))
    return ratio(title, cold.wall_ms(name), cold.wall_ms(baseline), goal)
