"""Delivery of what the watch decided, with a crash or another run before and after every operation."""

from datetime import datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balance_watch.delivery import ContentionError, Item, PostingError, is_undelivered, press_once, run_once
from tests.unit.watch_cases import RULE, at
from tests.watch.crashes import CLOCKS, RUNS, CrashError, Interrupted, Table, crash, day


@given(
    st.lists(st.sampled_from([100, 400, 600, 900]), min_size=RUNS, max_size=RUNS),
    st.integers(0, RUNS - 1),
    st.integers(1, 16),
    st.booleans(),
    st.booleans(),
)
def test_a_crash_or_a_second_run_anywhere_loses_and_doubles_nothing(
    thousands: list[int], interrupted_run: int, operation: int, after: bool, crashes: bool
) -> None:
    table, undisturbed = Table(), Table()
    readings = day(thousands)
    for number, clock in enumerate(CLOCKS):
        run_once(undisturbed, RULE, readings, [], at(clock))
        if number != interrupted_run:
            run_once(table, RULE, readings, [], at(clock))
            continue
        interrupt = crash if crashes else partial(run_once, table, RULE, readings, [], at(clock))
        try:
            run_once(Interrupted(table, operation, after=after, interrupt=interrupt), RULE, readings, [], at(clock))
        except CrashError:
            run_once(table, RULE, readings, [], at(clock))
    run_once(table, RULE, readings, [], at("10:52"))
    posted = [item["id"] for item in table.posts if item["effect"]["kind"] != "edit"]
    decided = [name for name, item in table.items.items() if item["effect"]["kind"] != "edit"]
    assert posted == decided
    assert table.marked.keys() == table.items.keys()
    assert [kind for kind in table.kinds() if kind != "edit"] == [
        kind for kind in undisturbed.kinds() if kind != "edit"
    ]


LOW = day([400, 400])
# The operations of a run that says low: outbox, load, store, outbox, claim, find, post, mark.
CLAIM, POST = 5, 7


def test_the_next_run_finds_a_message_that_was_posted_but_not_marked() -> None:
    for may_look, posts in ((True, ["low"]), (False, ["low", "low"])):
        table = Table(may_look=may_look)
        run_once(table, RULE, LOW[:1], [], at("06:00"))
        with pytest.raises(CrashError):
            run_once(Interrupted(table, POST, after=True, interrupt=crash), RULE, LOW, [], at("06:15"))
        assert table.kinds() == ["low"]
        run_once(table, RULE, LOW, [], at("06:16"))
        assert table.kinds() == ["low"], "another run may still be posting it"
        run_once(table, RULE, LOW, [], at("06:20"))
        assert (table.kinds(), len(table.marked)) == (posts, 1)


def test_the_state_follows_the_figures_while_nothing_can_be_posted() -> None:
    table = Table()
    run_once(table, RULE, LOW[:1], [], at("06:00"))
    readings = day([400, 400, 100, 100])
    table.fails = True
    for clock in CLOCKS[1:4]:
        with pytest.raises(PostingError):
            run_once(table, RULE, readings[: CLOCKS.index(clock) + 1], [], at(clock))
    assert (table.load("php")[0]["state"], table.kinds()) == ("critical", [])
    table.fails = False
    run_once(table, RULE, readings, [], at("07:00"))
    assert [kind for kind in table.kinds() if kind != "edit"] == ["low", "critical"]


def test_a_held_item_stops_the_later_ones() -> None:
    table = Table()
    run_once(table, RULE, LOW[:1], [], at("06:00"))
    with pytest.raises(CrashError):
        run_once(Interrupted(table, CLAIM, after=True, interrupt=crash), RULE, LOW, [], at("06:15"))
    press_once(table, RULE, {"kind": "take", "by": "ana", "incident": 1, "until": at("07:00")}, at("06:16"))
    assert table.posts == []
    run_once(table, RULE, LOW, [], at("06:30"))
    assert table.kinds() == ["low", "edit"]


def test_a_press_is_stored_and_edits_the_message_but_a_refusal_is_not_posted() -> None:
    table = Table()
    for clock in CLOCKS[:2]:
        run_once(table, RULE, LOW, [], at(clock))
    take = {"kind": "take", "by": "ana", "incident": 1, "until": at("07:00")}
    assert [effect["kind"] for effect in press_once(table, RULE, take, at("06:20"))] == ["edit"]
    late = press_once(table, RULE, {**take, "incident": 7}, at("06:21"))
    assert [(effect["kind"], effect["why"]) for effect in late] == [("refused", "over")]
    assert table.kinds() == ["low", "edit"]


def test_an_undeliverable_item_stays_and_the_admin_is_told_once_a_day() -> None:
    table = Table(refuses=lambda item: item["effect"]["where"] == "channel")
    for clock in ("06:00", "06:15", "06:30", "12:00"):
        run_once(table, RULE, LOW, [], at(clock))
    assert table.kinds() == ["undeliverable"]
    run_once(table, RULE, LOW, [], "2026-11-30T00:05:00Z")
    assert table.kinds() == ["undeliverable", "undeliverable"]
    table.refuses = lambda _: False
    run_once(table, RULE, LOW, [], "2026-11-30T00:20:00Z")
    assert table.kinds()[2:4] == ["low", "unseen"]


def test_a_direct_message_that_cannot_be_delivered_does_not_stop_the_channel() -> None:
    table = Table(refuses=lambda item: item["effect"]["where"] == "direct")
    rule = {**RULE, "escalate_to": "U0GONE"}
    readings = day([400, 400, 400, 400, 100, 100])
    for clock in CLOCKS[:6]:
        run_once(table, rule, readings, [], at(clock))
    assert [item["effect"]["kind"] for item in table.loud()] == ["low", "critical"]
    assert {item["effect"]["kind"] for item in table.outbox("php")} == {"escalation"}


@pytest.mark.parametrize(
    ("kind", "now", "misses"), [("low", "06:20", False), ("low", "06:20:01", True), ("edit", "07:00", False)]
)
def test_people_miss_an_alert_once_no_run_can_be_posting_it(kind: str, now: str, misses: bool) -> None:
    item = Item(id="php-1-0", rule="php", effect={"kind": kind, "at": at("06:15")})
    assert is_undelivered(item, datetime.fromisoformat(at(now))) is misses


def test_a_run_that_always_loses_gives_up() -> None:
    table = Table()
    table.store = lambda *_: False  # type: ignore[method-assign]
    with pytest.raises(ContentionError):
        run_once(table, RULE, [], [], at("06:00"))
