"""The forms of the watch in Slack, from the command to the saved rule, and what a person reads when something fails."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from slack_sdk import WebClient

from balance_core.history.items import Items
from balance_slack.access import AccessPolicy
from balance_slack.front.decisions import Decider
from balance_slack.front.forms import FormDecision, decide_form
from balance_slack.front.payloads import FormSubmitted
from balance_slack.job import JobKind
from balance_slack.reporter.audit import Audit
from balance_slack.reporter.background import wait_until_done
from balance_slack.reporter.slack import DeliveryError
from balance_slack.reporter.waiting_modal import WaitingModal
from balance_slack.view.modals import text_modal
from tests.integration.fault_server import Connection, answer, once
from tests.integration.printed import captured_log
from tests.integration.slack_functions import ADMIN
from tests.integration.slack_reporter.local_reporter import CORRELATION_ID, LocalReporter, job, refusing
from tests.local.rendering import render_message
from tests.local.simulators.slack_commands import CommandReply
from tests.local.simulators.slack_views import ShownView
from tests.memory.table import never
from tests.unit.slack_cases import NAMES

PERSON, CHANNEL = "U0123456789", "C0123456789"
DRAFT = {
    "target": {"currency": "USD", "provider": "pagsmile", "account": "main"},
    "warning": "5000",
    "channel": CHANNEL,
    "owner": "U0BEN00001",
}
STORED = {**DRAFT, "id": "usd", "revision": 4, "kind": "level", "figure": "available", "changed_by": PERSON}
PREVIEW = {
    "since": "2026-10-22T01:45:00Z",
    "snapshots": 2880,
    "readings": 2880,
    "notifications": {"low": 2, "all_clear": 2},
    "longer_than_two_hours": 2,
    "shorter": 0,
    "missed": 0,
}
REFUSED = ClientError({"Error": {"Code": "AccessDeniedException"}}, "Invoke")
UNREACHABLE = EndpointConnectionError(endpoint_url="https://example.com")


@dataclass
class Conversation:
    """A person with the reporter and Slack; the front decides in this process."""

    reporter: LocalReporter

    def open(self, kind: JobKind, **watch: Any) -> ShownView:
        """What the job of a command or button opens."""
        command = self.reporter.slack.new_command("watch")
        self.reporter.report(
            job(
                kind,
                channel_id=CHANNEL,
                response_url=command.response_url,
                trigger_id=command.trigger_id,
            )
            | {"watch": watch, "ignored": watch.pop("ignored", [])}
        )
        return self.shown()

    def submit(self, **values: Any) -> FormDecision:
        """Fill in the modal, and submit it; what the front answers is shown, and its job is not done yet."""
        submission = self.reporter.slack.new_submission(self.shown(), values)
        sets = (
            frozenset({"T0123456789"}),
            frozenset({CHANNEL}),
            frozenset({PERSON}),
            frozenset[str](),
            frozenset({PERSON}),
        )
        now = self.reporter.clock.now
        number = len(self.reporter.slack.views)
        decider = Decider(AccessPolicy(*sets), NAMES, ADMIN, f"f{number:063x}", "https://hooks.slack.com", now)
        decision = decide_form(decider, msgspec.convert(submission.payload(), FormSubmitted))
        self.reporter.slack.show_submitted(submission, CommandReply(200, {}, json.dumps(decision.answer), 1.0))
        return decision

    def do(self, decision: FormDecision) -> ShownView:
        """Do the job of what was submitted."""
        self.reporter.report(msgspec.to_builtins(decision.job))
        return self.shown()

    def shown(self) -> ShownView:
        """The topmost modal."""
        view = self.reporter.slack.modal_of(PERSON)
        assert view is not None
        return view

    def text(self) -> str:
        """What the person reads in it."""
        return render_message({"text": "", "blocks": [each for each in self.shown().blocks if each["type"] != "input"]})


def deeds(person: Conversation) -> list[tuple[str, str]]:
    """What is recorded of the person, newest first."""
    kept = Audit(Items(person.reporter.dynamodb, "answers", never), person.reporter.clock, wait_until_done)
    return [(each.kind.value, each.words) for each in kept.newest()]


@pytest.fixture
def person(reporter: LocalReporter) -> Conversation:
    return Conversation(reporter)


def test_a_rule_is_filled_in_checked_and_saved(person: Conversation) -> None:
    watch = person.reporter.watch
    person.reporter.snapshot()
    form = person.open(JobKind.RULE_FORM, draft=DRAFT, ignored=["payout"])
    assert "Ignored: payout." in person.text()
    first, *_ = [view for view in person.reporter.slack.views if view.kind == "modal"]
    assert ("Opening the form" in json.dumps(first.payload, ensure_ascii=False), first.view_id) == (True, form.view_id)
    wheres = next(block for block in form.blocks if block.get("block_id") == "where")["element"]["options"]
    assert "pagsmile|main" in [each["value"] for each in wheres], "it was in the last snapshot"

    errors = person.submit(warning="1.500")
    assert person.reporter.slack.errors_of(PERSON) == {"warning": "This can be two amounts. Write 1500 or 1.5."}
    assert errors.job is None

    watch.answers["preview"] = {"preview": PREVIEW}
    checked = person.submit(warning="6k", critical="1000")
    assert "Playing the rule over the stored readings" in person.text()
    person.do(checked)
    assert watch.asked[-1]["rule"]["warning"] == "6000"
    assert watch.asked[-1]["days"] == 30
    assert "In the last 30 days: 4 notifications." in person.text()
    assert "Warning at or below 6,000.00, critical at or below 1,000.00, back at or above 9,000.00" in person.text()

    saved = person.submit()
    watch.answers["save"] = {"rule": {**STORED, "revision": 1}}
    person.do(saved)
    assert (watch.asked[-1]["by"], watch.asked[-1]["rule"]["warning"]) == (PERSON, "6000")
    assert "USD at Pagsmile, account main, available is watched now." in person.text()
    assert deeds(person) == [("added or changed the rule", "USD pagsmile:main")]
    person.reporter.slack.close_modal(person.shown())
    assert person.reporter.slack.modal_of(PERSON) is None


def test_a_retry_of_the_job_does_not_add_the_rule_again(person: Conversation) -> None:
    person.reporter.watch.answers |= {"preview": {"preview": PREVIEW}, "save": {"rule": STORED}}
    person.open(JobKind.RULE_FORM, draft=DRAFT)
    person.do(person.submit())
    saved = person.submit()
    with person.reporter.slack_that(once(answer(500, b"oops"))), pytest.raises(DeliveryError):
        person.do(saved)
    person.reporter.environment["SLACK_DOMAIN"] = person.reporter.slack.domain
    person.do(saved)
    ids = [each["rule"]["id"] for each in person.reporter.watch.asked if each["request"] == "save"]
    assert (len(ids), len({*ids})) == (2, 1)


def test_a_stored_rule_is_edited_with_the_revision_that_was_read(person: Conversation) -> None:
    effect = {"kind": "edit", "loud": False, "incident": None, "state": "ok", "at": "2026-11-21T01:45:00Z"}
    listed: dict[str, Any] = {
        "rule": STORED,
        "effect": effect,
        "since": None,
        "snooze": None,
        "readings": [],
        "unsaid": 0,
    }
    answers = person.reporter.watch.answers
    answers["list"] = {"generated_at": "2026-11-21T01:45:00Z", "rules": [{**listed, "undelivered": 0}]}
    answers["preview"] = {"preview": PREVIEW}
    form = person.open(JobKind.RULE_FORM, rule="usd")
    assert form.payload["title"]["text"] == "Edit the rule"
    person.do(person.submit(cooldown="0"))
    saved = person.submit()
    answers["save"] = {"problem": {"field": "revision", "problem": "is not the present one"}}
    person.do(saved)
    rule = person.reporter.watch.asked[-1]["rule"]
    assert (rule["id"], rule["revision"], rule["cooldown"]) == ("usd", 4, 0)
    assert "Nothing was saved." in person.text()
    assert deeds(person) == []
    person.open(JobKind.RULE_FORM, rule="gone")
    assert "This rule was removed." in person.text()


def test_a_type_that_was_typed_is_chosen_if_it_was_seen(person: Conversation) -> None:
    person.reporter.snapshot()
    form = person.open(JobKind.RULE_FORM, draft=DRAFT, ignored=["balance_account", "soon"])
    types = next(block for block in form.blocks if block.get("block_id") == "type")["element"]
    seen = [each["value"] for each in types["options"]]
    typed = person.open(JobKind.RULE_FORM, draft=DRAFT, ignored=[seen[-1].lower(), "soon"])
    chosen = next(block for block in typed.blocks if block.get("block_id") == "type")["element"]["initial_option"]
    assert chosen["value"] == seen[-1] != "all"
    assert "Ignored: soon." in person.text()


def test_money_that_was_never_seen_is_pointed_out_with_what_was(person: Conversation) -> None:
    person.reporter.snapshot()
    answers = person.reporter.watch.answers
    answers["preview"] = {"preview": PREVIEW | {"readings": 0, "notifications": {}}}
    person.open(JobKind.RULE_FORM, draft=DRAFT)
    person.do(person.submit())
    assert "No figure of this money was seen in the last 30 days." in person.text()
    assert "Seen last: Pagsmile, account main" in person.text()
    answers["preview"] = {"problem": {"field": "stale_after", "problem": "must be at least 120"}}
    person.reporter.slack.close_modal(person.shown())
    person.do(person.submit())
    assert "must be at least 120" in person.text()


@pytest.mark.parametrize("failure", [REFUSED, UNREACHABLE, b"{}", {"rules": 5}])
def test_a_watch_that_does_not_answer_is_told_with_a_reference(
    person: Conversation, failure: bytes | Exception | dict[str, Any]
) -> None:
    answers = person.reporter.watch.answers
    answers |= dict.fromkeys(["list", "preview"], failure) if not isinstance(failure, dict) else {"list": failure}
    person.open(JobKind.RULE_FORM, rule="usd")
    assert "The watch gave no answer." in person.text()
    assert f"give @{ADMIN} the reference {CORRELATION_ID}" in person.text()
    if not isinstance(failure, dict):
        person.open(JobKind.RULE_FORM, draft=DRAFT)
        person.do(person.submit())
        assert "The watch gave no answer." in person.text()


def test_stored_readings_that_cannot_be_read_cost_no_form(person: Conversation) -> None:
    person.reporter.dynamodb.delete_table(TableName="balances")
    with captured_log() as log:
        form = person.open(JobKind.RULE_FORM, draft=DRAFT)
    assert form.payload["title"]["text"] == "Watch a balance"
    assert "no accounts to choose from" in log.getvalue()


def test_a_promise_is_made_in_two_clicks(person: Conversation) -> None:
    form = person.open(JobKind.TAKE_FORM, rule="php", incident=3)
    assert form.payload["title"]["text"] == "I'm on it"
    taken = person.submit(minutes="120")
    person.reporter.watch.answers["press"] = {"refused": None}
    person.do(taken)
    until = (person.reporter.clock.now.replace(microsecond=0) + timedelta(hours=2)).isoformat().replace("+00:00", "Z")
    press = {"kind": "take", "by": PERSON, "incident": 3, "until": until, "why": None}
    assert person.reporter.watch.asked[-1] == {"request": "press", "version": 1, "rule": "php", "press": press}
    assert "You are on it until" in person.text()


def test_a_snooze_begins_with_four_hours_and_needs_a_reason(person: Conversation) -> None:
    form = person.open(JobKind.SNOOZE_FORM, rule="php")
    until = form.blocks[0]["element"]["initial_date_time"]
    assert until == int((person.reporter.clock.now + timedelta(hours=4)).timestamp())
    snoozed = person.submit(why="Top-up comes at noon")
    person.reporter.watch.answers["press"] = {"refused": "over"}
    person.do(snoozed)
    assert person.reporter.watch.asked[-1]["press"]["why"] == "Top-up comes at noon"
    assert "This incident is over, so there is nothing to do. Nothing was changed." in person.text()
    person.reporter.watch.answers["press"] = {"refused": None}
    person.open(JobKind.SNOOZE_FORM, rule="php")
    person.do(person.submit(why="Top-up comes at noon"))
    assert "Snoozed until" in person.text()


@pytest.mark.parametrize(
    ("answered", "text"),
    [
        ({"refused": None}, "It is marked as a false alarm. The all-clear will still come."),
        ({"refused": "removed"}, ":warning: This rule was removed. Nothing was changed."),
        ({"refused": "new"}, ":warning: That was refused. Nothing was changed."),
        (UNREACHABLE, "The watch gave no answer. `/balance watch` shows whether anything was changed."),
    ],
)
def test_a_press_without_a_form_is_answered_to_the_person_alone(
    person: Conversation, answered: dict[str, Any] | Exception, text: str
) -> None:
    person.reporter.watch.answers["press"] = answered
    command = person.reporter.slack.new_command("watch")
    press = {"kind": "false_alarm", "by": PERSON, "incident": 3}
    event = job(JobKind.PRESS, channel_id=CHANNEL, response_url=command.response_url)
    person.reporter.report(event | {"watch": {"rule": "php", "incident": 3, "press": press}})
    [told] = person.reporter.slack.messages
    assert told.visible_to == PERSON
    assert told.text.startswith(text)


def test_a_job_that_does_not_say_what_to_press_presses_nothing(person: Conversation) -> None:
    person.reporter.report(job(JobKind.PRESS) | {"watch": {"rule": "php", "incident": 3}})
    assert (person.reporter.watch.asked, person.reporter.slack.requests) == ([], [])


def test_a_form_that_does_not_open_is_told_in_the_conversation(person: Conversation) -> None:
    for kind in (JobKind.TAKE_FORM, JobKind.SNOOZE_FORM, JobKind.RULE_FORM):
        command = person.reporter.slack.new_command("watch")
        person.reporter.clock.now += timedelta(seconds=4)
        event = job(kind, channel_id=CHANNEL, response_url=command.response_url, trigger_id=command.trigger_id)
        person.reporter.report(event | {"watch": {"rule": "php", "draft": {}}})
        assert "press the button again" in person.reporter.slack.messages[-1].text
    assert not person.reporter.watch.asked


def test_a_result_waits_for_its_modal_and_gives_up_when_it_was_closed(person: Conversation) -> None:
    person.reporter.watch.answers["preview"] = {"preview": PREVIEW}
    person.open(JobKind.RULE_FORM, draft=DRAFT)
    submission = person.reporter.slack.new_submission(person.shown(), {})
    waits: list[float] = []

    class Client:
        def views_update(self, *, external_id: str, view: dict[str, Any]) -> None:
            if len(waits) == 2:
                late = {"response_action": "push", "view": {**view, "external_id": external_id}}
                person.reporter.slack.show_submitted(submission, CommandReply(200, {}, json.dumps(late), 1.0))
            client = WebClient("xoxb-canary-bot-token", base_url=person.reporter.slack.api_url)
            client.views_update(external_id=external_id, view=view)

    client: Any = Client()
    modal = WaitingModal(lambda: client, waits.append)
    modal.fill("watch-1", text_modal("Done", "Saved."))
    assert (waits, person.text().strip()) == ([0.1, 0.2], "Saved.")
    person.reporter.slack.close_modal(person.shown())
    waits[:] = [0.0] * 3
    with captured_log() as log:
        modal.fill("watch-1", text_modal("Done", "Saved."))
    assert "the modal was closed before the result came" in log.getvalue()


@pytest.mark.parametrize("code", [b"invalid_arguments", b"view_too_large"])
def test_a_result_that_slack_refuses_to_show_becomes_a_notice(person: Conversation, code: bytes) -> None:
    person.reporter.watch.answers["preview"] = {"preview": PREVIEW}
    person.open(JobKind.RULE_FORM, draft=DRAFT)
    checked = person.submit()

    def behave(connection: Connection) -> None:
        is_result = b"In the last 30 days" in (connection.read_request() or b"")
        refusal, accepted = b'{"ok":false,"error":"%s"}' % code, b'{"ok":true,"view":{"id":"V1"}}'
        connection.send(answer(200, refusal if is_result else accepted, Connection="close"))

    with person.reporter.slack_that(behave) as server:
        person.do(checked)
    assert b"shows the rules" in server.requests[-1]


def test_a_form_that_slack_refuses_is_told_with_a_reference(person: Conversation) -> None:
    reporter = person.reporter
    command = reporter.slack.new_command("watch")
    asked = job(JobKind.RULE_FORM, channel_id=CHANNEL, trigger_id=command.trigger_id) | {"watch": {"draft": DRAFT}}
    with reporter.slack_that(refusing(b'{"ok":false,"error":"view_too_large"}', amount=b"cooldown")) as server:
        reporter.report(asked)
    assert b"Slack did not take the form of this rule." in server.requests[-1]
    assert CORRELATION_ID.encode() in server.requests[-1]
