"""Who asked: what is recorded of each job, for how long, what is shown of it, and what a lost table costs."""

from datetime import timedelta
from typing import Any

import boto3
import msgspec
import pytest

from balance_core.contract import convert
from balance_core.history.items import Items
from balance_slack.job import Job, JobKind
from balance_slack.reporter.audit import Audit
from balance_slack.reporter.background import wait_until_done
from balance_slack.view.watched import target_words
from balance_slack.view.who import Deed, DeedKind, render_who
from tests.clock import NOW
from tests.integration.printed import captured_log
from tests.integration.slack_functions import ENVIRONMENT
from tests.integration.slack_reporter.local_reporter import CHANNEL, LocalReporter, job
from tests.local.rendering import render_message
from tests.local.simulators.block_kit import refusal
from tests.memory.table import never
from tests.unit.listed_cases import listed
from tests.unit.watch_cases import RULE, Watch

TABLE = ENVIRONMENT["ANSWERS_TABLE"]
TIME = "21 Nov 2026 at 01:45 UTC"


def who(reporter: LocalReporter) -> list[str]:
    """What a person reads after `/balance who`, without the heading and the note."""
    reporter.report(reporter.command("U0ADA1") | {"kind": JobKind.WHO.value})
    return render_message(reporter.slack.messages[-1].payload).split("\n")[2:-1]


def test_each_deed_is_shown_newest_first_without_amounts(reporter: LocalReporter) -> None:
    answer = reporter.answered()
    for kind, action in ((JobKind.DETAILS, "details"), (JobKind.SHARE, "share")):
        reporter.clock.now += timedelta(minutes=1)
        reporter.report(reporter.press(kind, answer, action))
    reporter.clock.now += timedelta(minutes=1)
    reporter.report(job(JobKind.HOME, user_id="U1") | {"request": {"correlation_id": "home"}})
    asked = reporter.command("U1")
    reporter.clock.now += timedelta(minutes=1)
    reporter.report({**asked, "kind": JobKind.HISTORY.value, "request": {**asked["request"], "history": "30d"}})
    reporter.clock.now += timedelta(minutes=1)
    reporter.report({**asked, "kind": JobKind.EXPORT.value, "month": "2026-10", "request_key": "ab" * 32})
    assert who(reporter) == [
        f"21 Nov 2026 at 01:50 UTC: @U1 exported export USD 2026-10 in #{CHANNEL}",
        f"21 Nov 2026 at 01:49 UTC: @U1 asked history USD 30d in #{CHANNEL}",
        "21 Nov 2026 at 01:48 UTC: @U1 asked everything on the Home tab",
        f"21 Nov 2026 at 01:47 UTC: @U0123456789 shared USD in #{CHANNEL}",
        f"{TIME}: @U0123456789 asked USD in #{CHANNEL}",
    ]
    stored = [
        item for item in boto3.client("dynamodb").scan(TableName=TABLE)["Items"] if "audit#" in item["place"]["S"]
    ]
    assert len(stored) == 5
    assert b"1008" not in b"".join(item["data"]["B"] for item in stored)


PHP = {"currency": "PHP", "provider": "payermax", "account": "uae", "type": "DISBURSEMENT"}


def test_changes_of_rules_and_presses_are_named_by_their_money_without_levels(reporter: LocalReporter) -> None:
    asked = reporter.command("U1")
    stored = listed(Watch({**RULE, "id": "brl", "target": {"currency": "BRL"}}))
    reporter.watch.answers["list"] = msgspec.to_builtins(stored)
    draft = {**RULE, "target": PHP, "warning": "123456"}
    for minute, (kind, work, channel_id) in enumerate(
        (
            (JobKind.RULES, None, CHANNEL),
            (JobKind.RULE_SAVE, {"draft": draft}, None),
            (JobKind.PRESS, {"rule": "brl", "press": {"kind": "take", "by": "U1"}}, CHANNEL),
            (JobKind.PRESS, {"rule": "brl", "press": {"kind": "snooze", "by": "U1", "why": "secret"}}, None),
            (JobKind.PRESS, {"rule": "brl", "press": {"kind": "unsnooze", "by": "U1"}}, CHANNEL),
            (JobKind.PRESS, {"rule": "gone", "press": {"kind": "false_alarm", "by": "U1"}}, CHANNEL),
            (JobKind.RULE_PREVIEW, {"draft": draft}, None),
            (JobKind.RULE_FORM, {"rule": "brl"}, CHANNEL),
        )
    ):
        reporter.clock.now += timedelta(minutes=1)
        ids = {"channel_id": channel_id, "trigger_id": "1.2.abc", "request_key": f"{minute:064x}"}
        audit(reporter, {**asked, "kind": kind, "watch": work, **ids})
    lines = [line.partition(": ")[2] for line in who(reporter)]
    assert lines == [
        f"@U1 called a false alarm about gone in #{CHANNEL}",
        f"@U1 ended the snooze of BRL in #{CHANNEL}",
        "@U1 snoozed BRL",
        f"@U1 took the alert about BRL in #{CHANNEL}",
        "@U1 added or changed the rule PHP payermax:uae DISBURSEMENT",
        f"@U1 asked watch USD in #{CHANNEL}",
    ]
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    data = b"".join(item["data"]["B"] for item in items)
    assert not any(word in data for word in (b"123456", b"secret"))


