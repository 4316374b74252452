"""From bands to states: what one more evaluation makes of the state. Pure.

A row is counted back from the newest evaluation. A row of bad readings survives single gaps, and a row of good ones
survives nothing else: a provider that comes and goes can neither hide a low account nor prove a recovery.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum

from balance_core.watch_effects import Status
from balance_core.watch_rules import Levels
from balance_watch.state import Evaluation


class Band(StrEnum):
    """Where a figure stands between the levels."""

    RECOVERED = "R"
    ABOVE = "M"
    LOW = "L"
    CRITICAL = "C"
    GAP = "G"


_GOOD = (Band.RECOVERED, Band.ABOVE)
_BAD = (Band.LOW, Band.CRITICAL)
_USABLE = (*_GOOD, *_BAD)
_UNSEEN = [Band.GAP, Band.GAP]


def band(evaluation: Evaluation, levels: Levels) -> Band:
    """The band of an evaluation. A lower bound proves that money is above a level, never that it is low."""
    figure = evaluation.figure
    if figure is None:
        return Band.GAP
    if figure > levels.warning:
        return Band.RECOVERED if figure >= levels.recovery else Band.ABOVE
    if evaluation.bound:
        return Band.GAP
    is_critical = figure < 0 or (levels.critical is not None and figure <= levels.critical)
    return Band.CRITICAL if is_critical else Band.LOW


def next_status(
    status: Status, bands: Sequence[Band], n: int, *, before_unseen: Status, money: bool, edited: bool = False
) -> Status:
    """The state after the newest of `bands`. `n` readings in a row prove a change for the worse, or the end.

    `money`: the open incident has been low or critical, and not ok since. `edited`: the rule has changed and there is
    no new reading, so a row of bad readings that is now long enough counts even if a gap came last.
    """
    if not bands:
        return status
    if is_unseen(bands):
        return Status.UNSEEN
    if bands[-1] is Band.GAP:
        return _proven_bad(status, bands, n) or status if edited else status
    if status is Status.UNSEEN:
        if _row(bands, _USABLE) < n:
            return status
        return _proven_bad(status, bands, n) or _seen_again(bands, n, before_unseen, money=money)
    return _proven_bad(status, bands, n) or _otherwise(status, bands, n)


def is_unseen(bands: Sequence[Band]) -> bool:
    """Whether the last two evaluations saw nothing."""
    return list(bands[-2:]) == _UNSEEN


def _proven_bad(status: Status, bands: Sequence[Band], n: int) -> Status | None:
    """Critical or low, where a row of bad readings proves it."""
    if status is not Status.CRITICAL and _bad_row(bands, (Band.CRITICAL,)) >= n:
        return Status.CRITICAL
    if status not in (Status.CRITICAL, Status.LOW) and _bad_row(bands, _BAD) >= n:
        return Status.LOW
    return None


def _seen_again(bands: Sequence[Band], n: int, before_unseen: Status, *, money: bool) -> Status:
    """After being unseen. Money that was low is never ok at once: nobody saw how it recovered."""
    if money:
        return Status.RECOVERING if bands[-1] in _GOOD else Status.LOW
    return Status.OK if _row(bands, _GOOD) >= n else before_unseen


def _otherwise(status: Status, bands: Sequence[Band], n: int) -> Status:
    """Better shows at once, ok needs a row."""
    newest = bands[-1]
    if status.is_calm:
        return Status.OK if _row(bands, _GOOD) >= n else status
    if _row(bands, (Band.RECOVERED,)) >= n:
        return Status.OK
    if newest in _GOOD:
        return Status.RECOVERING
    return status if newest is Band.CRITICAL and status is Status.CRITICAL else Status.LOW


def _row(bands: Sequence[Band], kinds: Collection[Band]) -> int:
    length = 0
    while length < len(bands) and bands[-1 - length] in kinds:
        length += 1
    return length


def _bad_row(bands: Sequence[Band], kinds: Collection[Band]) -> int:
    length = 0
    after_gap = False
    for each in reversed(bands):
        if each is Band.GAP and after_gap:
            break
        if each is not Band.GAP and each not in kinds:
            break
        after_gap = each is Band.GAP
        length += not after_gap
    return length
