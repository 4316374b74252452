"""Answers in a conversation: to a command, refreshed, shared with the channel, and what is said instead."""

import json
from datetime import timedelta

import boto3
import pytest

from balance_core.contract import summary_json
from balance_slack.job import JobKind
from balance_slack.reporter.slack import DeliveryError
from tests.clock import NOW
from tests.integration.fault_server import Behaviour, Connection, answer, once
from tests.integration.invoke_api import failed, refused, returned
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_functions import ADMIN, ENVIRONMENT, reset
from tests.integration.slack_reporter.local_reporter import CHANNEL, CORRELATION_ID, QUESTION, LocalReporter
from tests.local.rendering import render_message
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.slack_actions import find_button
from tests.unit.slack_cases import balance, report, summary, total

ASKED = {"currencies": ["USD"], "include_zero": True, "correlation_id": CORRELATION_ID}
AGGREGATOR_FAILS = once(failed(b'{"errorMessage":"canary","errorType":"ZeroDivisionError"}'))


def test_a_command_is_answered_for_the_person_who_asked(reporter: LocalReporter) -> None:
    job = reporter.command()
    reporter.report(job)
    (message,) = reporter.slack.messages
    assert (message.destination, message.visible_to) == (job["response_url"], job["user_id"])
    assert "USD 1,008.29 available at Pagsmile, PayBy missing" in render_message(message.payload)
    assert message.text.endswith("PayBy missing. PayBy did not answer in time. Try again in a minute.")
    assert reporter.asked == [ASKED]
    head = reporter.aggregator.requests[0].partition(b"\r\n\r\n")[0]
    assert b"balance-bot-aggregator%3Alive/invocations " in head
    assert b"X-Amz-Invocation-Type" not in head


@pytest.mark.parametrize(
    ("behaviour", "logged"),
    [
        (AGGREGATOR_FAILS, "the aggregator failed"),
        (once(refused(429, "TooManyRequestsException")), "TooManyRequestsException"),
        (once(returned(b"{canary")), "cannot be understood"),
        (once(returned(b'{"version":2}')), "deploy all functions together"),
        (reset, "no answer in time (ConnectionClosedError)"),
    ],
)
def test_a_broken_aggregator_is_asked_once_and_the_person_is_told(
    reporter: LocalReporter, capsys: pytest.CaptureFixture[str], behaviour: Behaviour, logged: str
) -> None:
    reporter.aggregator.behaviour = behaviour
    with captured_log() as log:
        reporter.report(reporter.command())
    (message,) = reporter.slack.messages
    assert f"give <@{ADMIN}> the reference `{CORRELATION_ID}`" in message.text
    assert find_button(message.blocks, "refresh")["value"] == "USD"
    assert reporter.aggregator.accepted == 1
    assert logged in log.getvalue()
    assert "canary" not in log.getvalue() + message.text
    (metric,) = metrics(capsys.readouterr().out, "ProviderFailure")
    assert metric["kind"] == "unavailable"


@pytest.mark.parametrize("slack_accepts", [True, False])
def test_after_four_seconds_one_line_says_that_the_answer_takes_longer(
    reporter: LocalReporter, slack_accepts: bool
) -> None:
    reporter.is_patient = False
    if not slack_accepts:
        reporter.slack.set_fault(Fault(FaultName.FAIL, times=1))
    reporter.report(reporter.command())
    *waiting, message = reporter.slack.deliveries
    assert [each.text for each in waiting] == ["Still waiting for the providers…"] * slack_accepts
    assert "USD 1,008.29 available" in message.text
    assert not message.is_replacement
    assert reporter.aggregator.accepted == 1


def test_a_slow_answer_without_an_answer_uses_the_url_at_most_five_times(reporter: LocalReporter) -> None:
    reporter.is_patient = False
    reporter.slack.refuses_blocks = True
    reporter.report(reporter.command())
    assert len(reporter.slack.requests) <= 5


