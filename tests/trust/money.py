"""Money: every amount survives its whole way to Slack with every digit, and nothing else passes for an amount."""

import os
import secrets
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from random import Random

from balance_core.money import MoneyError
from balance_core.wire import WireError
from tests.money.journey import mistakes
from tests.money.refusals import spoilt
from tests.money.world import new_world
from tests.trust.report import Section, at_least, count

_JOURNEYS = 100_000
_SPOILT = 100_000
_CHUNKS = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of one chunk of random cases."""

    amounts: int
    wrong: tuple[str, ...]
    refused: tuple[str, ...]
    accepted: tuple[str, ...]


def tally(seed: str) -> Tally:
    """One chunk of journeys, and of texts that are no amount, all made from `seed`."""
    random = Random(seed)
    amounts = 0
    wrong: list[str] = []
    refused: list[str] = []
    for _ in range(_JOURNEYS // _CHUNKS):
        try:
            world = new_world(random)
            wrong += mistakes(world)
            amounts += world.amounts
        except (WireError, MoneyError) as exc:
            refused.append(str(exc))
    cases = (spoilt(random) for _ in range(_SPOILT // _CHUNKS))
    accepted = tuple(f"{case.place.name}: {case.wrong}: {case.text}" for case in cases if case.is_accepted)
    return Tally(amounts, tuple(wrong), tuple(refused), accepted)


def measure() -> Section:
    """The figures of a seed that is new each time; `SEED=... make trust` repeats one."""
    seed = os.environ.get("SEED") or secrets.token_hex(4)
    # Spawned and not forked: whoever measured before may have left threads behind.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        tallies = list(pool.map(tally, (f"{seed}-{chunk}" for chunk in range(_CHUNKS))))
    for each in [text for part in tallies for text in (*part.wrong, *part.refused, *part.accepted)][:20]:
        print(f"  {each}", file=sys.stderr)
    return Section(
        f"Money, seed {seed}",
        (
            at_least("answers of all providers followed to Slack", _JOURNEYS, 100_000),
            at_least("amounts in them", sum(part.amounts for part in tallies), 1_000_000),
            count("amounts with a wrong digit anywhere", sum(len(part.wrong) for part in tallies), 0),
            count("answers with valid amounts that were refused", sum(len(part.refused) for part in tallies), 0),
            at_least("texts that are no amount", _SPOILT, 100_000),
            count("of these accepted", sum(len(part.accepted) for part in tallies), 0),
        ),
    )
