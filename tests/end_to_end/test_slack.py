"""What people meet: acknowledgements, refusals, mistakes, replays, a Slack that refuses, and the schedule."""

from datetime import UTC, datetime, timedelta

from tests.end_to_end.questions import runs, type_command
from tests.local.aws.stack import STACK_NAME
from tests.local.company import SIGNING_SECRET
from tests.local.simulators.slack_commands import post, post_command, signed_headers
from tests.local.system import LocalSystem
from tests.schemas import problems


def test_the_acknowledgement_comes_before_slack_gives_up(system: LocalSystem) -> None:
    type_command(system, "help")
    told = type_command(system, "USD")
    assert told.at_once["text"].startswith("Asking Pagsmile, PayBy and PayerMax about USD…")
    assert told.elapsed_ms < 3000


def test_one_reference_leads_from_the_command_to_every_log(system: LocalSystem) -> None:
    told = type_command(system, "USD")
    reference = told.at_once["text"].split("`")[1]
    assert f"Reference {reference}" in told.shown
    logs = {path.name: path.read_text(encoding="utf-8") for path in system.logs.iterdir()}
    functions = {name.split(".")[0] for name, text in logs.items() if reference in text}
    asked = {"slack", "slack-reporter", "aggregator", "payby"}  # a provider logs failures only, and PayBy holds no USD
    assert {f"{STACK_NAME}-{function}" for function in asked} <= functions


def test_a_mistake_is_answered_at_once_and_nothing_is_asked(system: LocalSystem) -> None:
    before = runs(system, "aggregator")
    told = type_command(system, "uds payby")
    assert "Did you mean `USD`?" in told.at_once["text"]
    assert not told.then
    assert runs(system, "aggregator") == before


def test_somebody_else_learns_what_to_ask_for_and_no_balance(system: LocalSystem) -> None:
    before = runs(system, "slack-reporter")
    told = type_command(system, "USD", user_id="U0000000666")
    assert "`U0000000666`" in told.at_once["text"]
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


def test_a_forged_or_stale_request_starts_nothing(system: LocalSystem) -> None:
    before = runs(system, "slack-reporter")
    command = system.company.slack.new_command("USD")
    now = datetime.now(UTC)
    assert post_command(system.url, command, "another signing secret", now).status == 401
    assert post_command(system.url, command, SIGNING_SECRET, now - timedelta(minutes=6)).status == 401
    system.settle()
    assert runs(system, "slack-reporter") == before


def test_text_comes_when_slack_refuses_the_blocks(system: LocalSystem) -> None:
    system.company.slack.refuses_blocks = True
    (message,) = type_command(system, "USD").then
    assert not message.blocks
    assert "Total USD: available USD 1,784.63" in message.text


def test_the_schedule_ends_in_an_announcement_without_amounts(system: LocalSystem) -> None:
    announced = len(system.bus.published)
    system.fire_schedule()
    system.settle()
    (event,) = system.bus.published[announced:]
    assert not problems("balances-collected", event.envelope["detail"])
    assert "1784.63" not in str(event.envelope)
