"""`make mutate`: try every mutant, two at a time; exit code 1 below 90 % or for a survivor that nobody has judged."""

import argparse
import ast
import os
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.subjects import SUBJECTS, Subject
from tests.mutation.trial import Verdict, preload, start, verdict_of

_JUDGED = Path(__file__).parent / "survivors.toml"
_LEAST_KILLED_PERCENT = 90
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant."""

    subject: Subject
    mutant: Mutant
    verdict: Verdict

    @property
    def key(self) -> tuple[str, str, str]:
        """What survivors.toml knows it by: no line number, which any edit would change."""
        return self.subject.module, self.mutant.before, self.mutant.after


def outcomes_of(subject: Subject) -> Iterator[Outcome]:
    """Try the module as it is, which must pass, and then every mutant. Raises RuntimeError when it does not pass."""
    tree = ast.parse(subject.path.read_text(encoding="utf-8"))
    unchanged = start(subject, tree, None)
    unchanged.join()
    if verdict_of(unchanged) is not Verdict.SURVIVED:
        raise RuntimeError(f"the tests of {subject.module} fail without any mutant")
    waiting = list(mutants_of(tree))[::-1]
    running: dict[ForkProcess, tuple[Mutant, float]] = {}
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            mutant = waiting.pop()
            running[start(subject, tree, mutant)] = (mutant, time.monotonic() + _PATIENCE_SECONDS)
        wait([process.sentinel for process in running], timeout=1.0)
        for process, (mutant, deadline) in list(running.items()):
            if verdict := _ended(process, deadline):
                del running[process]
                yield Outcome(subject, mutant, verdict)


def _ended(process: ForkProcess, deadline: float) -> Verdict | None:
    if process.is_alive():
        if time.monotonic() < deadline:
            return None
        process.kill()
        process.join()
        return Verdict.HUNG
    process.join()
    return verdict_of(process)


def _judged() -> set[tuple[str, str, str]]:
    entries = tomllib.loads(_JUDGED.read_text(encoding="utf-8"))["survivor"]
    assert all(entry["reason"].strip() for entry in entries)
    return {(entry["module"], entry["before"], entry["after"]) for entry in entries}


def main() -> int:
    """Print a line for each module, and every survivor that survivors.toml does not list."""
    parser = argparse.ArgumentParser(prog="mutate", description=__doc__)
    parser.add_argument("only", nargs="*", help=f"some of: {', '.join(each.module for each in SUBJECTS)}")
    only = parser.parse_args().only
    preload()
    judged, outcomes = _judged(), []
    for subject in SUBJECTS:
        if only and subject.module not in only:
            continue
        found = list(outcomes_of(subject))
        verdicts = Counter(outcome.verdict for outcome in found)
        killed = len(found) - verdicts[Verdict.SURVIVED]
        print(f"{subject.module:28} {len(found):4} mutants {killed:4} killed {killed / len(found):7.1%}", flush=True)
        outcomes += found
    survivors = [outcome for outcome in outcomes if outcome.verdict is Verdict.SURVIVED]
    unjudged = [outcome for outcome in survivors if outcome.key not in judged]
    for outcome in unjudged:
        print(f"\n{outcome.subject.path}:{outcome.mutant.line} survives and is not in survivors.toml")
        print(f"- {outcome.mutant.before}\n+ {outcome.mutant.after}")
    for module, before, after in sorted(judged - {outcome.key for outcome in survivors} if not only else ()):
        print(f"\nno longer survives, take it out of survivors.toml: {module}\n- {before}\n+ {after}")
    killed = len(outcomes) - len(survivors)
    print(f"\n{killed} of {len(outcomes)} killed ({killed / len(outcomes):.1%}), {len(unjudged)} survivors unjudged")
    return 0 if not unjudged and killed * 100 >= _LEAST_KILLED_PERCENT * len(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
