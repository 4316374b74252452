"""`make mutate`: try every mutant of the modules that money, keys, provider tables and access depend on.

Prints how many mutants of each module the tests kill. Fails when fewer than 95 % are killed, when a mutant survives
that survivors.toml does not list, or when a listed one no longer survives.
"""

import argparse
import json
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROJECT = Path(__file__).parents[2]
_FOLDER = Path(__file__).parent
_LEAST_KILLED_PERCENT = 95


@dataclass(frozen=True, order=True)
class Survivor:
    """A mutant that no test noticed: the module's path and the lines that differ, but no line number, which moves."""

    module: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.module}\n- {self.before}\n+ {self.after}"


def mutate(module: str, tests: list[str]) -> tuple[int, set[Survivor]]:
    """Let poodle try every mutant of a module. Return how many there were, and those that survived."""
    files = [str(file) for pattern in tests for file in sorted((_PROJECT / "tests").glob(pattern))]
    assert files, f"no file matches {tests}"
    source = Path(*Path(module).parts[:2])
    poodle = [sys.executable, "-m", "poodle.cli", "-q", "-c", str(_FOLDER / "poodle.toml")]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTEST_ADDOPTS": " ".join(files),
    }
    subprocess.run(
        [*poodle, "--only", str(Path(module).relative_to(source)), str(source)],
        cwd=_PROJECT,
        env=os.environ | environment,
        check=True,
    )
    trials = json.loads((_PROJECT / ".local/mutation.json").read_text(encoding="utf-8"))["mutant_trials"]
    # A mutant that runs into the timeout counts as killed.
    survivors = [trial["mutant"] for trial in trials if trial["result"]["reason_code"] == "Mutant Not Found"]
    return len(trials), {_survivor(module, mutant) for mutant in survivors}


def _survivor(module: str, mutant: dict[str, Any]) -> Survivor:
    lines = mutant["unified_diff"].splitlines()[2:]
    before, after = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return Survivor(module, before, after)


def main() -> int:
    """Print a line for each module, and every difference from survivors.toml."""
    table: dict[str, list[str]] = tomllib.loads((_FOLDER / "poodle.toml").read_text(encoding="utf-8"))["tests"]
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("only", nargs="*", help="only modules whose path contains one of these, such as payby/")
    only = parser.parse_args().only
    chosen = [module for module in table if not only or any(part in module for part in only)]
    entries = tomllib.loads((_FOLDER / "survivors.toml").read_text(encoding="utf-8"))["survivor"]
    assert all(entry.pop("reason").strip() for entry in entries), "every listed survivor needs a reason"
    listed = {survivor for survivor in (Survivor(**entry) for entry in entries) if survivor.module in chosen}
    survived, total = set[Survivor](), 0
    for module in chosen:
        count, survivors = mutate(module, table[module])
        print(
            f"{module:55} {count:4} mutants {count - len(survivors):4} killed {len(survivors):3} survived", flush=True
        )
        for survivor in sorted(survivors - listed):
            print(f"\nSurvived. Write a test, or list it in survivors.toml with a reason:\n{survivor}\n", flush=True)
        total += count
        survived |= survivors
    for survivor in sorted(listed - survived):
        print(f"\nNo longer survives. Remove it from survivors.toml:\n{survivor}")
    killed_percent = 100 * (total - len(survived)) / total
    print(f"\n{killed_percent:.1f} % of {total} mutants killed")
    return int(survived != listed or killed_percent < _LEAST_KILLED_PERCENT)


if __name__ == "__main__":
    sys.exit(main())
