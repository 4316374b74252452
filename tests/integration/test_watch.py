"""The watch with the reporter, DynamoDB and Slack: short days, and what it can be asked."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from balance_core.watch_requests import RequestError
from balance_watch.delivery import LEASE, Item
from balance_watch.runs import WatchError
from balance_watch.settings import Settings
from balance_watch.table import WatchTable, WatchTableError
from balance_watch.watch import Watch
from tests.deployment.watch_rules import exported, import_rules
from tests.local.day.curves import CURVES, RULE, Curve
from tests.local.day.functions import Bus, Lambda
from tests.local.day.people import ALERTS, ANA, BEN, CARL, MONEY
from tests.local.day.play import Day
from tests.schemas import problems

# What people are told: the time, the place, and the beginning of the text.
TOLD = {
    "php-dry": [
        "06:45 channel PHP at PayerMax is low: 430,000.00 available",
        "07:45 both :red_circle: *Critical: 180,000.00.*",
        "08:00 both :red_circle: *Still critical: 150,000.00.* <@U0ANA00001>, your time is over.",
        "09:00 thread :white_check_mark: *All clear: 1,200,000.00.* Low for 1 h 45 min, lowest 150,000.00.",
    ],
    "silent": [
        "06:45 channel PHP at PayerMax has not been seen",
        "07:30 both :large_orange_circle: *Low: 460,000.00.*",
        "08:30 thread :question: *Not seen*",
        "09:30 thread :white_check_mark: *All clear: 830,000.00.*",
    ],
    "edits": [
        "06:20 channel PHP at PayerMax is low: 600,000.00 available, warning level 700,000.00.",
        "07:22 thread :white_check_mark: *All clear: 600,000.00.* Low for 20 min",
    ],
    "two-runs": [
        "06:45 channel PHP at PayerMax is low: 480,000.00 available",
        "07:45 both :red_circle: *Critical: 190,000.00.*",
        "08:00 both :red_circle: *Still critical: 190,000.00.*",
        "09:00 thread :white_check_mark: *All clear: 1,200,000.00.*",
    ],
    "slack-outage": [
        "07:22 channel PHP at PayerMax is low: 430,000.00 available",
        "08:15 thread :white_check_mark: *All clear: 1,200,000.00.*",
    ],
}


def hours(clock: str) -> timedelta:
    hour, minute = clock.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


@contextmanager
def played(curve: str | Curve, until: str, start: str = "06:00") -> Iterator[Day]:
    with Day(CURVES[curve] if isinstance(curve, str) else curve) as day:
        day.play(hours(until), hours(start))
        yield day


def told(day: Day, channel: str = MONEY) -> list[str]:
    """The messages that came into a channel, without silent edits."""
    found = []
    for each in day.slack.messages:
        if each.channel_id == channel and not each.is_replacement:
            broadcast = "both" if each.payload.get("reply_broadcast") else "thread"
            place = broadcast if each.thread_ts else "channel"
            found.append(f"{each.delivered_at:%H:%M} {place} {each.text}")
    return found


def ask(day: Day, request: str, **members: Any) -> dict[str, Any]:
    answer = day.watch.answer({"version": 1, "request": request, **members})
    assert answer is not None
    return answer


@pytest.mark.parametrize("curve", TOLD)
def test_people_are_told_what_the_timeline_says(curve: str) -> None:
    with played(curve, "09:30") as day:
        found = told(day)
        assert len(found) == len(TOLD[curve]), found
        assert [text[: len(start)] for text, start in zip(found, TOLD[curve], strict=True)] == TOLD[curve]
        assert [problems("balance-watch-changed", each) for each in day.changes] == [[]] * len(day.changes)
        assert ask(day, "list")["rules"][0]["undelivered"] == 0


def test_frozen_money_that_rises_is_announced_without_a_rule() -> None:
    with played("freeze", "09:45", "09:00") as day:
        [text] = told(day, ALERTS)
        assert text == "09:15 channel More money is frozen: PHP 400,000.00 at PayerMax main."
        [message] = [each for each in day.slack.messages if each.channel_id == ALERTS]
        assert "PHP 400,000.00 more is frozen" in message.blocks[1]["text"]["text"]
        rule = next(each["rule"] for each in ask(day, "list")["rules"] if each["rule"]["kind"] == "freeze")
        assert rule["channel"] == ALERTS
        for _ in range(2):
            problem = ask(day, "delete", rule="freeze", by=ANA)["problem"]
            assert "it exists while AlertChannel is set" in problem["problem"]
            # Not even one that somebody has saved.
            ask(day, "save", rule={**rule, "cooldown": 5}, by=ANA)
        other = another_watch(day, ALERT_CHANNEL="").answer({"request": "list"}) or {}
        assert [each["rule"]["id"] for each in other["rules"]] == ["php"]


def another_watch(day: Day, **environment: str) -> Watch:
    """The watch of the day with other settings."""
    settings = Settings.from_environment({**day.environment("WatchFunction"), **environment})
    lambda_: Any = Lambda(day.functions)
    bus: Any = Bus(day.functions)
    return Watch(settings, day.dynamodb, lambda_, bus, lambda: day.now, threads=1)


def test_a_figure_may_not_count_as_old_before_two_snapshots_have_come() -> None:
    too_rare = "cannot be long enough: snapshots must come at least every 12 hours"
    with Day(CURVES["php-dry"]) as day:
        for schedule, stale_after, problem in (
            ("rate(15 minutes)", 29, "must be at least 30: twice the minutes between two snapshots"),
            ("rate(15 minutes)", 30, None),
            ("rate(1 hour)", 119, "must be at least 120: twice the minutes between two snapshots"),
            ("rate(12 hours)", 1440, None),
            ("rate(13 hours)", 1440, too_rare),
            ("rate(4 minutes)", 15, None),
            ("", 16, None),
        ):
            watch = another_watch(day, SNAPSHOT_SCHEDULE=schedule)
            name = f"rule-{schedule}".translate(str.maketrans(" (", "--", ")"))
            rule = {**RULE, "id": f"{name}-{stale_after}", "stale_after": stale_after}
            expected = {"field": "stale_after", "problem": problem} if problem else None
            for request in ({"request": "preview", "rule": rule}, {"request": "save", "rule": rule, "by": ANA}):
                assert (watch.answer(request) or {})["problem"] == expected
            freeze = {"kind": "freeze", "stale_after": 15}
            assert (watch.answer({"request": "preview", "rule": freeze}) or {})["problem"] is None


def test_the_second_person_is_told_what_nobody_took() -> None:
    with played(Curve("escalated", "00:00 400", {"escalate_to": CARL}), "07:00") as day:
        [text] = told(day, CARL)
        assert text.startswith("06:45 channel *PHP at PayerMax is low: 400,000.00*")


def test_a_refused_channel_is_told_to_the_first_admin_and_its_alert_waits() -> None:
    with played(Curve("archived", "00:00 900 · 06:10 archive · 06:15 190"), "07:00") as day:
        [text] = told(day, ANA)
        assert (
            "An alert about PHP at PayerMax could not be delivered* in <#C0MONEY001>: the channel is archived." in text
        )
        waiting = ask(day, "list")["rules"][0]
        assert (waiting["effect"]["state"], waiting["undelivered"] > 0) == ("critical", True)
        ask(day, "save", rule={**waiting["rule"], "channel": ALERTS}, by=ANA)
        assert told(day) == []


@pytest.mark.parametrize(("may_look", "times"), [(True, 1), (False, 2)])
def test_an_alert_that_was_posted_before_a_crash_is_found_if_the_bot_may_look(
    may_look: bool, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with played(Curve("crash", "00:00 400", may_look=may_look), "06:00") as day:
        day.now += timedelta(minutes=15)
        with monkeypatch.context() as crashing:
            crashing.setattr("balance_watch.table.WatchTable.mark", lambda *_: 1 / 0)
            with pytest.raises(WatchError):
                day.snapshot()
        assert len(told(day)) == 1
        assert ask(day, "list")["rules"][0]["undelivered"] == 0, "a run may be posting it"
        for _ in range(2):
            day.now += timedelta(minutes=15)
            day.snapshot()
        assert len(told(day)) == times


def test_of_edits_that_cannot_be_made_only_the_latest_waits() -> None:
    script = "00:00 400 · 06:20 archive · 06:30 390 · 06:45 380 · 07:00 370 · 07:15 360"
    with played(Curve("archived", script), "07:30") as day:
        # The first was tried, and nobody knows what became of it.
        waiting = WatchTable(day.dynamodb, day.environment("WatchFunction")["WATCH_TABLE"]).outbox("php")
        assert [each.item["effect"]["kind"] for each in waiting] == ["edit", "edit"]
        assert ask(day, "list")["rules"][0]["undelivered"] == 0, "nobody misses an edit"


@pytest.mark.parametrize("gone", ["deleted in Slack", "forgotten after half a year"])
def test_a_message_that_is_gone_is_not_edited_and_the_next_alert_is_a_new_one(gone: str) -> None:
    with played(Curve("gone", "00:00 400"), "06:30") as day:
        [alert] = [each for each in day.slack.messages if each.channel_id == MONEY]
        table = day.environment("WatchFunction")["WATCH_TABLE"]
        if gone == "deleted in Slack":
            day.slack.delete_message(alert)
        else:
            key = {"place": {"S": "threads"}, "entry": {"S": "php#000001"}}
            day.dynamodb.delete_item(TableName=table, Key=key)
        for thousands in ("390", "100", "100"):
            day.now += timedelta(minutes=15)
            day.hold(thousands)
            day.snapshot()
        starts = [text[6:40] for text in told(day)]
        assert starts == ["channel PHP at PayerMax is low: 40", "channel PHP at PayerMax is critica"]
        assert WatchTable(day.dynamodb, table).outbox("php") == []


CLIENT_ERROR = ClientError({"Error": {"Code": "AccessDeniedException"}}, "Invoke")
UNREACHABLE = EndpointConnectionError(endpoint_url="https://example.com")


@pytest.mark.parametrize("failure", [CLIENT_ERROR, UNREACHABLE, None])
@pytest.mark.parametrize("place", ["Bus.put_events", "Lambda.invoke", "dynamodb"])
def test_what_fails_is_done_by_the_next_run(
    place: str, failure: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_events = Bus.put_events

    def fail(*self: Any, **options: Any) -> Any:
        if options.get("Entries", [{}])[0].get("DetailType") == "BalancesCollected":
            return put_events(*self, **options)
        if failure:
            raise failure
        return {"FailedEntryCount": 1, "Payload": io.BytesIO(b"[]")}

    with played(Curve("failing", "00:00 400"), "06:00") as day:
        before = len(day.changes)
        day.now += timedelta(minutes=15)
        with monkeypatch.context() as failing:
            if place == "dynamodb":
                failing.setattr(day.dynamodb, "transact_write_items", fail if failure else raise_(CLIENT_ERROR))
            else:
                failing.setattr(f"tests.local.day.functions.{place}", fail)
            with pytest.raises(WatchError):
                day.snapshot()
        for _ in range(2):
            day.now += timedelta(minutes=10)
            ask_nothing(day)
        assert [text[6:34] for text in told(day)] == ["channel PHP at PayerMax is l"]
        assert [each["to"] for each in day.changes[before:]] == ["low"]


def raise_(error: Exception) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def ask_nothing(day: Day) -> None:
    """A run of the schedule."""
    day.run({"request": "run"})


def test_of_two_that_write_the_same_only_one_wins() -> None:
    with Day(CURVES["php-dry"]) as day:
        table = WatchTable(day.dynamodb, day.environment("WatchFunction")["WATCH_TABLE"])
        rule = {**RULE, "id": "php", "revision": 1}
        assert [table.put_rule(rule, 0, day.now) for _ in range(2)] == [True, False]
        assert [table.put_rule({**rule, "revision": 2}, 1, day.now) for _ in range(2)] == [True, False]
        effects = [(Item(id="low", rule="php", effect={"kind": "low"}), MONEY)]
        for version, wins in ((0, True), (0, False), (1, True), (1, False)):
            assert table.put_state("php", version, {}, effects if version else [], None) is wins
        assert table.put_state("php2", 0, {}, effects, None)
        [waiting] = table.outbox("php")
        times = [day.now, day.now + LEASE / 2, day.now + LEASE]
        assert [table.claim(waiting.entry, each, each + LEASE) for each in times] == [True, False, True]
        earlier = [times[-1] - timedelta(seconds=5), times[-1] - timedelta(hours=1)]
        free = [table.claim(waiting.entry, each, each + LEASE) for each in earlier]
        assert free == [False, True], "a clock a little behind, and one that was set back"
        assert not table.drop(waiting.entry), "a run may have posted it"
        table.mark(waiting.entry, None, day.now)
        assert not table.claim(waiting.entry, day.now + 9 * LEASE, day.now + 10 * LEASE), "it is posted"
        assert table.outbox("php") == []
        assert [table.claim_notice("today", each, each + LEASE) for each in times] == [True, False, True]
        table.mark_notice("today", "1.0")
        assert not table.claim_notice("today", day.now + 9 * LEASE, day.now + 10 * LEASE), "it was told"


def test_a_rule_is_saved_although_nobody_can_be_told_and_not_over_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with played("php-dry", "06:45", "06:30") as day:
        rule = ask(day, "list")["rules"][0]["rule"]
        with monkeypatch.context() as failing:
            failing.setattr("tests.local.day.functions.Lambda.invoke", raise_(CLIENT_ERROR))
            assert ask(day, "save", rule={**rule, "warning": "900000"}, by=ANA)["rule"]["revision"] == 2
        with monkeypatch.context() as faster:
            faster.setattr("balance_watch.table.WatchTable.put_rule", lambda *_: False)
            assert ask(day, "delete", rule="php", by=ANA)["problem"]["field"] == "revision"
        assert ask(day, "delete", rule="unknown", by=ANA)["problem"]["field"] == "id"
        assert ask(day, "press", rule="unknown", press={"kind": "unsnooze", "by": ANA})["refused"] == "removed"


def test_the_last_word_about_a_removed_rule_is_said_although_nobody_could_be_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with played(Curve("removed", "00:00 400"), "06:30") as day:
        with monkeypatch.context() as failing:
            failing.setattr("tests.local.day.functions.Lambda.invoke", raise_(CLIENT_ERROR))
            assert ask(day, "delete", rule="php", by=ANA)["rule"]["deleted"] == ANA
        for _ in range(2):
            day.now += timedelta(minutes=10)
            ask_nothing(day)
        assert [text[6:60] for text in told(day)[1:]] == ["thread :no_bell: <@U0ANA00001> removed this rule. PHP "]


def test_other_services_learn_states_and_no_amounts(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.conftest import FakeLambdaContext  # noqa: PLC0415

    with played("php-dry", "06:45", "06:15") as day:
        for function in ("WatchFunction", "WatchStatesFunction"):
            for name, value in day.environment(function).items():
                monkeypatch.setenv(name, value)
        # They make clients for the region.
        from balance_watch import handler, states_handler  # noqa: PLC0415

        monkeypatch.setattr(states_handler, "_dynamodb", day.dynamodb)
        answer = states_handler.handler({"version": 1, "request": "states"}, FakeLambdaContext())
        assert problems("watch-states", answer) == []
        monkeypatch.setattr(handler, "_dynamodb", day.dynamodb)
        handler._watch.cache_clear()
        same = handler.handler({"request": "states"}, FakeLambdaContext())
        handler._watch.cache_clear()
        assert (same or {})["rules"] == answer["rules"]
        assert [(each["rule"], each["state"]) for each in answer["rules"]] == [("php", "low"), ("freeze", "ok")]
        assert not {"430000", "500000", "200000"} & set(json.dumps(answer).replace('"', " ").split())
        only = states_handler.handler({"request": "states", "rules": ["freeze"]}, FakeLambdaContext())
        assert [each["rule"] for each in only["rules"]] == ["freeze"]
        for request in ("list", "save", "run", "nothing"):
            with pytest.raises(RequestError):
                states_handler.handler({"request": request}, FakeLambdaContext())


def test_rules_are_saved_with_their_revision_and_refused_by_field() -> None:
    with Day(CURVES["php-dry"]) as day:
        first = ask(day, "save", rule={**RULE, "id": "php"}, by=ANA)["rule"]
        assert (first["revision"], first["changed_by"], first["in_a_row"]) == (1, ANA, 2)
        assert ask(day, "save", rule=first, by="somebody")["rule"] == first, "nothing was changed"
        assert ask(day, "save", rule={**RULE, "id": "php"}, by=ANA)["rule"] == first, "it came again"
        for _ in range(2):
            second = ask(day, "save", rule={**first, "warning": "600000"}, by=ANA)["rule"]
            assert (second["revision"], second["warning"]) == (2, "600000")
        wrong = {
            "revision": {**first, "warning": "700000"},
            "target": {**second, "target": {"currency": "USD"}},
            "critical": {**second, "critical": "900000"},
            "warning": {**second, "warning": "much"},
            "id": {**RULE, "id": "Not An Id"},
            "kind": {**RULE, "kind": "freeze"},
        }
        assert [ask(day, "save", rule=rule, by=ANA)["problem"]["field"] for rule in wrong.values()] == [*wrong]
        for _ in range(2):
            removed = ask(day, "delete", rule="php", by=ANA)["rule"]
            assert (removed["deleted"], removed["revision"]) == (ANA, 3)
        assert ask(day, "delete", rule="php", by=BEN)["problem"]["field"] == "id"
        assert ask(day, "save", rule={**second, "revision": 3}, by=ANA)["problem"]["field"] == "id"
        assert ask(day, "press", rule="php", press={"kind": "unsnooze", "by": ANA})["refused"] == "removed"
        assert [each["rule"]["id"] for each in ask(day, "list")["rules"]] == ["freeze"]
        assert [each["rule"] for each in ask(day, "states")["rules"]] == ["freeze"]


def test_stored_data_that_cannot_be_read_fails_without_being_quoted() -> None:
    with Day(CURVES["php-dry"]) as day:
        table = day.environment("WatchFunction")["WATCH_TABLE"]
        broken: Any = {"place": {"S": "rules"}, "entry": {"S": "php"}, "data": {"B": b"canary"}}
        day.dynamodb.put_item(TableName=table, Item=broken)
        with pytest.raises(WatchTableError) as caught:
            ask(day, "list")
        assert "canary" not in str(caught.value)


def test_rules_are_exported_and_imported() -> None:
    with Day(CURVES["php-dry"]) as day:

        def invoke(request: Any) -> dict[str, Any]:
            return ask(day, **{name: value for name, value in request.items() if name != "version"})

        assert import_rules(invoke, [{**RULE, "id": "php"}, {**RULE, "id": "bad", "warning": "-1"}]) == [
            "added    php",
            "wrong    bad: warning is missing, or not what the rule needs there",
        ]
        rules = exported(invoke)
        assert [rule["id"] for rule in rules] == ["freeze", "php"]
        assert import_rules(invoke, rules) == ["same     freeze", "same     php"]
        quiet = {"quiet": {"from": "22:00", "to": "06:00", "time_zone": "Asia/Manila"}}
        assert import_rules(invoke, [rules[0] | quiet, rules[1]]) == ["changed  freeze", "same     php"]
        assert exported(invoke)[0]["quiet"] == quiet["quiet"]


def test_a_preview_says_what_a_rule_would_have_done_over_the_stored_days() -> None:
    with Day(CURVES["php-dry"]) as day:
        for thousands in [900, 900, 400, 400, 400, 900, 900, 900, 900, 400, 900, 900]:
            day.now += timedelta(hours=1)
            day.hold(str(thousands))
            day.snapshot()
        found = ask(day, "preview", rule={**RULE, "stale_after": 120}, days=1)["preview"]
        assert (found["snapshots"], found["readings"], found["notifications"]) == (12, 12, {"low": 1, "all_clear": 1})
        assert (found["longer_than_two_hours"], found["shorter"], found["missed"]) == (1, 1, 0)
        everywhere = {**RULE, "target": {"currency": "PHP"}, "warning": "5500000", "critical": None}
        assert ask(day, "preview", rule=everywhere, days=1)["preview"]["notifications"]["low"] == 1
        recent = ask(day, "preview", rule={**RULE, "stale_after": 120, "in_a_row": 1}, days=1)["preview"]
        day.now += timedelta(hours=3)
        later = ask(day, "preview", rule={**RULE, "stale_after": 120, "in_a_row": 1}, days=1)["preview"]
        assert later["notifications"] == {**recent["notifications"], "unseen": 1}, "nothing was collected any more"
        assert "seen_again" not in later["notifications"]
        day.now += timedelta(hours=17)
        assert ask(day, "preview", rule=RULE, days=1)["preview"]["snapshots"] == 4, "the others are older than a day"
        freeze = ask(day, "preview", rule={"kind": "freeze"}, days=60)["preview"]
        assert (freeze["snapshots"], freeze["notifications"]) == (12, {})
        assert ask(day, "preview", rule={**RULE, "warning": "0"}, days=1)["problem"]["field"] == "critical"
