"""Random cases, made and tried in two processes."""

import os
import secrets
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

_T = TypeVar("_T")


def new_seed() -> str:
    """Each run has a new seed; `SEED=... make trust` repeats one."""
    return os.environ.get("SEED") or secrets.token_hex(4)


def try_chunks(try_one: Callable[[str], _T], seed: str, number: int) -> list[_T]:
    """What `try_one` returns for each of `number` chunks; it gets a seed of its own for each."""
    # Spawned, not forked: the measurement before may have left threads behind.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return list(pool.map(try_one, (f"{seed}-{chunk}" for chunk in range(number))))
