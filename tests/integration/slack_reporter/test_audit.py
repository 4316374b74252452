"""Who asked: what is recorded of each job, for how long, what is shown of it, and what a lost table costs."""

from datetime import timedelta

import boto3

from balance_slack.job import JobKind
from balance_slack.view.who import Deed, DeedKind, render_who
from tests.clock import NOW
from tests.integration.printed import captured_log
from tests.integration.slack_functions import ENVIRONMENT
from tests.integration.slack_reporter.local_reporter import CHANNEL, LocalReporter, job
from tests.local.rendering import render_message
from tests.local.simulators.block_kit import refusal

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
