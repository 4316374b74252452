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
