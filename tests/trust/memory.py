"""The past is told exactly: changes, days, histories, exports, moves and gaps; nothing acknowledged is lost."""

import os
import sys
from random import Random
from typing import NamedTuple
from unittest.mock import patch

from tests.memory.checks import check_past
from tests.memory.stored import check_stored, crash_everywhere
from tests.memory.table import wire
from tests.memory.world import looks
from tests.trust.chunks import new_seed, try_chunks
from tests.trust.report import Section, at_least, count

_SEQUENCES = 10_000
_CHUNKS = 20
_STORED = 100
# Long enough to write the summary of a day.
_CRASHING_SNAPSHOTS = 20
# moto asks for credentials and checks none.
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}


class Tally(NamedTuple):
    """What was counted in some sequences."""

    snapshots: int
    gaps: int
    moves: int
    mistakes: int
    crashes: int
    readings: int
    after_crashes: int
    stored_mistakes: int


def tally(seed: str) -> Tally:
    """Try one chunk of sequences, all made from `seed`."""
    random = Random(seed)
    snapshots = gaps = moves = 0
    mistakes: list[str] = []
    for _ in range(_SEQUENCES // _CHUNKS):
        past = looks(random, random.randint(8, 40))
        snapshots += len(past)
        gaps += sum(len(look.purses) - len(look.whole) for look in past)
        moves += sum(truth is not None for look in past for truth in look.moves.values())
        mistakes += check_past(random, past)
    stored: list[str] = []
    with patch.dict(os.environ, _CREDENTIALS):
        for _ in range(_STORED // _CHUNKS):
            with wire() as dynamodb:
                stored += check_stored(random, dynamodb, random.randint(17, 40))
        with wire() as dynamodb:
            crashes = crash_everywhere(random, dynamodb, _CRASHING_SNAPSHOTS)
    for problem in [*mistakes, *stored, *crashes.mistakes][:5]:
        print(f"  {problem}", file=sys.stderr)
    counted = (crashes.number, crashes.readings, len(crashes.mistakes), len(stored))
    return Tally(snapshots, gaps, moves, len(mistakes), *counted)


def measure() -> Section:
    """A table row for each figure, with the seed in the title."""
    seed = new_seed()
    tallies = try_chunks(tally, seed, _CHUNKS)
    found = Tally(*map(sum, zip(*tallies, strict=True)))
    return Section(
        f"Memory, seed {seed}",
        (
            at_least("made-up pasts of up to four merchants", _SEQUENCES, 10_000),
            at_least("snapshots in them", found.snapshots, 200_000),
            at_least("moves of money, at most one of a merchant between two", found.moves, 100_000),
            at_least("times that a merchant was not seen, or not all of it", found.gaps, 10_000),
            count("wrong changes, days, histories, accounts, moves or gaps", found.mistakes, 0),
            at_least("pasts written to DynamoDB and read again", _STORED, 100),
            count("wrong changes, explanations or exports from there", found.stored_mistakes, 0),
            at_least("crashes before each single call to DynamoDB", found.crashes, 1_000),
            at_least("readings that were acknowledged meanwhile", found.readings, 1_000),
            count("of these lost, doubled or changed, or wrong summaries", found.after_crashes, 0),
        ),
    )
