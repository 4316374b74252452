"""The full fault matrix: every fault at every provider, all pairs of the eight worst, and all three down at once."""

import gc
import sys
import tracemalloc

from tests.faults.house import House, open_house
from tests.faults.matrix import CLASSES, Case, all_down, pairs_of_worst, single_cases, title
from tests.faults.verdict import Verdict, judge
from tests.trust.report import Section, at_least, below, count

_GRACE_SECONDS = 1.0
_LIMIT_MB = 32


def measure() -> Section:
    """Ask every case in one process, with functions that stay warm from the first to the last."""
    cases = [*single_cases(), *pairs_of_worst(), *all_down()]
    tracemalloc.start()
    with open_house() as house:
        before_mb = _kept_mb()
        results = [result for case in cases if (result := _ask(house, case))]
        kept_mb = _kept_mb() - before_mb
    tracemalloc.stop()
    verdicts, late_seconds, peak_mb = zip(*results, strict=True)
    total = len(cases)
    return Section(
        "Provider failures, on real sockets",
        (
            at_least("kinds of faults", len(CLASSES), 45),
            at_least("cases: kind x provider, pairs of the worst, all three down", total, 500),
            count("cases in which every failure has the right kind", sum(not v.wrong_kinds for v in verdicts), total),
            count("cases whose messages a finance person understands", sum(not v.bad_words for v in verdicts), total),
            count("cases with all balances of the other providers", sum(not v.lost_balances for v in verdicts), total),
            count("cases with valid answers", sum(not v.invalid_answers for v in verdicts), total),
            count("exceptions that left a handler", total - len(verdicts), 0),
            below("longest answer after its deadline", max(0.0, *late_seconds), _GRACE_SECONDS, "s"),
            below("most memory that one case needed", max(peak_mb), _LIMIT_MB, "MB"),
            below("memory kept after all cases", kept_mb, _LIMIT_MB, "MB"),
        ),
    )


def _ask(house: House, case: Case) -> tuple[Verdict, float, float] | None:
    """The verdict, the seconds after the deadline and the peak memory in MB; None when an exception left a handler."""
    try:
        seen = house.ask(case)
    except Exception as exc:  # noqa: BLE001 - counts every exception that leaves a handler
        print(f"{title(case)}: raised {exc!r}", file=sys.stderr)
        return None
    verdict = judge(case, seen)
    for problem in verdict.all:
        print(f"{title(case)}: {problem}", file=sys.stderr)
    return verdict, seen.late_seconds, seen.peak_bytes / 1e6


def _kept_mb() -> float:
    gc.collect()
    return tracemalloc.get_traced_memory()[0] / 1e6
