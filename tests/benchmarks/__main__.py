"""`make bench`: run the benchmarks and print their figures; the exit code is 1 when a goal is missed."""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tests.benchmarks import cold_start, cost, growth, kms, memory, size, warm_path, watch
from tests.benchmarks.report import Section, as_json, as_table

# In the order of the report. With `quick` each takes few samples: enough to see that it works, too few to quote.
_BENCHMARKS: Mapping[str, Callable[[bool], Section]] = {
    "cold_start": cold_start.measure,
    "warm_path": warm_path.measure,
    "growth": growth.measure,
    "memory": memory.measure,
    "kms": kms.measure,
    "size": size.measure,
    "watch": watch.measure,
    "cost": cost.measure,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all. Progress goes to standard error, figures to standard output."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="ONLY", help=f"any of: {', '.join(_BENCHMARKS)}")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="few samples")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.only) - set(_BENCHMARKS))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known are {', '.join(_BENCHMARKS)}")
    sections = [_measured(name, options.quick) for name in options.only or _BENCHMARKS]
    data = as_json(sections, _machine())
    print(json.dumps(data, indent=2) if options.json else f"{_machine()}\n\n{as_table(sections)}")
    return 0 if data["is_met"] else 1


def _measured(name: str, quick: bool) -> Section:
    print(f"measuring {name} ...", file=sys.stderr, flush=True)
    started = time.monotonic()
    section = _BENCHMARKS[name](quick)
    return replace(section, seconds=round(time.monotonic() - started, 1))


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, load {load:.1f}"


if __name__ == "__main__":
    sys.exit(main())
