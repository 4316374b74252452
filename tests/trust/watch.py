"""The watch: random weeks against what is promised, and a crash before and after every operation of a run."""

import sys
from collections import Counter
from random import Random
from typing import NamedTuple

from tests.trust.chunks import new_seed, try_chunks
from tests.trust.report import Section, at_least, count
from tests.watch.crashes import crash_everywhere
from tests.watch.weeks import play

_WEEKS, _DAYS = 200, 60
_CHUNKS = 20
# A step takes 15 minutes on average.
_STEPS_OF_WEEK = 7 * 24 * 4


class Tally(NamedTuple):
    """What was counted in some weeks and some days of crashes."""

    notifications: Counter[str]
    broken: int
    crashes: int
    wrong: int


def tally(seed: str) -> Tally:
    """Play one chunk of weeks and of crashed days, all made from `seed`. A week ends at its first broken promise."""
    random = Random(seed)
    notifications: Counter[str] = Counter()
    broken = crashes = wrong = 0
    for _ in range(_WEEKS // _CHUNKS):
        week = random.getrandbits(32)
        try:
            notifications += play(week, _STEPS_OF_WEEK)
        except AssertionError as exc:
            print(f"  week {week}: {exc}", file=sys.stderr)
            broken += 1
    for _ in range(_DAYS // _CHUNKS):
        crashed, harmed = crash_everywhere(random.getrandbits(32))
        crashes += crashed
        wrong += harmed
    return Tally(notifications, broken, crashes, wrong)


def measure() -> Section:
    """A table row for each figure, with the seed in the title."""
    seed = new_seed()
    tallies = try_chunks(tally, seed, _CHUNKS)
    told = sum((each.notifications for each in tallies), Counter[str]())
    return Section(
        f"The watch, seed {seed}",
        (
            at_least("random weeks, with presses, gaps and replayed answers", _WEEKS, 200),
            at_least("notifications in them", told.total(), 1000),
            at_least("kinds of notifications", len(told), 7),
            count("weeks with a broken promise", sum(each.broken for each in tallies), 0),
            at_least("crashes and resumed runs", sum(each.crashes for each in tallies), 10_000),
            count("alerts lost or doubled by them", sum(each.wrong for each in tallies), 0),
        ),
    )
