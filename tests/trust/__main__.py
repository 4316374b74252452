"""`make trust`: run the measurements and print their figures; the exit code is 1 when a goal is missed."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from tests.trust.report import Section, as_json, as_table

_NO_MEASUREMENT = {"__init__", "__main__", "chunks", "report"}


def measurements() -> list[str]:
    """The modules of this package that measure something. Each has `measure() -> Section`."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _NO_MEASUREMENT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named measurements, or all. Progress goes to standard error, figures to standard output."""
    parser = argparse.ArgumentParser(prog="trust", description=__doc__)
    parser.add_argument("only", nargs="*", help=f"any of: {', '.join(measurements())}")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.only) - set(measurements()))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known are {', '.join(measurements())}")
    sections = []
    for name in options.only or measurements():
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        started = time.monotonic()
        section: Section = import_module(f"tests.trust.{name}").measure()
        sections.append(replace(section, seconds=round(time.monotonic() - started, 1)))
    print(json.dumps(as_json(sections), indent=2) if options.json else as_table(sections))
    return 0 if all(section.is_met for section in sections) else 1


if __name__ == "__main__":
    sys.exit(main())
