"""What a request leads to: a reply, a job for the reporter, or a refusal."""

import hashlib
import json

import msgspec
import pytest

from balance_core.question import Question
from balance_slack.access import AccessPolicy
from balance_slack.front.app import Inbound, dispatch
from balance_slack.front.decisions import Decider, Decision, event_key
from balance_slack.front.payloads import ButtonPress, Command, HomeOpened, read_payload
from balance_slack.job import IncompleteJobError, Job, JobKind
from tests.clock import NOW
from tests.slack_examples import CHANNEL, TEAM, USER, example
from tests.unit.slack_cases import CONTACT, NAMES

KEY = "9f2c4e1ab07d3c55" * 4


def decider(users: str = USER, share: str = CHANNEL) -> Decider:
    policy = AccessPolicy(frozenset({TEAM}), frozenset({CHANNEL}), frozenset({users}), frozenset({share}))
    return Decider(policy, NAMES, CONTACT, KEY, "https://hooks.slack.com", NOW)


def read_command(**changes: object) -> Command:
    request = read_payload(example("command-usd", **changes))
    assert isinstance(request, Command)
    return request


def command(text: str) -> Command:
    return read_command(text=text)


def press(words: str | None = "USD", name: str = "button-refresh", **changes: object) -> ButtonPress:
    action = {"action_id": name.rpartition("-")[2]} | ({} if words is None else {"value": words})
    request = read_payload(example(name, actions=[action], **changes))
    assert isinstance(request, ButtonPress)
    return request


def home(tab: str = "home") -> HomeOpened:
    request = read_payload(example("home-opened", event={"type": "app_home_opened", "user": USER, "tab": tab}))
    assert isinstance(request, HomeOpened)
    return request


def question(**fields: object) -> Question:
    return msgspec.convert({"correlation_id": KEY[:16], **fields}, Question)


def test_a_question_becomes_a_job_and_nothing_is_said_yet() -> None:
    assert decider().command(command("usd")) == Decision(
        "",
        Job(
            kind=JobKind.ANSWER,
            request_key=KEY,
            request=question(currencies=["USD"]),
            team_id=TEAM,
            user_id=USER,
            channel_id=CHANNEL,
            response_url=command("").response_url,
        ),
    )


def test_a_command_from_govslack_is_told_that_the_bot_is_deployed_for_slack() -> None:
    decision = decider().command(read_command(response_url="https://hooks.slack-gov.com/commands/T1/2"))
    assert decision.job is None
    assert f"Ask {CONTACT} to set `SlackDomain`: slack.com, or slack-gov.com for GovSlack." in decision.reply


def test_the_answer_of_a_command_names_what_was_ignored() -> None:
    job = decider().command(command("usd please")).job
    assert job is not None
    assert (job.request, job.ignored) == (question(currencies=["USD"]), ("please",))


@pytest.mark.parametrize(
    ("text", "reply"), [("help", "*What you can type*"), ("uds", "I do not know `uds`."), ("x", "I do not know `x`.")]
)
def test_help_and_mistakes_are_answered_at_once(text: str, reply: str) -> None:
    decision = decider().command(command(text))
    assert decision.reply.startswith(reply)
    assert decision.job is None


@pytest.mark.parametrize(
    ("kind", "is_refresh"),
    [(JobKind.REFRESH, True), (JobKind.HOME_REFRESH, True), (JobKind.SHARE, False), (JobKind.DETAILS, False)],
)
def test_only_refresh_asks_every_provider_again(kind: JobKind, is_refresh: bool) -> None:
    job = decider().button(press("USD payby all"), kind).job
    assert job is not None
    expected = question(currencies=["USD"], providers=["payby"], include_zero=True, refresh=is_refresh)
    assert (job.kind, job.request) == (kind, expected)
    assert (job.response_url, job.trigger_id) == (press().response_url, press().trigger_id)


@pytest.mark.parametrize("words", ["oldpay", "help", "USD oldpay"])
def test_a_button_whose_question_is_not_understood_becomes_a_notice(words: str) -> None:
    job = decider().button(press(words), JobKind.REFRESH).job
    assert job is not None
    assert job.kind is JobKind.NOTICE
    assert f"I do not know `{words}` any more" in str(job.notice)


