"""Questions about the past: answered from the table, for the person who asked only."""

from datetime import timedelta

import boto3

from balance_slack.job import JobKind
from tests.clock import NOW
from tests.integration.printed import captured_log
from tests.integration.slack_functions import ADMIN, ENVIRONMENT
from tests.integration.slack_reporter.local_reporter import CORRELATION_ID, LocalReporter
from tests.local.rendering import render_message
from tests.unit.slack_cases import balance, report, summary


def test_a_history_is_read_from_the_table_and_a_button_replaces_it_with_another_period(reporter: LocalReporter) -> None:
    for days_ago, amount in ((9, "100"), (2, "1200"), (0, "1008.29")):
        reporter.store(summary(report("pagsmile", balance(amount))), NOW - timedelta(days=days_ago))
    asked = reporter.command()
    week, month = ({**asked["request"], "history": period} for period in ("7d", "30d"))
    reporter.report(asked | {"kind": JobKind.HISTORY.value, "request": week})
    (message,) = reporter.slack.messages
    assert message.visible_to == asked["user_id"]
    assert "▼ 191.71 since 19 Nov, from 1,200.00" in render_message(message.payload)
    press = reporter.press(JobKind.HISTORY_REPLACED, message, "history_30d") | {"request": month}
    reporter.report(press)
    replaced = reporter.slack.messages[-1]
    assert (replaced.ts, replaced.is_replacement, replaced.visible_to) == (message.ts, True, asked["user_id"])
    assert "USD 1,008.29 available" in render_message(replaced.payload)
    assert reporter.aggregator.accepted == 0


def test_a_table_that_cannot_be_read_is_told_with_the_reference(reporter: LocalReporter) -> None:
    boto3.client("dynamodb").delete_table(TableName=ENVIRONMENT["BALANCES_TABLE"])
    asked = reporter.command()
    with captured_log() as log:
        reporter.report(asked | {"kind": JobKind.HISTORY.value, "request": {**asked["request"], "history": "90d"}})
    (told,) = reporter.slack.messages
    assert f"give <@{ADMIN}> the reference `{CORRELATION_ID}`" in told.text
    assert "ResourceNotFoundException" in log.getvalue()


def test_why_tells_the_moves_since_yesterdays_last_snapshot(reporter: LocalReporter) -> None:
    asked = reporter.command()
    why = asked | {"kind": JobKind.WHY.value}
    reporter.report(why)
    assert reporter.slack.messages[-1].text.startswith("USD was seen less than twice since yesterday")
    for hours_ago, amount in ((30, "1"), (4, "1000"), (1, "1008.29")):
        reporter.store(summary(report("pagsmile", balance(amount))), NOW - timedelta(hours=hours_ago))
    reporter.report(why | {"request_key": "cd" * 32, "ignored": ["please"]})
    shown = render_message(reporter.slack.messages[-1].payload)
    assert shown.startswith("USD up 8.29\n")
    assert "• USD 8.29 came in" in shown
    assert "Ignored: please." in shown
    assert reporter.aggregator.accepted == 0


def export(reporter: LocalReporter, **fields: str) -> str:
    """What the person reads in the conversation after `/balance export USD`."""
    asked = reporter.command()
    reporter.report(asked | {"kind": JobKind.EXPORT.value, **fields})
    told = reporter.slack.messages[-1]
    assert told.visible_to == asked["user_id"]
    return told.text


def test_an_export_is_a_file_in_a_direct_message_to_the_person(reporter: LocalReporter) -> None:
    for days_ago, amount in ((20, "1"), (2, "1000"), (0, "1008.29")):
        reporter.store(summary(report("pagsmile", balance(amount))), NOW - timedelta(days=days_ago))
    reporter.store(summary(report("payby", balance("7", currency="AED"))), NOW)
    assert export(reporter) == "The file for USD in 2026-11 is in your direct messages with me: 21 rows."
    (file,) = reporter.slack.files
    assert (file.name, file.title) == ("balances-USD-2026-11.csv", "USD, 2026-11, days in UTC")
    assert file.channel_id == "D0123456789"
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("2026-11-01,pagsmile,main,DISBURSEMENT,,,USD,1.00,not reported")
    assert lines[-1].startswith("2026-11-21,pagsmile,main,DISBURSEMENT,,,USD,1008.29")
    assert ",not seen," in lines[2]
    assert "AED" not in file.content.decode()
    assert export(reporter, month="2026-11", zone="asia/manila").endswith("rows.")
    assert reporter.slack.files[-1].title == "USD, 2026-11, days in Asia/Manila"
    assert reporter.aggregator.accepted == 0


def test_what_cannot_be_exported_is_explained(reporter: LocalReporter) -> None:
    assert "I do not know the time zone `Asia/Manilla`." in export(reporter, zone="Asia/Manilla")
    assert "`2026-12` has not begun yet." in export(reporter, month="2026-12")
    assert "nothing to export" in export(reporter, month="2026-10")
    reporter.store(summary(report("pagsmile", balance("1"))), NOW)
    for scopes in (("chat:write", "im:write"), ("chat:write", "files:write")):
        reporter.slack.scopes = scopes
        assert f"Ask <@{ADMIN}> to install the app again with the scopes `files:write` and `im:write`." in export(
            reporter
        )
    assert reporter.slack.files == []