def test_blocks_that_slack_refuses_are_left_out_step_by_step(reporter: LocalReporter) -> None:
    reporter.slack.refuses_blocks = True
    with captured_log() as log:
        reporter.report(reporter.command())
    assert [b'"blocks"' in request.body for request in reporter.slack.requests] == [True, False]
    (message,) = reporter.slack.messages
    assert message.text.startswith("*USD 1,008.29 available at Pagsmile, PayBy missing*\n\n:warning: *PayBy* did not")
    assert log.getvalue().count("sent in a simpler form: Slack refused the blocks (invalid_blocks)") == 1
    assert reporter.aggregator.accepted == 1


def test_share_shows_the_answer_to_everybody_and_who_shared_it(reporter: LocalReporter) -> None:
    answer = reporter.answered()
    reporter.report(reporter.press(JobKind.SHARE, answer, "share"))
    _, shared = reporter.slack.messages
    assert (shared.visible_to, shared.is_replacement) == (None, False)
    assert shared.text.startswith(f"<@{answer.visible_to}> shared this. USD 1,008.29 available")
    assert find_button(shared.blocks, "details")["value"] == "USD"
    with pytest.raises(ValueError, match="there is not exactly one button 'refresh', but: details"):
        find_button(shared.blocks, "refresh")


@pytest.mark.parametrize("is_told", [True, False])
def test_a_shared_answer_that_slack_does_not_confirm_is_not_posted_again(
    reporter: LocalReporter, is_told: bool
) -> None:
    press = reporter.press(JobKind.SHARE, reporter.answered(), "share")

    def slack(connection: Connection) -> None:
        if b"ephemeral" in (connection.read_request() or b"") and is_told:
            connection.send(answer(200, b"ok", Connection="close"))

    with reporter.slack_that(slack) as server:
        for _ in range(2):
            reporter.report(press | {"response_url": f"{server.url}commands/1"})
        shared, told = server.requests
    assert b"in_channel" in shared
    assert b"If it is not in the channel, press *Share to channel* again." in told


def test_a_shared_answer_that_slack_refuses_is_tried_again_by_lambda(reporter: LocalReporter) -> None:
    press = reporter.press(JobKind.SHARE, reporter.answered(), "share")

    def slack(connection: Connection) -> None:
        is_shared = b"in_channel" in (connection.read_request() or b"")
        status, body = (404, b"expired_url") if is_shared else (200, b"ok")
        connection.send(answer(status, body, Connection="close"))

    with reporter.slack_that(slack) as server, pytest.raises(DeliveryError, match="expired_url"):
        reporter.report(press | {"response_url": f"{server.url}commands/1"})


def test_nothing_is_shared_without_an_answer(reporter: LocalReporter) -> None:
    answer = reporter.answered()
    reporter.aggregator.behaviour = AGGREGATOR_FAILS
    reporter.report(reporter.press(JobKind.SHARE, answer, "share") | {"reference": None})
    told = reporter.slack.messages[-1]
    assert told.visible_to == answer.visible_to
    assert told.text.startswith("Nothing was shared. ")


def test_share_is_only_offered_where_it_is_allowed(reporter: LocalReporter) -> None:
    reporter.environment["SHARE_CHANNEL_IDS"] = "C0456456456"
    with pytest.raises(ValueError, match="but: refresh, details"):
        find_button(reporter.answered().blocks, "share")


def test_a_notice_is_a_message_of_its_own_or_the_whole_home_tab(reporter: LocalReporter) -> None:
    reporter.report(reporter.press(JobKind.SHARE, reporter.answered(), "share"))
    press = reporter.press(JobKind.NOTICE, reporter.slack.messages[-1], "details", user_id="U1")
    reporter.report(press | {"notice": "You may not."})
    told = reporter.slack.messages[-1]
    assert (told.text, told.visible_to, told.is_replacement) == ("You may not.", "U1", False)
    assert told.channel_id == CHANNEL
    reporter.report(press | {"notice": "Nor here.", "request_key": "ab" * 32, "response_url": None})
    assert "Nor here." in str(reporter.slack.views[-1].blocks)
    assert reporter.slack.views[-1].user_id == "U1"
    assert reporter.aggregator.accepted == 1


