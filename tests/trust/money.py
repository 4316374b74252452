"""Every amount keeps all its digits from the provider to Slack, and nothing else is accepted as an amount."""

import sys
from random import Random
from typing import NamedTuple

from balance_core.money import MoneyError
from balance_core.strict_json import JsonError
from tests.money.journey import mistakes
from tests.money.refusals import spoilt
from tests.money.world import new_world
from tests.trust.chunks import new_seed, try_chunks
from tests.trust.report import Section, at_least, count

_CASES = 100_000
_CHUNKS = 100


class Tally(NamedTuple):
    """What was counted in random cases."""

    amounts: int
    wrong: int
    refused: int
    accepted: int


def tally(seed: str) -> Tally:
    """Try one chunk of journeys and of malformed amounts, all made from `seed`."""
    random = Random(seed)
    amounts = 0
    wrong: list[str] = []
    refused: list[str] = []
    for _ in range(_CASES // _CHUNKS):
        try:
            world = new_world(random)
            wrong += mistakes(world)
            amounts += world.amounts
        except (JsonError, MoneyError) as exc:
            refused.append(str(exc))
    cases = (spoilt(random) for _ in range(_CASES // _CHUNKS))
    accepted = [f"{case.place.name}: {case.wrong}: {case.text}" for case in cases if case.is_accepted]
    for problem in [*wrong, *refused, *accepted][:20]:
        print(f"  {problem}", file=sys.stderr)
    return Tally(amounts, len(wrong), len(refused), len(accepted))


def measure() -> Section:
    """A table row for each figure, with the seed in the title."""
    seed = new_seed()
    tallies = try_chunks(tally, seed, _CHUNKS)
    found = Tally(*map(sum, zip(*tallies, strict=True)))
    return Section(
        f"Money, seed {seed}",
        (
            at_least("answers of all providers followed to Slack", _CASES, 100_000),
            at_least("amounts in them", found.amounts, 1_000_000),
            count("amounts with a wrong digit anywhere", found.wrong, 0),
            count("answers with valid amounts that were refused", found.refused, 0),
            at_least("malformed amounts", _CASES, 100_000),
            count("of these accepted", found.accepted, 0),
        ),
    )
