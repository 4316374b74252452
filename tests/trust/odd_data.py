"""Data that is odder than the documentation: no wrong amount, no readable row lost, and every gap announced."""

import os
import sys
from random import Random
from unittest.mock import patch

from tests.odd.cases import Result, odd_providers
from tests.trust.chunks import new_seed, try_chunks
from tests.trust.report import Section, at_least, count

_CASES = 10_000
_CHUNKS = 20


def results(seed: str) -> list[Result]:
    """Try one chunk of cases, all made from `seed`."""
    random = Random(seed)
    with patch.dict(os.environ, POWERTOOLS_METRICS_NAMESPACE="BalanceBot"), odd_providers() as providers:
        found = [providers.try_one(random) for _ in range(_CASES // _CHUNKS)]
    for problem in [each for result in found for each in (*result.wrong, *result.lost, *result.other)][:5]:
        print(f"  {problem}", file=sys.stderr)
    return found


def measure() -> Section:
    """A table row for each figure, with the seed in the title."""
    seed = new_seed()
    chunks = try_chunks(results, seed, _CHUNKS)
    found = [result for chunk in chunks for result in chunk]
    kinds = {kind for result in found for kind in result.kinds}
    return Section(
        f"Odd data from providers, seed {seed}",
        (
            at_least("kinds of odd data, by provider", len(kinds), 200),
            at_least("cases: odd answers to the three provider functions", len(found), 10_000),
            at_least("readable rows in them", sum(result.readable for result in found), 10_000),
            count("wrong amounts", sum(len(result.wrong) for result in found), 0),
            count("readable rows lost", sum(len(result.lost) for result in found), 0),
            count("missing, wrong or unclear notices and failures", sum(len(result.other) for result in found), 0),
        ),
    )
