"""Eight mornings of one account: thousands of PHP against the levels 500, 200 and 750, with two readings in a row.

A step is the time, what happens, the state after it, and the notification, if any: `06:45 430 = low **low**`. What
happens is a snapshot of thousands, a `gap`, an `old` figure with its time, a press, or an edit of the rule.
"""

from typing import Any

import pytest

from tests.unit.watch_cases import RULE, Watch, at, row, spoken

TIMELINES = {
    "a dry morning": """
        06:00 700 = pending · 06:15 700 = ok · 06:30 480 = ok · 06:45 430 = low **low** · 07:00 take 08:00 = low ·
        07:30 190 = low · 07:45 180 = critical **critical** · 08:00 150 = critical **promise_lapsed** ·
        08:15 1200 = recovering · 08:30 1200 = ok · 08:45 1200 = ok · 09:00 1200 = ok **all_clear** ·
        09:15 1200 = ok
    """,
    "hovering at the level": """
        06:30 490 = pending · 06:45 490 = low **low** · 07:00 510 = recovering · 07:15 490 = low ·
        07:30 520 = recovering · 07:45 480 = low · 08:00 760 = recovering · 08:15 740 = recovering ·
        08:30 760 = recovering · 08:45 765 = ok **all_clear** · 09:00 480 = ok · 09:15 480 = low ·
        09:45 470 = low **low**
    """,
    "a silent provider": """
        06:30 gap = pending · 06:45 gap = unseen **unseen** · 07:15 470 = unseen · 07:30 460 = low **low** ·
        07:45 gap = low · 08:00 gap = unseen · 08:30 gap = unseen **unseen** · 08:45 800 = unseen ·
        09:00 810 = recovering · 09:15 820 = ok · 09:30 830 = ok **all_clear**
    """,
    "error and figure by turns": """
        06:00 700 = pending · 06:15 700 = ok · 06:30 gap = ok · 06:45 480 = ok · 07:00 gap = ok ·
        07:15 470 = low **low** · 07:30 gap = low · 07:45 790 = recovering · 08:00 gap = recovering ·
        08:15 800 = recovering · 08:30 800 = ok **all_clear**
    """,
    "quiet hours": """
        06:30 400 = pending · 06:45 400 = low · 07:00 150 = low · 07:15 150 = critical **critical** ·
        07:30 900 = recovering · 07:45 900 = ok · 08:15 440 = ok · 08:30 440 = low · 08:45 900 = recovering ·
        09:00 900 = ok **all_clear**
    """,
    "still low after quiet hours": """
        06:30 400 = pending · 06:45 400 = low · 08:15 400 = low · 08:30 400 = low **low**
    """,
    "snoozed": """
        06:30 450 = pending · 06:45 450 = low **low** · 06:50 snooze 09:00 = low · 07:00 800 = recovering ·
        07:15 800 = ok · 08:00 430 = ok · 08:15 430 = low · 09:00 410 = low **snooze_over** · 09:15 180 = low ·
        09:30 180 = critical **critical** · 10:15 600 = recovering · 10:30 180 = low ·
        10:45 180 = critical **critical**
    """,
    "critical breaks a snooze": """
        06:30 450 = pending · 06:45 450 = low **low** · 06:50 snooze 09:00 = low · 07:45 180 = low ·
        08:00 180 = critical **critical** · 09:00 180 = critical
    """,
    "a replayed answer": """
        06:00 600 = pending · 06:15 600 = ok · 06:30 old 300 05:40 = ok · 06:45 old 300 05:40 = unseen **unseen** ·
        07:00 610 = unseen · 07:15 610 = ok · 07:30 610 = ok · 07:45 610 = ok **seen_again**
    """,
    "edits": """
        06:00 600 = pending · 06:15 600 = ok · 06:20 warning=700000 = low **low** · 06:40 warning=300000 = ok ·
        07:30 590 = ok **all_clear** · 07:40 deleted=ana = removed · 07:45 100 = removed
    """,
    "removed while open": """
        06:00 600 = pending · 06:15 600 = ok · 06:20 warning=700000 = low **low** · 06:40 warning=300000 = ok ·
        06:50 deleted=ana = removed **rule_removed** · 07:30 590 = removed
    """,
}
QUIET = {"quiet": {"from": "06:00", "to": "08:30", "time_zone": "UTC"}}


@pytest.mark.parametrize("name", TIMELINES)
def test_a_timeline_gives_these_states_and_notifications(name: str) -> None:
    watch = Watch({**RULE, **(QUIET if "quiet hours" in name else {})})
    steps = [" ".join(step.split()) for step in TIMELINES[name].split("·")]
    happened = []
    for step in steps:
        clock, event = step.partition(" = ")[0].split(" ", 1)
        said = spoken(_do(watch, clock, event.split()))
        happened.append(f"{clock} {event} = {watch.status}" + (f" **{said}**" if said else ""))
    assert happened == steps


def _do(watch: Watch, clock: str, event: list[str]) -> list[Any]:
    match event:
        case ["gap"]:
            return watch.see(clock, None)
        case ["old", thousands, as_of]:
            return watch.see(clock, row(clock, f"{thousands}000", as_of=at(as_of)))
        case ["take" | "snooze" as kind, until]:
            return watch.press(clock, kind, incident=1, until=until, why="payday")
        case [thousands] if thousands.isdigit():
            return watch.see(clock, int(thousands))
    field, _, value = event[0].partition("=")
    return watch.edit(clock, **{field: value})
