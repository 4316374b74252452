"""Corners of the watch's decision: evidence, time, presses, rules and frozen money."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from balance_core.history.readings import Snapshot
from balance_core.question import SnapshotKind
from balance_core.watch_effects import Status
from balance_core.watch_rules import RuleError, read_rule
from balance_watch.seen import readings_and_gaps
from balance_watch.state import Evaluation, new_state
from balance_watch.transitions import Band, band, next_status
from tests.unit.watch_cases import RULE, TOTAL, Watch, at, gap, kinds, row, spoken

MORNING = datetime(2026, 11, 29, 6, tzinfo=UTC)
FREEZE = {"id": "freeze", "kind": "freeze", "channel": "C0MONEY", "owner": "U0BEN"}


def low(**rule: Any) -> Watch:
    """A watch that has just said low, at 06:15."""
    watch = Watch({**RULE, **rule})
    assert [spoken(watch.see(clock, 400)) for clock in ("06:00", "06:15")] == [None, "low"]
    return watch


def newest(watch: Watch) -> tuple[str | None, bool]:
    evaluation = watch.state["evaluations"][-1]
    return evaluation["figure"], evaluation["bound"]


def reasons(watch: Watch) -> list[str]:
    return [each["why"] for each in watch.state["unknown"]]


MAIN = row("06:15", "1")
HK = row("06:15", "2", account="hk")
AED = row("06:15", "5", provider="payby", currency="AED")
PAYBY_OUT = gap("06:15", provider="payby", account="uae")
NOT_HELD = gap("06:15", provider="payby", kind="currency_not_supported")


@pytest.mark.parametrize(
    ("rows", "expected", "why"),
    [
        ([MAIN, HK], ("3", False), []),
        ([MAIN, HK] * 2, ("3", False), []),
        ([MAIN], ("-49", True), ["not_reported"]),
        ([{**MAIN, "as_of": at("06:00")}], ("-49", True), ["not_reported"]),
        ([{**MAIN, "available": None}, HK], ("2", True), ["not_reported"]),
        ([MAIN, gap("06:15", account="hk")], ("-49", True), ["timeout", "timeout"]),
        ([MAIN, {**HK, "as_of": at("05:59")}], ("-49", True), ["out_of_order"]),
        ([MAIN, HK, PAYBY_OUT], ("3", True), ["timeout"]),
        ([MAIN, HK, {**PAYBY_OUT, "currency": "AED"}], ("3", False), []),
        ([MAIN, AED, {**PAYBY_OUT, "currency": "AED"}], ("-49", True), ["not_reported"]),
        ([MAIN, HK, PAYBY_OUT, AED], ("3", False), []),
        ([MAIN, HK, PAYBY_OUT, NOT_HELD], ("3", False), []),
        ([MAIN, HK, gap("06:15", account="uk")], ("3", True), ["timeout"]),
        ([AED], (None, True), ["not_reported", "not_reported"]),
        ([gap("06:15", kind="empty", provider=None)], (None, True), ["empty", "empty"]),
    ],
)
def test_one_snapshot_gives_this_figure(rows: list[Any], expected: tuple[str | None, bool], why: list[str]) -> None:
    watch = Watch(dict(TOTAL))
    watch.see("06:00", row("06:00", "1"), row("06:00", "-50", account="hk"))
    watch.see("06:15", *rows)
    assert (newest(watch), reasons(watch)) == (expected, why)


def test_a_snapshot_of_nothing_is_an_empty_gap() -> None:
    nothing = Snapshot(key="a", kind=SnapshotKind.WATCH, taken_at=MORNING, correlation_id="a", readings=(), gaps=())
    readings, gaps = readings_and_gaps([nothing])
    assert (readings, [(each.snapshot, each.taken_at, each.kind, each.provider) for each in gaps]) == (
        [],
        [("a", MORNING, "empty", None)],
    )


def test_only_the_money_of_the_target_counts() -> None:
    watch = Watch()
    others = ({"type": "ACQUIRING"}, {"account": "hk"}, {"provider": "payby"}, {"currency": "USD"})
    watch.see("06:00", 400, *(row("06:00", "900000", **each) for each in others))
    assert newest(watch) == ("400000", False)


def test_reachable_money_is_what_is_available_and_pending() -> None:
    watch = Watch({**RULE, "figure": "reachable"})
    watch.see("06:00", row("06:00", "400000", pending="200000.50", frozen="7"))
    assert newest(watch) == ("600000.50", False)
    watch.see("06:15", row("06:15", "400000"))
    assert newest(watch) == ("400000", True)


def test_a_repeated_figure_is_no_reading_until_it_is_stale() -> None:
    watch = Watch({**RULE, "stale_after": 30})
    for clock in ("06:00", "06:15", "06:30"):
        watch.see(clock, row(clock, "400000", as_of=at("06:00")))
    assert len(watch.state["evaluations"]) == 1
    watch.see("06:45", row("06:45", "400000", as_of=at("06:00")))
    assert (newest(watch), reasons(watch), watch.status) == ((None, True), ["stale"], "pending")
    assert watch.see("07:00", row("07:00", "400000", as_of=at("08:00")), now="06:54") == [], "not believed yet"
    assert spoken(watch.run("07:00")) == "low"
    watch.see("07:15", 410)
    assert newest(watch) == ("410000", False)


def test_silence_is_unseen_and_names_its_reason() -> None:
    watch = Watch()
    watch.run("06:00")
    assert spoken(watch.run("07:00")) is None
    effects = watch.run("07:01")
    assert (spoken(effects), watch.status, reasons(watch)) == ("unseen", "unseen", ["no_snapshot"])
    assert (effects[0]["figure"], effects[0]["incident"]) == (None, 1)


def test_a_lower_bound_proves_enough_money_but_never_too_little() -> None:
    def bands(figure: str, **rule: Any) -> str:
        both = [Evaluation(at=MORNING, figure=Decimal(figure), bound=bound) for bound in (False, True)]
        return "".join(band(each, read_rule({**RULE, **rule}).levels) for each in both)

    figures = ["750000", "749999.99", "500000.01", "500000", "200000.01", "200000", "-0.01"]
    assert [bands(figure) for figure in figures] == ["RR", "MM", "MM", "LG", "LG", "CG", "CG"]
    assert [bands(figure, critical=None) for figure in ("0", "-0.01")] == ["LG", "CG"]


def test_a_gap_does_not_break_a_row_of_bad_readings_but_two_do() -> None:
    def follow(status: Status, bands: str, n: int, *, money: bool = False, edited: bool = False) -> str:
        row = [Band(each) for each in bands]
        return next_status(status, row, n, before_unseen=Status.OK, money=money, edited=edited).value

    assert follow(Status.OK, "LGLGL", 3) == "low"
    assert follow(Status.OK, "LGGLL", 3) == "ok"
    assert follow(Status.LOW, "LLG", 2) == "low"
    assert follow(Status.OK, "LLG", 2) == "ok"
    assert follow(Status.OK, "LLG", 2, edited=True) == "low"
    assert follow(Status.OK, "MLG", 2, edited=True) == "ok"
    assert follow(Status.UNSEEN, "GGLGL", 2) == "unseen"
    assert follow(Status.UNSEEN, "GGRL", 2) == "ok"
    assert follow(Status.UNSEEN, "GGRL", 2, money=True) == "low"
    assert follow(Status.CRITICAL, "CCL", 2) == "low"
    assert follow(Status.RECOVERING, "MC", 2) == "low"
    assert follow(Status.PENDING, "", 1) == "pending"


def test_an_incident_that_nobody_heard_of_ends_without_a_word() -> None:
    watch = Watch({**RULE, "quiet": {"from": "22:00", "to": "07:00", "zone": "UTC"}})
    posted = [watch.see(clock, figure) for clock, figure in (("05:30", 400), ("05:45", 400), ("06:00", 900))]
    posted += [watch.see(clock, 900) for clock in ("06:15", "07:00", "07:15")]
    assert (posted, watch.state["unsaid"], watch.status) == ([[]] * 6, 1, "ok")


def test_money_that_was_seen_again_while_recovering_still_gets_its_all_clear() -> None:
    watch = low(cooldown=0)
    unseen = [(None, None), (None, "unseen"), (600, None), (600, "seen_again")]
    for minute, (figure, said) in enumerate([*unseen, (400, "low"), *unseen, (900, None), (900, "all_clear")], 16):
        assert spoken(watch.see(f"06:{minute}", figure)) == said


def test_money_that_was_ok_before_it_was_unseen_is_ok_after_it() -> None:
    watch = low()
    for minute, figure in enumerate((900, 900, None, None, 600, 600), 20):
        watch.see(f"06:{minute}", figure)
    moves = [move["after"] for move in watch.state["incident"]["transitions"]]
    assert moves == ["low", "recovering", "ok", "unseen", "ok"]


def test_the_second_person_is_told_once_and_once_more_when_it_is_critical() -> None:
    watch = Watch({**RULE, "escalate_to": "U0SECOND"})
    clocks = ["06:00", "06:15", "06:30", "06:45", "07:00", "07:15", "07:30", "07:45", "08:00", "08:15"]
    figures = [400, 400, 400, 400, 100, 100, 100, 100, 100, 100]
    told = [clock for clock, each in zip(clocks, figures, strict=True) if "escalation" in kinds(watch.see(clock, each))]
    assert told == ["06:45", "07:45"]


@pytest.mark.parametrize("stopped_by", ["take", "snooze", "false_alarm", "quiet hours"])
def test_a_press_or_quiet_hours_stop_escalation(stopped_by: str) -> None:
    watch = low(escalate_to="U0SECOND")
    if stopped_by == "quiet hours":
        quiet = {"from": "06:30", "to": "08:00", "time_zone": "UTC"}
        assert kinds(watch.edit("06:20", quiet=quiet)) == ["edit"]
    else:
        assert kinds(watch.press("06:20", stopped_by, incident=1, until="30/06:20", why="payday")) == ["edit"]
    assert [kinds(watch.see(clock, 400)) for clock in ("06:45", "07:00")] == [[], []]


def test_a_false_alarm_ends_the_promise() -> None:
    watch = low()
    watch.press("06:20", "take", incident=1, until="06:30")
    assert kinds(watch.press("06:21", "false_alarm", incident=1)) == ["edit"]
    assert watch.press("06:22", "false_alarm", incident=1) == []
    assert watch.see("06:30", 400) == []
    assert kinds(watch.edit("06:31", deleted="ana")) == ["rule_removed", "edit"]


@pytest.mark.parametrize(
    ("press", "why"),
    [
        ({"kind": "take", "until": "06:20"}, "until"),
        ({"kind": "take", "until": "30/06:21"}, "until"),
        ({"kind": "take"}, "until"),
        ({"kind": "take", "incident": 2, "until": "07:00"}, "over"),
        ({"kind": "snooze", "until": "07:00", "why": " "}, "why"),
        ({"kind": "snooze", "incident": 9, "until": "07:00", "why": "payday"}, "over"),
    ],
)
def test_a_press_that_cannot_be_is_refused_to_that_person_alone(press: dict[str, Any], why: str) -> None:
    watch = low()
    (refusal,) = watch.press("06:20", **press)
    assert (refusal["kind"], refusal["loud"], refusal["to"], refusal["why"]) == ("refused", False, "ana", why)


def test_a_press_without_an_incident_or_a_rule_is_refused_but_a_snooze_from_the_list_is_not() -> None:
    watch = Watch()
    assert watch.press("06:00", "false_alarm")[0]["why"] == "over"
    assert watch.press("06:01", "snooze", until="09:00", why="payday") == []
    assert watch.press("06:02", "unsnooze") == []
    assert watch.state["snooze"] is None
    watch.edit("06:03", deleted="ana")
    assert watch.press("06:04", "snooze", until="09:00", why="payday")[0]["why"] == "removed"


def test_an_edit_is_told_with_the_next_notification_and_a_late_run_with_the_old_rule_undoes_nothing() -> None:
    watch = Watch()
    watch.see("06:00", 600), watch.see("06:15", 600)
    (low,) = watch.edit("06:20", warning="700000")
    assert low["message"]["edits"][0]["changes"] == [{"field": "warning", "before": "500000", "after": "700000"}]
    watch.rule = dict(RULE)
    assert (watch.run("06:21"), watch.state["rule"]["warning"]) == ([], "700000")
    watch.rule = {**RULE, "target": {"currency": "USD"}}
    watch.readings.clear()
    watch.run("06:22")
    assert (watch.status, watch.state["incident"]) == ("pending", None), "other money is a new rule"


def test_a_new_rule_that_was_not_seen_is_seen_again_once_it_is_ok() -> None:
    watch = Watch()
    told = [spoken(watch.see(clock, each)) for clock, each in (("06:00", None), ("06:15", None), ("07:15", 400))]
    told += [spoken(watch.see("07:30", 600)), watch.status]
    assert told == [None, "unseen", None, None, "pending"]
    assert [spoken(watch.see("07:45", 600)), watch.status] == ["seen_again", "ok"]


def test_a_new_rule_that_was_not_seen_is_ok_after_as_many_good_readings_as_it_needs() -> None:
    watch = Watch()
    for clock, each in (("06:00", None), ("06:15", None), ("06:30", 800)):
        watch.see(clock, each)
    assert watch.status == "unseen"
    watch.see("06:45", 600)
    assert watch.status == "ok"


def test_no_snapshot_of_two_days_counts_twice_after_the_clock_was_set_back() -> None:
    watch = Watch({**RULE, "in_a_row": 1})
    clocks = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 15, 30, 45)]
    assert spoken(watch.see(clocks[0], 100)) == "critical"
    for clock in clocks[1:]:
        watch.see(clock, 800)
    assert watch.status == "ok"
    assert [spoken(watch.run("00:02")), watch.status] == [None, "ok"]


def test_silence_between_two_partial_looks_breaks_their_row_also_under_an_edited_rule() -> None:
    watch = Watch({**TOTAL, "critical": None})
    watch.see("05:45", 300, row("05:45", "600000", type="ACQUIRING"))
    for clock in ("06:00", "06:15"):
        watch.see(clock, 400, gap(clock))
    assert watch.status == "unseen"
    watch.run("08:00")
    watch.see("08:15", 400, gap("08:15"))
    watch.edit("08:16", warning="300000", recovery="350000", in_a_row=3)
    assert watch.status == "unseen"


def test_a_clock_that_was_set_back_pulls_the_state_back_and_counts_nothing_twice() -> None:
    watch = Watch()
    assert [spoken(watch.see(clock, 400)) for clock in ("08:00", "08:15")] == [None, "low"]
    watch.press("08:20", "take", incident=1, until="09:00")
    assert watch.run("08:15") == []
    assert watch.state["clock"] == at("08:20")
    assert kinds(watch.see("07:10", row("07:10", "390000", as_of=at("07:08")))) == ["edit"]
    assert [each["at"] for each in watch.state["evaluations"]] == [at("07:10")] * 3
    assert (watch.state["clock"], watch.state["notified"]) == (at("07:10"), at("07:10"))
    assert watch.state["incident"]["promise"]["until"] == at("09:00")
    watch.see("07:11", row("07:10", "900000", snapshot="another at 07:10"))
    watch.run("08:15")
    assert (len(watch.state["evaluations"]), watch.status) == (5, "unseen"), "two for silence, none for old snapshots"


def test_old_transitions_are_counted_when_there_are_too_many_to_list() -> None:
    state = new_state(read_rule(RULE), MORNING)
    for _ in range(150):
        state.move(Status.LOW, state.clock)
        state.incident.spoken = 1  # type: ignore[union-attr]
        state.move(Status.RECOVERING, state.clock)
    assert state.incident is not None
    assert (len(state.incident.transitions), state.incident.earlier_transitions) == (200, 100)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"warning": None}, "warning"),
        ({"target": None}, "target"),
        ({"warning": "0", "critical": None}, "recovery"),
        ({"critical": "500000"}, "critical"),
        ({"recovery": "500000"}, "recovery"),
        ({"target": {"currency": "PHP", "type": "DISBURSEMENT"}}, "target"),
        ({"in_a_row": 6}, "in_a_row"),
        ({"owner": None}, "owner"),
        ({"quiet": {"from": "06:00", "to": "06:00", "time_zone": "UTC"}}, "quiet"),
        ({"quiet": {"from": "06:00", "to": "07:00", "time_zone": "Asia/Atlantis"}}, "time_zone"),
        ({"quiet": "at night"}, "quiet"),
    ],
)
def test_a_rule_that_cannot_be_names_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_rule({**RULE, **changes})
    assert caught.value.field == field


def test_the_default_for_recovery_is_exact() -> None:
    levels = read_rule({**RULE, "warning": f"{'2' * 30}.000000000000000003"}).levels
    assert levels.recovery == Decimal(f"{'3' * 30}.0000000000000000045")


def test_frozen_money_that_rises_is_said_once() -> None:
    watch = Watch({**FREEZE, "quiet": {"from": "22:00", "to": "07:00", "time_zone": "UTC"}})
    usd = {"account": "main", "type": "FREEZE", "currency": "USD"}
    old = row("06:10", "1", frozen="10", as_of=at("05:00"))
    assert [watch.see("06:00", gap("06:00")), watch.status, watch.see("06:10", old), watch.status] == [
        [],
        "pending",
        [],
        "ok",
    ]
    watch.see("06:15", row("06:15", "1", frozen="10"), row("06:15", None, frozen="5", provider="payby"))
    watch.see("06:30", row("06:30", "1", frozen="11"), row("06:30", None, provider="payby"))
    (freeze,) = watch.see("07:15", row("07:15", "1", frozen="9"), row("07:15", None, frozen="7", **usd))
    rises = [(rise["before"], rise["after"], rise["since"], rise["gap"]) for rise in freeze["rises"]]
    assert rises == [("10", "11", at("06:15"), False), ("0", "7", at("06:30"), False)]
    assert (freeze["where"], freeze["incident"], watch.status) == ("channel", None, "ok")
    assert watch.see("07:30", row("07:30", "1", frozen="9")) == [], "the USD row was not seen"
    assert watch.press("07:31", "snooze", until="07:40", why="audit") == []
    (freeze,) = watch.see(
        "07:45", row("07:45", None, frozen="8", **usd), row("07:45", "1", frozen="5", provider="payby")
    )
    assert [(rise["after"], rise["since"], rise["gap"]) for rise in freeze["rises"]] == [("8", at("07:15"), True)]
    watch.edit("07:50", channel="C0OTHER")
    assert (watch.edit("08:00", deleted="ana"), watch.status) == ([], "removed")


def test_everything_is_plain_json() -> None:
    watch = Watch()
    watch.see("06:00", 400)
    effects = watch.see("06:15", 400)
    assert json.loads(json.dumps([watch.state, effects])) == [watch.state, effects]
    assert (effects[0]["at"], effects[0]["figure"], effects[0]["figure_at"]) == (at("06:15"), "400000", at("06:15"))
    assert read_rule(read_rule(RULE)) == read_rule(RULE)
    with pytest.raises(RuleError):
        read_rule("payermax")
