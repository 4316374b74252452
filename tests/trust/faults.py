"""The fault matrix in full: every class at every provider, all pairs of the eight worst, and everybody down at once."""

import gc
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.house import House, open_house
from tests.faults.matrix import CLASSES, Case, all_down, pairs_of_worst, single_cases, title
from tests.faults.verdict import GRACE_SECONDS, MOST_BYTES, Verdict, judge
from tests.trust.report import Figure, Section, at_least, below, count

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class _Result:
    """One case; no verdict when something raised out of a handler."""

    verdict: Verdict | None
    late_seconds: float = 0.0
    peak_bytes: int = 0


def measure() -> Section:
    """Ask every case in one process, whose functions stay warm from the first to the last."""
    with open_house() as house:
        before_bytes = _kept_bytes()
        results = [_result(house, case) for case in (*single_cases(), *pairs_of_worst(), *all_down())]
        kept_bytes = _kept_bytes() - before_bytes
    return Section("Provider failures, on real sockets", tuple(_figures(results, kept_bytes)))


def _result(house: House, case: Case) -> _Result:
    try:
        seen = house.ask(case)
    except Exception as exc:  # noqa: BLE001 - whatever leaves a handler is what is counted here
        print(f"{title(case)}: raised {exc!r}", file=sys.stderr)
        return _Result(None)
    verdict = judge(case, seen)
    for problem in verdict.all:
        print(f"{title(case)}: {problem}", file=sys.stderr)
    return _Result(verdict, max(0.0, seen.late_seconds), seen.peak_bytes)


def _kept_bytes() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _figures(results: list[_Result], kept_bytes: int) -> Iterator[Figure]:
    total = len(results)
    verdicts = [result.verdict for result in results if result.verdict]
    yield at_least("classes of faults", len(CLASSES), 45)
    yield at_least("cases: class x provider, pairs of the worst, all three down", total, 500)
    yield count("cases with the right kind at every provider at fault", sum(not v.wrong_kinds for v in verdicts), total)
    yield count("cases whose sentences a finance person understands", sum(not v.bad_words for v in verdicts), total)
    yield count("cases with the honest providers' balances intact", sum(not v.lost_balances for v in verdicts), total)
    yield count("cases with valid answers within the limits", sum(not v.broken_limits for v in verdicts), total)
    yield count("exceptions out of a handler", total - len(verdicts), 0)
    yield below("longest answer after its deadline", max(r.late_seconds for r in results), GRACE_SECONDS, "s")
    limit = MOST_BYTES / _MEGABYTE
    yield below("most memory that one case needed", max(r.peak_bytes for r in results) / _MEGABYTE, limit, "MB")
    yield below("memory kept after all cases", kept_bytes / _MEGABYTE, limit, "MB")
