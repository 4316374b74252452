"""Slash commands: acknowledgements, mistakes, refusals, repeated and forged requests, and a Slack that fails."""

from datetime import UTC, datetime

from tests.end_to_end.questions import runs, type_command
from tests.local.aws.stack import STACK_NAME
from tests.local.company import SIGNING_SECRET
from tests.local.rendering import render_view
from tests.local.simulators.faults import Fault, FaultName
from tests.local.simulators.slack_commands import post, signed_headers
from tests.local.system import LocalSystem


def test_the_reference_in_the_details_is_in_every_log(system: LocalSystem) -> None:
    (answer,) = type_command(system, "USD").then
    system.press(answer, "details")
    system.settle()
    shown = render_view(system.company.slack.views[-1].payload)
    reference = shown.partition("reference ")[2].split()[0]
    logs = {path.name: path.read_text(encoding="utf-8") for path in system.logs.iterdir()}
    functions = {name.split(".")[0] for name, text in logs.items() if reference in text}
    # A provider function logs failures only, and PayBy holds no USD.
    asked = {f"{STACK_NAME}-{function}" for function in ("slack", "slack-reporter", "aggregator", "payby")}
    assert asked <= functions


def test_a_typing_mistake_is_answered_at_once_and_nobody_is_asked(system: LocalSystem) -> None:
    before = runs(system, "aggregator")
    told = type_command(system, "uds payby")
    assert "Did you mean `USD`?" in told.at_once
    assert not told.then
    assert runs(system, "aggregator") == before


def test_the_same_signed_request_is_answered_once(system: LocalSystem) -> None:
    slack = system.company.slack
    before = len(slack.messages)
    body = slack.new_command("USD").body()
    headers = signed_headers(SIGNING_SECRET, body, datetime.now(UTC))
    assert [post(system.url, headers, body).status for _ in range(4)] == [200] * 4
    system.settle()
    assert len(slack.messages) == before + 1


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
