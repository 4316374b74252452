"""Answers that were seen: what Details and Share show later, to whom and for how long, and what a lost table costs."""

import json
import random
from datetime import timedelta

import boto3
import pytest

from balance_core.contract import summary_json
from balance_slack.job import JobKind
from tests.integration.fault_server import once
from tests.integration.invoke_api import failed, returned
from tests.integration.printed import captured_log
from tests.integration.slack_functions import ENVIRONMENT
from tests.integration.slack_reporter.local_reporter import CORRELATION_ID, QUESTION, LocalReporter
from tests.local.rendering import render_message
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.unit.slack_cases import balance, report, summary

TABLE = ENVIRONMENT["ANSWERS_TABLE"]
NOT_KEPT = "This answer is no longer kept. Ask again with /balance."
AS_SEEN = "USD, as you saw it. Nothing was asked again."


def details(reporter: LocalReporter, message: DeliveredMessage, **who: str) -> str:
    """What a person reads in the modal after pressing Details."""
    reporter.report(reporter.press(JobKind.DETAILS, message, "details", **who))
    return render_message(reporter.slack.views[-1].payload)


def share(reporter: LocalReporter, message: DeliveredMessage) -> DeliveredMessage:
    """The answer in the channel after pressing Share."""
    reporter.report(reporter.press(JobKind.SHARE, message, "share"))
    return reporter.slack.messages[-1]


def test_details_show_the_answer_that_was_seen_although_the_provider_fails_now(reporter: LocalReporter) -> None:
    answer = reporter.answered()
    reporter.aggregator.behaviour = once(failed(b"{}"))
    reporter.clock.now += timedelta(hours=23, minutes=59)
    shown = details(reporter, answer)
    assert shown.startswith(f"{AS_SEEN}\n21 Nov 2026 at 01:45 UTC · reference {CORRELATION_ID}")
    assert "Card issuing account: 1,008.29 available" in shown
    assert "PayBy did not answer in time" in shown
    assert reporter.aggregator.accepted == 1


def test_the_answer_on_the_home_tab_and_a_refreshed_one_are_kept_too(reporter: LocalReporter) -> None:
    reporter.report(reporter.press(JobKind.REFRESH, reporter.answered(), "refresh"))
    assert details(reporter, reporter.slack.messages[-1]).startswith(AS_SEEN)
    reporter.report(reporter.press(JobKind.DETAILS, reporter.home(), "details"))
    assert AS_SEEN in render_message(reporter.slack.views[-1].payload)
    assert reporter.aggregator.accepted == 3


def test_after_twenty_four_hours_an_answer_is_gone_even_if_dynamodb_still_has_it(reporter: LocalReporter) -> None:
    answer = reporter.answered()
    reporter.clock.now += timedelta(hours=24)
    assert boto3.client("dynamodb").scan(TableName=TABLE)["Count"]
    assert details(reporter, answer) == NOT_KEPT
    assert reporter.aggregator.accepted == 1


def test_nobody_but_the_person_who_asked_opens_an_answer_until_it_is_shared(reporter: LocalReporter) -> None:
    answer = reporter.answered()
    stolen = reporter.press(JobKind.DETAILS, answer, "details")
    for who in ({"user_id": "U0STRANGER"}, {"user_id": "U0STRANGER", "channel_id": "C0456456456"}):
        press = reporter.press(JobKind.DETAILS, answer, "details")
        reporter.report({**press, **who, "trigger_id": reporter.slack.new_command("", **who).trigger_id})
        assert render_message(reporter.slack.views[-1].payload) == NOT_KEPT
    assert stolen["reference"] == CORRELATION_ID
    shared = share(reporter, answer)
    assert details(reporter, shared, user_id="U0STRANGER").startswith(AS_SEEN)


def test_share_shows_what_the_person_saw_and_asks_nobody_for_five_minutes(reporter: LocalReporter) -> None:
    answer = reporter.answered()
    reporter.clock.now += timedelta(minutes=5)
    shared = share(reporter, answer)
    assert shared.text.startswith(f"<@{answer.visible_to}> shared this. USD 1,008.29 available")
    assert reporter.aggregator.accepted == 1
    reporter.clock.now += timedelta(seconds=10)
    assert share(reporter, answer).text.startswith(f"<@{answer.visible_to}> shared this, asked again just now. USD")
    assert reporter.aggregator.accepted == 2
    assert details(reporter, reporter.slack.messages[-1], user_id="U0STRANGER").startswith(AS_SEEN)


@pytest.mark.parametrize("is_missing", [True, False])
def test_an_answer_that_cannot_be_kept_is_shown_all_the_same_and_details_ask_again(
    reporter: LocalReporter, *, is_missing: bool
) -> None:
    reporter.is_table_fast = is_missing
    if is_missing:
        boto3.client("dynamodb").delete_table(TableName=TABLE)
    with captured_log() as log:
        answer = reporter.answered()
        shown = details(reporter, answer)
        shared = share(reporter, answer)
    assert "block_id" not in next(block for block in answer.blocks if block["type"] == "actions")
    assert shown.startswith("USD, asked again: the answer above was not kept.\n")
    assert shared.text.startswith(f"<@{answer.visible_to}> shared this. USD")
    assert reporter.aggregator.accepted == 3
    assert ("keeping an answer: DynamoDB refused" if is_missing else "too slow for keeping an answer") in log.getvalue()


def test_a_kept_answer_that_cannot_be_read_is_not_asked_again_for_details(reporter: LocalReporter) -> None:
    answer = reporter.answered()
    boto3.client("dynamodb").delete_table(TableName=TABLE)
    assert "The answer could not be opened. Please try again in a minute." in details(reporter, answer)
    assert reporter.aggregator.accepted == 1
    reporter.is_patient = False
    assert "asked again just now" in share(reporter, answer).text


def test_an_answer_of_five_thousand_accounts_fits_dynamodbs_items(reporter: LocalReporter) -> None:
    chance = random.Random(1)
    many = [balance(str(chance.getrandbits(80)), number=f"{chance.getrandbits(400):x}") for _ in range(5000)]
    large = json.dumps(summary_json(summary(report("pagsmile", *many)), QUESTION)).encode()
    reporter.aggregator.behaviour = once(returned(large))
    answer = reporter.answered()
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    sizes = [len(item["data"]["B"]) for item in items]
    assert len(sizes) > 2
    assert max(sizes) < 390_000
    assert "more accounts: ask for one currency or provider." in details(reporter, answer)
