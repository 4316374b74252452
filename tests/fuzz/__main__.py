"""`make fuzz SECONDS=60`: run every target for an equal share of the time, one per core at once.

`.local/fuzz` keeps the inputs that libFuzzer found useful, for the next run, and those that crash.
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.targets import CORPUS, TARGETS

_KEPT = Path(__file__).parents[2] / ".local" / "fuzz"
_LONGEST_INPUT_BYTES = 4096
_SLOW_INPUT_SECONDS = 10
# As in the template, but without metrics: one per input would drown the output.
_ENVIRONMENT = {"POWERTOOLS_METRICS_NAMESPACE": "BalanceBot", "POWERTOOLS_METRICS_DISABLED": "true"}
_EXECUTED = re.compile(r"stat::number_of_executed_units: (\d+)")


@dataclass(frozen=True)
class Run:
    """The result of one target; `output` is libFuzzer's."""

    target: str
    return_code: int
    executed: int
    output: str


def fuzz(target: str, seconds: int) -> Run:
    """Run one target for `seconds`, starting from the committed seeds and the inputs that earlier runs kept."""
    found = _KEPT / target
    found.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={_LONGEST_INPUT_BYTES}",
        f"-timeout={_SLOW_INPUT_SECONDS}",
        f"-artifact_prefix={_KEPT / target}-",
        "-print_final_stats=1",
        str(found),
        str(CORPUS / target),
    ]
    command = [sys.executable, "-m", "tests.fuzz.drive", target, *options]
    environment = {**os.environ, **_ENVIRONMENT}
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, env=environment)
    output = done.stdout + done.stderr
    executed = _EXECUTED.search(output)
    return Run(target, done.returncode, int(executed[1]) if executed else 0, output)


def main() -> int:
    """Print a line for each target and the output of each that crashed. Returns 1 when one crashed."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("only", nargs="*", help=f"some of: {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=60, help="total time")
    options = parser.parse_args()
    targets = options.only or list(TARGETS)
    at_once = min(os.cpu_count() or 1, len(targets))
    share = max(1, options.seconds * at_once // len(targets))
    print(f"{len(targets)} targets, {share} s each, {at_once} at once", file=sys.stderr)
    with ThreadPoolExecutor(at_once) as workers:
        runs = list(workers.map(lambda target: fuzz(target, share), targets))
    for run in runs:
        print(f"{'ok  ' if run.return_code == 0 else 'FAIL'} {run.target:10} {run.executed:>10,} inputs")
    failed = [run for run in runs if run.return_code != 0]
    for run in failed:
        print(f"\n--- {run.target}\n{run.output[-6000:]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
