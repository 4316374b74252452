"""What the history has seen, in the form that `decide` reads. Pure."""

from collections.abc import Iterable

from balance_core.history.readings import Snapshot
from balance_watch.evidence import Gap, Reading


def readings_and_gaps(snapshots: Iterable[Snapshot]) -> tuple[list[Reading], list[Gap]]:
    """Every reading and gap; a snapshot with neither gets one gap of kind `empty`."""
    readings: list[Reading] = []
    gaps: list[Gap] = []
    for snapshot in snapshots:
        name, taken_at = snapshot.key, snapshot.taken_at
        readings += [
            Reading(
                snapshot=name,
                taken_at=taken_at,
                provider=each.provider,
                account=each.account,
                type=each.account_type,
                number=each.account_number,
                currency=each.currency,
                available=each.available,
                pending=each.pending,
                frozen=each.frozen,
                as_of=each.as_of,
            )
            for each in snapshot.readings
        ]
        gaps += [
            Gap(
                snapshot=name,
                taken_at=taken_at,
                kind=each.kind,
                provider=each.provider,
                account=each.account,
                currency=each.currency,
            )
            for each in snapshot.gaps
        ]
        if not snapshot.readings and not snapshot.gaps:
            gaps.append(Gap(snapshot=name, taken_at=taken_at, kind="empty"))
    return readings, gaps