@pytest.mark.parametrize(("kind", "action_id"), [(JobKind.REFRESH, "refresh"), (JobKind.SHARE, "share")])
def test_a_second_press_within_ten_seconds_has_to_wait(reporter: LocalReporter, kind: JobKind, action_id: str) -> None:
    answer = reporter.answered()
    # Then the clock is set back, as between two machines: nobody waits longer than ten seconds.
    for seconds, questions in ((0, 2), (7, 2), (3, 3), (-3600, 3)):
        reporter.clock.now += timedelta(seconds=seconds)
        reporter.report(reporter.press(kind, answer, action_id) | {"reference": None})
        assert reporter.aggregator.accepted == questions
    told = [message for message in reporter.slack.messages if "wait" in message.text]
    assert {(message.visible_to, message.is_replacement) for message in told} == {(answer.visible_to, False)}
    for message, wait_seconds in zip(told, (3, 10), strict=True):
        assert f"Please wait {wait_seconds} seconds before you {action_id} again." in message.text


def test_a_pause_concerns_neither_other_buttons_nor_other_people_nor_its_own_retry(reporter: LocalReporter) -> None:
    mine = reporter.answered()
    reporter.report(reporter.command(user_id="U1"))
    theirs = reporter.slack.messages[-1]
    press = reporter.press(JobKind.REFRESH, mine, "refresh")
    reporter.slack.set_fault(Fault(FaultName.FAIL, times=1))
    with pytest.raises(DeliveryError):
        reporter.report(press)
    reporter.report(press)
    reporter.report(reporter.press(JobKind.REFRESH, theirs, "refresh"))
    reporter.report(reporter.press(JobKind.SHARE, mine, "share"))
    assert reporter.aggregator.accepted == 4


def test_an_answer_shows_the_change_since_yesterdays_last_snapshot_and_keeps_it(reporter: LocalReporter) -> None:
    early, late = (report("pagsmile", balance(amount, None, "0", type="partner account")) for amount in ("1", "1000"))
    reporter.store(summary(early), NOW - timedelta(hours=9))
    reporter.store(summary(late, report("payby", balance("7"))), NOW - timedelta(hours=4))
    message = reporter.answered()
    shown = render_message(message.payload)
    # PayBy does not answer now, so the total cannot be compared.
    assert "▲ 8.29" not in shown
    reporter.store(summary(late), NOW - timedelta(hours=3))
    message = reporter.answered()
    assert "▲ 8.29 since 20 Nov 2026 at 22:45 UTC" in render_message(message.payload)
    reporter.report(reporter.press(JobKind.SHARE, message, "share"))
    assert "▲ 8.29 since 20 Nov 2026 at 22:45 UTC" in render_message(reporter.slack.messages[-1].payload)


@pytest.mark.parametrize("is_missing", [True, False])
def test_a_table_that_fails_or_is_slow_costs_no_answer(reporter: LocalReporter, *, is_missing: bool) -> None:
    reporter.store(summary(report("pagsmile", balance("1"))), NOW - timedelta(hours=4))
    reporter.is_table_fast = is_missing
    if is_missing:
        boto3.client("dynamodb").delete_table(TableName=ENVIRONMENT["BALANCES_TABLE"])
    with captured_log() as log:
        shown = render_message(reporter.answered().payload)
    assert shown.startswith("USD 1,008.29 available at Pagsmile, PayBy missing\n")
    assert not any(word in shown for word in ("▲", "▼", "No comparison"))
    assert "the comparison with yesterday" in log.getvalue()


def test_an_impossibly_large_amount_costs_the_comparison_and_no_answer(reporter: LocalReporter) -> None:
    large = [balance("9" * 30, None, "0", type=f"account {number}") for number in range(2)]
    reporter.store(summary(report("pagsmile", *large)), NOW - timedelta(hours=4))
    seen = json.dumps(summary_json(summary(total(None, None, None), report("pagsmile", *large)), QUESTION)).encode()
    reporter.aggregator.behaviour = once(returned(seen))
    with captured_log() as log:
        shown = render_message(reporter.answered().payload)
    assert "pagsmile" in shown.casefold()
    assert "▲" not in shown
    assert "no comparison with yesterday: an account reports an impossibly large amount" in log.getvalue()
