"""Slash commands: acknowledgements, mistakes, refusals, repeated and forged requests, and a Slack that fails."""

from datetime import UTC, datetime, timedelta

from tests.end_to_end.questions import STRANGER, runs, type_command
from tests.local.aws.stack import STACK_NAME
from tests.local.company import SIGNING_SECRET
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.slack_actions import post_action
from tests.local.simulators.slack_commands import post, post_command, signed_headers
from tests.local.simulators.slack_events import post_event
from tests.local.system import LocalSystem


def test_the_reference_in_the_acknowledgement_is_in_the_answer_and_in_every_log(system: LocalSystem) -> None:
    told = type_command(system, "USD")
    assert told.at_once["text"].startswith("Asking Pagsmile, PayBy and PayerMax about USD…")
    assert f"Reference {told.reference}" in told.shown
    logs = {path.name: path.read_text(encoding="utf-8") for path in system.logs.iterdir()}
    functions = {name.split(".")[0] for name, text in logs.items() if told.reference in text}
    # A provider function logs failures only, and PayBy holds no USD.
    asked = {f"{STACK_NAME}-{function}" for function in ("slack", "slack-reporter", "aggregator", "payby")}
    assert asked <= functions


def test_a_typing_mistake_is_answered_at_once_and_nobody_is_asked(system: LocalSystem) -> None:
    before = runs(system, "aggregator")
    told = type_command(system, "uds payby")
    assert "Did you mean `USD`?" in told.at_once["text"]
    assert not told.then
    assert runs(system, "aggregator") == before


def test_a_person_who_may_not_ask_is_told_what_to_ask_for(system: LocalSystem) -> None:
    before = runs(system, "slack-reporter")
    told = type_command(system, "USD", user_id=STRANGER)
    assert f"`{STRANGER}`" in told.at_once["text"]
    assert "SlackAllowedUserIds" in told.at_once["text"]
    assert not told.then
    assert runs(system, "slack-reporter") == before


def test_the_same_signed_request_is_answered_once(system: LocalSystem) -> None:
    slack = system.company.slack
    before = len(slack.messages)
    body = slack.new_command("USD").body()
    headers = signed_headers(SIGNING_SECRET, body, datetime.now(UTC))
    assert [post(system.url, headers, body).status for _ in range(4)] == [200] * 4
    system.settle()
    assert len(slack.messages) == before + 1


def test_a_forged_or_old_request_starts_nothing(system: LocalSystem) -> None:
    (answer,) = type_command(system, "USD").then
    slack, before, now = system.company.slack, runs(system, "slack-reporter"), datetime.now(UTC)
    command, pressed = slack.new_command("USD"), slack.new_press(answer, "share")
    opened = slack.new_home_opening().payload()
    for secret, signed_at in (("another signing secret", now), (SIGNING_SECRET, now - timedelta(minutes=6))):
        assert post_command(system.url, command, secret, signed_at).status == 401
        assert post_action(system.url, pressed, secret, signed_at).status == 401
        assert post_event(system.url, opened, secret, signed_at).status == 401
    system.settle()
    assert runs(system, "slack-reporter") == before


def test_an_answer_whose_blocks_slack_refuses_arrives_as_text(system: LocalSystem) -> None:
    system.company.slack.refuses_blocks = True
    (message,) = type_command(system, "USD").then
    assert not message.blocks
    assert "Total USD: available USD 1,784.63" in message.text


def test_an_answer_that_slack_refuses_once_is_delivered_by_a_retry(system: LocalSystem) -> None:
    system.company.slack.set_fault(Fault(FaultName.FAIL, times=1))
    assert "USD 1,784.63 available" in type_command(system, "USD").shown
    assert not system.failed_events()


def test_an_answer_that_slack_never_takes_ends_in_the_failure_queue_without_amounts(system: LocalSystem) -> None:
    system.company.slack.set_fault(Fault(FaultName.FAIL))
    told = type_command(system, "USD")
    assert not told.then
    (record,) = system.failed_events()
    context = record["requestContext"]
    assert isinstance(context, dict)
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 3)
    assert "1784.63" not in str(record)
