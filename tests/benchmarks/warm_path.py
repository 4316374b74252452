"""A warm question through the whole local system beside a script, and the acknowledgement by itself."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.cold_bench import ColdBench
from tests.benchmarks.process import run_python
from tests.benchmarks.report import Figure, Section, figure, percentile, ratio
from tests.benchmarks.warm_bench import PROVIDER_SECONDS, questions

_PROBE = Path(__file__).parent / "probes" / "acknowledge.py"
_COMMANDS, _QUICK_COMMANDS = 500, 100
# The first commands connect to AWS, read the secret and build the app.
_FIRST = 10


def measure(quick: bool) -> Section:
    """The overhead over the slowest provider, the script's time beside it, and the acknowledgement in-process."""
    asked = questions(quick)
    overhead = figure(
        "question to answer, minus the slowest provider's 300 ms",
        "ms",
        [answer_ms - PROVIDER_SECONDS * 1000 for answer_ms in asked.answer_ms],
        goal=60,
    )
    parallel = ratio("a script, one provider after another / Balance Bot", asked.script_ms, asked.answer_ms)
    acknowledged_ms = _acknowledgements(_QUICK_COMMANDS if quick else _COMMANDS)
    acknowledgement = figure("acknowledgement in-process", "ms", acknowledged_ms, goal=15)
    p99 = figure("acknowledgement in-process, p99", "ms", [percentile(acknowledged_ms, 99)], goal=60)
    figures: list[Figure] = [
        overhead,
        figure("question to answer, three providers of 300 ms each", "ms", asked.answer_ms),
        figure("the same by a script, one provider after another", "ms", asked.script_ms),
        parallel,
        figure("acknowledgement through the function URL", "ms", asked.acknowledgement_ms),
        acknowledgement,
        p99,
        figure("new connections to providers while warm", "", [asked.connections], goal=0),
        figure("the answer after the providers closed their connections", "ms", [asked.reopened_ms]),
    ]
    for name, runs in sorted(asked.runs.items()):
        figures.append(figure(f"   {name}: processor time of one question", "ms", [run.cpu_ms for run in runs]))
    return Section(
        "Warm path: everything is running already",
        tuple(figures),
        {
            "warm_overhead_ms": overhead.median,
            "sequential_to_parallel": parallel.median,
            "ack_median_ms": acknowledgement.median,
            "ack_p99_ms": p99.median,
        },
    )


def _acknowledgements(commands: int) -> list[float]:
    with TemporaryDirectory() as folder, ColdBench(Path(folder)) as bench:
        events = Path(folder, "events.jsonl")
        events.write_bytes(b"\n".join(bench.command() for _ in range(commands + _FIRST)))
        printed = run_python(bench.specs["slack"], bench.runtime, str(_PROBE), str(events))
    took_ms: list[float] = json.loads(printed.splitlines()[-1])
    return took_ms[_FIRST:]