def test_opening_the_home_tab_asks_about_everything_and_other_tabs_about_nothing() -> None:
    job = decider().home(home()).job
    assert job is not None
    assert (job.kind, job.request, job.channel_id) == (JobKind.HOME, question(), None)
    assert decider().home(home("messages")) == Decision()


def test_a_job_belongs_to_the_workspace_of_the_message() -> None:
    job = decider().button(press(user={"id": USER, "team_id": "T2"}), JobKind.REFRESH).job
    assert job is not None
    assert job.team_id == TEAM


def test_a_button_that_lacks_what_its_job_needs_is_incomplete() -> None:
    with pytest.raises(IncompleteJobError, match="trigger_id is missing, and open_details needs it"):
        decider().button(press(trigger_id=...), JobKind.DETAILS)


def test_a_command_that_is_not_allowed_is_refused_in_the_reply() -> None:
    refusal = decider(users="U1").refusal(command("USD"))
    assert refusal is not None
    assert f"add you (your Slack ID is `{USER}`)" in refusal.reply
    # The record says nothing about the question, and holds no secret.
    assert refusal.job is not None
    assert (refusal.job.kind, refusal.job.request, refusal.job.response_url) == (JobKind.REFUSED, question(), None)


def test_a_refused_command_that_slack_sent_without_ids_leaves_no_record() -> None:
    refusal = decider().refusal(read_command(user_id=""))
    assert refusal is not None
    assert (refusal.job, bool(refusal.reply)) == (None, True)


def test_who_asked_is_for_the_admins_only() -> None:
    nobody = decider().command(command("who"))
    assert nobody.reply.startswith(f"Who asked is only for a few people. Ask {CONTACT} to add you")
    assert nobody.job is not None
    assert (nobody.job.kind, [each.parameter for each in nobody.refusals]) == (JobKind.REFUSED, ["SlackAdminUserIds"])
    for admins, kind in (("*", JobKind.REFUSED), (USER, JobKind.WHO)):
        policy = AccessPolicy.from_environment({"SLACK_ADMIN_USER_IDS": admins})
        job = Decider(policy, NAMES, CONTACT, KEY, "https://hooks.slack.com", NOW).command(command("who")).job
        assert job is not None
        assert job.kind is kind


@pytest.mark.parametrize("request_", [press(), press(name="home-button-help"), home()])
def test_a_button_or_home_tab_that_is_not_allowed_becomes_a_notice(request_: ButtonPress | HomeOpened) -> None:
    refusal = decider(users="U1").refusal(request_)
    assert refusal is not None
    assert refusal.job is not None
    assert (refusal.reply, refusal.job.kind) == ("", JobKind.NOTICE)
    assert f"add you (your Slack ID is `{USER}`)" in str(refusal.job.notice)
    assert [each.parameter for each in refusal.refusals] == ["SlackAllowedUserIds"]


def test_sharing_needs_more_than_asking() -> None:
    only_asking = decider(share="C1")
    assert only_asking.refusal(press()) is None
    refusal = only_asking.refusal(press(name="button-share"))
    assert refusal is not None
    assert [each.parameter for each in refusal.refusals] == ["SlackShareChannelIds"]
    assert decider().refusal(press(name="button-share")) is None


def test_another_tab_of_the_app_is_neither_refused_nor_answered() -> None:
    assert decider(users="U1").refusal(home("messages")) is None


def test_the_key_of_an_event_is_the_hash_of_its_id() -> None:
    assert event_key("Ev1") == hashlib.sha256(b"event:Ev1").hexdigest()


def test_another_channel_names_those_in_which_the_person_may_ask() -> None:
    refusal = decider().refusal(read_command(channel_id="C1"))
    assert refusal is not None
    assert f"Ask in <#{CHANNEL}>, or ask {CONTACT}" in refusal.reply


@pytest.mark.parametrize(
    ("changes", "reply"),
    [
        ({}, ""),
        ({"channel_name": "payload"}, ""),
        ({"user_name": "x&payload={}"}, ""),
        ({"text": "payload"}, "I do not know `payload`. For a merchant account, type"),
    ],
)
def test_bolt_answers_a_command_that_contains_the_word_payload(changes: dict[str, object], reply: str) -> None:
    jobs: list[Job] = []
    response = dispatch(Inbound(read_command(**changes), decider(), jobs.append))
    said = json.loads(response.body or '{"text": ""}')
    assert (response.status, said["text"][: len(reply or "x")]) == (200, reply)
    assert len(jobs) == (not reply)