def audit(reporter: LocalReporter, event: dict[str, Any]) -> None:
    """Record a job as the reporter does: before it does it, or once the watch has taken it."""
    deeds = Audit(Items(reporter.dynamodb, TABLE, never), reporter.clock, wait_until_done)
    job = convert(event, Job)
    deeds.end(deeds.begin(job))
    if job.kind in (JobKind.RULE_SAVE, JobKind.PRESS) and job.watch:
        deeds.add_change(job, target_words(job.watch.draft or {}))


def test_a_removed_rule_keeps_its_name_and_rules_are_named_by_their_ids_without_the_watch(
    reporter: LocalReporter,
) -> None:
    removal = reporter.command("U1") | {"kind": JobKind.RULE_REMOVE.value, "watch": {"rule": "php"}}
    press = {**removal, "kind": JobKind.PRESS.value, "request_key": "ab" * 32}
    audit(reporter, press | {"watch": {"rule": "php", "press": {"kind": "take", "by": "U1"}}})
    reporter.clock.now += timedelta(minutes=1)
    reporter.watch.answers["list"] = b"{}"
    assert [line.partition(": ")[2] for line in who(reporter)] == [f"@U1 took the alert about php in #{CHANNEL}"]
    reporter.watch.answers["delete"] = {"problem": {"field": "id", "problem": "is not that of a rule"}}
    reporter.report({**removal, "request_key": "cd" * 32})
    assert len(who(reporter)) == 1, "nothing was removed"
    reporter.watch.answers["delete"] = b"{}"
    reporter.report({**removal, "request_key": "ef" * 32})
    assert who(reporter)[0].endswith(f"@U1 removed the rule php in #{CHANNEL}"), "perhaps"
    reporter.clock.now += timedelta(minutes=1)
    reporter.watch.answers["delete"] = {"rule": {**RULE, "target": PHP}}
    reporter.report(removal)
    assert [line.partition(": ")[2] for line in who(reporter)] == [
        f"@U1 removed the rule PHP payermax:uae DISBURSEMENT in #{CHANNEL}",
        f"@U1 removed the rule PHP payermax:uae DISBURSEMENT in #{CHANNEL}",
        f"@U1 took the alert about PHP payermax:uae DISBURSEMENT in #{CHANNEL}",
    ]


def test_a_refusal_is_recorded_once_a_minute_for_each_person(reporter: LocalReporter) -> None:
    def refuse(user_id: str) -> None:
        reporter.report(job(JobKind.REFUSED, user_id=user_id, channel_id="C1"))

    press = reporter.press(JobKind.NOTICE, reporter.answered(), "details") | {"notice": "No.", "is_refusal": True}
    for seconds, user_id in ((0, "U1"), (30, "U1"), (0, "U2"), (30, "U1")):
        reporter.clock.now += timedelta(seconds=seconds)
        refuse(user_id)
    for number in range(2):
        reporter.report({**press, "user_id": "U1", "request_key": f"{number}" * 64})
    assert [message.text for message in reporter.slack.messages[1:]] == ["No.", "No."], "a refusal is always told"
    lines = [line.partition(": ")[2] for line in who(reporter) if "refused" in line]
    assert lines == [f"@{user_id} was refused in #C1" for user_id in ("U1", "U2", "U1")]


def test_after_thirty_days_nobody_asked_even_if_dynamodb_still_has_it(reporter: LocalReporter) -> None:
    reporter.answered()
    reporter.clock.now += timedelta(days=30)
    assert boto3.client("dynamodb").scan(TableName=TABLE)["Count"]
    reporter.report(reporter.command("U0ADA1") | {"kind": JobKind.WHO.value})
    assert reporter.slack.messages[-1].text == "Nobody asked in the last 30 days."


def test_of_very_many_deeds_only_the_newest_are_read(reporter: LocalReporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("balance_slack.reporter.audit._MAX_DEEDS", 2)
    for user_id in ("U1", "U2", "U3"):
        reporter.report(reporter.command(user_id))
        reporter.clock.now += timedelta(days=1)
    assert [line.partition(": ")[2].partition(" ")[0] for line in who(reporter)] == ["@U3", "@U2"]


def test_a_retry_is_one_deed_and_a_lost_table_costs_no_answer(reporter: LocalReporter) -> None:
    asked = reporter.command()
    reporter.slack.set_fault(None)
    for _ in range(2):
        reporter.report(asked)
    assert len(who(reporter)) == 1
    boto3.client("dynamodb").delete_table(TableName=TABLE)
    with captured_log() as log:
        assert "USD 1,008.29 available" in reporter.answered().text
        reporter.report(reporter.command("U0ADA1") | {"kind": JobKind.WHO.value})
    assert "no storing who asked" in log.getvalue()
    assert "The stored figures could not be read." in reporter.slack.messages[-1].text


def test_many_deeds_are_cut_and_foreign_words_are_harmless() -> None:
    words = "USD <!channel> `x`"
    deeds = [Deed(at=NOW, kind=DeedKind.ASKED, user_id="<!here>", channel_id="<#C1>", words=words) for _ in range(300)]
    message = render_who(deeds)
    assert all(refusal(form) is None for form in message.forms())
    text = str(message.blocks)
    assert "earlier entries." in text
    assert not any(danger in text for danger in ("<!channel>", "<!here>", "<#C1>"))
