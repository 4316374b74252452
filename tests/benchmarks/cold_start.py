"""Cold starts under Lambda's own runtime client, in the same rounds as the baselines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.cold_bench import PROVIDERS, ColdBench
from tests.benchmarks.process import Start
from tests.benchmarks.report import Figure, Section, figure, ratio

_ROUNDS, _QUICK_ROUNDS = 15, 3
_TITLES = {
    "slack": "Slack front, to the acknowledgement",
    "baseline_front": "   baseline: Bolt's Lambda handler, boto3, Powertools",
    "slack-reporter": "Slack reporter, to the delivered answer",
    "aggregator": "aggregator",
    "baseline_aggregator": "   baseline: boto3 in threads, Powertools",
    **{name: name for name in PROVIDERS},
    "baseline_provider": "   baseline: httpx, cryptography, boto3, Powertools",
}


@dataclass(frozen=True)
class ColdStarts:
    """Samples by short name, one of each in every round."""

    starts: Mapping[str, Sequence[Start]]

    def wall_ms(self, name: str) -> list[float]:
        return [each.wall_ms for each in self.starts[name]]

    def cpu_ms(self, name: str) -> list[float]:
        return [each.cpu_ms for each in self.starts[name]]

    def over(self, name: str, baseline: str, goal: float) -> Figure:
        title = _TITLES[name].partition(",")[0]
        return ratio(f"{title} / baseline", self.wall_ms(name), self.wall_ms(baseline), goal)


@cache
def cold_starts(quick: bool) -> ColdStarts:
    """Start everything several times, in turns; measured once for all sections of a run."""
    with TemporaryDirectory() as folder, ColdBench(Path(folder)) as bench:
        bench.round()
        compiled = bench.compiled_modules()
        rounds = [bench.round() for _ in range(_QUICK_ROUNDS if quick else _ROUNDS)]
        assert bench.compiled_modules() == compiled, "some modules were compiled while starts were measured"
    return ColdStarts({name: [each[name] for each in rounds] for name in _TITLES})


def measure(quick: bool) -> Section:
    """The ratios that have goals, and the time of every start."""
    cold = cold_starts(quick)
    front = cold.over("slack", "baseline_front", goal=1.0)
    aggregator = cold.over("aggregator", "baseline_aggregator", goal=1.2)
    providers = [cold.over(name, "baseline_provider", goal=1.15) for name in PROVIDERS]
    figures = [front, aggregator, *providers]
    for name, title in _TITLES.items():
        figures.append(figure(title, "ms", cold.wall_ms(name)))
        figures.append(figure("      processor time", "ms", cold.cpu_ms(name)))
    return Section(
        "Cold start: from the start of the process to the first answer",
        tuple(figures),
        {
            "front_cold_to_baseline": front.median,
            "aggregator_cold_to_baseline": aggregator.median,
            "provider_cold_to_baseline": max(each.median for each in providers),
        },
    )
