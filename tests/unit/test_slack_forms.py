"""What the buttons and forms of the watch lead to: a job for the reporter, errors at the fields, or a refusal."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from balance_core.watch_requests import PressKind
from balance_slack.access import AccessPolicy
from balance_slack.alert_form import AlertOf, read_promise, read_snooze
from balance_slack.form_error import FormError
from balance_slack.front.app import HandoverError, Inbound, dispatch
from balance_slack.front.decisions import Decider
from balance_slack.front.forms import FormDecision, decide_form
from balance_slack.front.payloads import ButtonPress, Command, FormSubmitted, read_payload
from balance_slack.job import Form, IncompleteJobError, Job, JobKind, WatchWork
from tests.local.simulators.block_kit import view_problems
from tests.slack_examples import CHANNEL, TEAM, USER, example
from tests.unit.slack_cases import CONTACT, NAMES

KEY = "9f2c4e1ab07d3c55" * 4
NOW = datetime(2026, 11, 21, 8, 0, 30, 500_000, tzinfo=UTC)
RULE = {"currency": "PHP", "provider": "payermax", "account": "uae", "type": "DISBURSEMENT"}


def decider(admins: str = USER, users: str = USER, channels: str = CHANNEL) -> Decider:
    sets = (frozenset({TEAM}), frozenset({channels}), frozenset({users}), frozenset[str](), frozenset({admins}))
    return Decider(AccessPolicy(*sets), NAMES, CONTACT, KEY, "https://hooks.slack.com", NOW)


def pressed(name: str, **changes: object) -> ButtonPress:
    request = read_payload(example(name, **changes))
    assert isinstance(request, ButtonPress)
    return request


def submitted(name: str, metadata: str | None = None, **values: Any) -> FormSubmitted:
    """An example with other values in its fields, by block id."""
    payload = read_payload(example(name))
    assert isinstance(payload, FormSubmitted)
    document = msgspec.to_builtins(payload)
    document["view"]["state"]["values"] |= {block: {"any": value} for block, value in values.items()}
    if metadata is not None:
        document["view"]["private_metadata"] = metadata
    return msgspec.convert(document, FormSubmitted)


def work(job: Job | None) -> WatchWork:
    assert job is not None
    assert (job.request_key, job.user_id, job.team_id) == (KEY, USER, TEAM)
    assert job.watch is not None
    return job.watch


def waiting(decision: FormDecision, action: str) -> dict[str, Any]:
    view: dict[str, Any] = decision.answer["view"]
    assert decision.answer["response_action"] == action
    assert view_problems(view, "modal") == []
    assert view["external_id"] == work(decision.job).view == f"watch-{KEY}"
    return view


@pytest.mark.parametrize(
    ("text", "target", "levels", "ignored"),
    [
        (
            "watch PHP payermax:uae disbursement below 500k critical 200k",
            {"currency": "PHP", "provider": "payermax", "account": "uae"},
            {"warning": "500000", "critical": "200000"},
            ("disbursement",),
        ),
        ("watch 500k", {}, {"warning": "500000"}, ()),
    ],
)
def test_a_new_rule_is_a_form_with_what_was_typed(
    text: str, target: dict[str, str], levels: dict[str, str], ignored: tuple[str, ...]
) -> None:
    command = read_payload(example("command-usd", text=text))
    assert isinstance(command, Command)
    job = decider().command(command).job
    assert job is not None
    assert (job.kind, job.ignored, job.trigger_id) == (JobKind.RULE_FORM, ignored, command.trigger_id)
    assert work(job).draft == {"target": target, **levels, "channel": CHANNEL, "owner": USER}


@pytest.mark.parametrize(
    "word", ["at", "below", "equal", "equals", "is", "less", "level", "of", "or", "than", "to", "under"]
)
def test_a_level_is_named_before_its_amount_with_or_without_words_between(word: str) -> None:
    job = asked(f"watch PHP {word} 500 critical {word} 200 back {word} 900")
    assert {name: (work(job).draft or {})[name] for name in ("warning", "critical", "recovery")} == {
        "warning": "500",
        "critical": "200",
        "recovery": "900",
    }
    assert job.ignored == ()
    named = work(asked(f"watch PHP recovery {word} 900 warning {word} 500")).draft or {}
    assert (named["warning"], named["recovery"]) == ("500", "900")


@pytest.mark.parametrize("word", ["alert", "drops", "falls", "if", "rule", "rules", "when"])
def test_words_of_a_sentence_about_a_rule_are_not_ignored_words(word: str) -> None:
    assert asked(f"watch {word} PHP below 500").ignored == ()


@pytest.mark.parametrize("word", ["add", "new"])
def test_a_form_without_a_level_is_asked_for(word: str) -> None:
    draft = work(asked(f"watch {word} PHP")).draft or {}
    assert (draft["target"], "warning" in draft) == ({"currency": "PHP"}, False)


@pytest.mark.parametrize("word", ["above", "exceeds", "greater", "higher", "more", "over"])
def test_a_rule_for_the_opposite_is_not_made(word: str) -> None:
    command = read_payload(example("command-usd", text=f"watch PHP {word} 500"))
    assert isinstance(command, Command)
    assert decider().command(command).reply.startswith(f"I do not know `{word}`. Did you mean `below`?")


def asked(text: str) -> Job:
    """The job of a command."""
    command = read_payload(example("command-usd", text=text))
    assert isinstance(command, Command)
    job = decider().command(command).job
    assert job is not None
    return job


@pytest.mark.parametrize(("text", "currencies"), [("watch", None), ("watch PHP", ("PHP",))])
def test_without_a_level_the_rules_are_listed(text: str, currencies: tuple[str, ...] | None) -> None:
    command = read_payload(example("command-usd", text=text))
    assert isinstance(command, Command)
    # Everybody who may ask may see them. The secret that opens a modal stays here.
    job = decider(admins="U1").command(command).job
    assert job is not None
    assert (job.kind, job.request.currencies, job.trigger_id) == (JobKind.RULES, currencies, None)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("watch USD AED below 5", "Type one currency, and at most one provider: `/balance watch USD below 500k`."),
        ("watch PHP payby payermax below 5", "Type one currency, and at most one provider"),
        ("watch peso below 5", "`peso` can be eight currencies."),
        ("watch PHP below 1.500", "`1.500` can be two amounts. Type `1500` or `1.5`."),
        ("watch PHP below 1.2.3", "I do not know `1.2.3`."),
        ("watch PHP below 5 below 6", "I do not know `6`."),
        ("watch PHP above 5m", "I do not know `above`. Did you mean `below`?"),
        ("watch uds below 5", "I do not know `uds`. Did you mean `USD`?"),
    ],
)
def test_what_can_be_two_things_is_asked_and_never_guessed(text: str, reply: str) -> None:
    command = read_payload(example("command-usd", text=text))
    assert isinstance(command, Command)
    decision = decider().command(command)
    assert decision.job is None
    assert decision.reply.startswith(reply)


def test_rules_are_changed_by_admins_only() -> None:
    command = read_payload(example("command-usd", text="watch PHP below 5"))
    assert isinstance(command, Command)
    refusal = decider(admins="U1").command(command)
    assert refusal.reply.startswith(f"Rules may be changed only by a few people. Ask {CONTACT} to add you")
    assert refusal.reply.endswith("\nNothing was changed.")
    assert refusal.job is not None
    assert refusal.job.kind is JobKind.REFUSED
    found = decider(admins="U1").refusal(pressed("rules-button-edit"))
    assert found is not None
    assert [each.parameter for each in found.refusals] == ["SlackAdminUserIds"]


def jobs_of(request: ButtonPress | FormSubmitted, decides: Decider) -> tuple[list[Job], dict[str, Any]]:
    """What the front hands over, and what it answers."""
    jobs: list[Job] = []
    response = dispatch(Inbound(request, decides, jobs.append))
    assert response.status == 200
    return jobs, json.loads(response.body or "{}")


@pytest.mark.parametrize(
    ("action", "value", "kind", "opens_modal", "is_for_admins"),
    [
        ("watch_add", None, JobKind.RULE_FORM, True, True),
        ("watch_edit", "php", JobKind.RULE_FORM, True, True),
        ("watch_remove", "php", JobKind.RULE_REMOVE, False, True),
        ("watch_snooze_rule", "php", JobKind.SNOOZE_FORM, True, False),
        ("watch_snooze", "php 3", JobKind.SNOOZE_FORM, True, False),
        ("watch_unsnooze", "php 3", JobKind.PRESS, False, False),
        ("watch_take", "php 3", JobKind.TAKE_FORM, True, False),
        ("watch_false_alarm", "php 3", JobKind.PRESS, False, False),
        ("watch_details", "php 3", JobKind.ALERT_DETAILS, True, False),
        ("watch_refresh", "PHP payermax:uae", JobKind.ANSWER, False, False),
        ("watch_top_up", None, None, False, False),
    ],
)
def test_each_button_is_for_those_who_may_press_it_and_its_job_has_no_secret_that_it_does_not_need(
    action: str, value: str | None, kind: JobKind | None, opens_modal: bool, is_for_admins: bool
) -> None:
    press = pressed("alert-button-take", actions=[{"action_id": action} | ({"value": value} if value else {})])
    jobs, _ = jobs_of(press, decider())
    assert [job.kind for job in jobs] == ([kind] if kind else [])
    assert [bool(job.trigger_id) for job in jobs] == [opens_modal for _ in jobs]
    found, _ = jobs_of(press, decider(admins="U1"))
    assert [job.kind for job in found] == ([JobKind.NOTICE] if is_for_admins else [job.kind for job in jobs])
    [refusal], _ = jobs_of(press, decider(users="U1"))
    assert (refusal.kind, refusal.is_refusal, refusal.watch) == (JobKind.NOTICE, True, None)


@pytest.mark.parametrize(
    ("name", "kind", "is_for_admins"),
    [
        ("form-rule", JobKind.RULE_PREVIEW, True),
        ("form-preview", JobKind.RULE_SAVE, True),
        ("form-take", JobKind.PRESS, False),
        ("form-snooze", JobKind.PRESS, False),
    ],
)
def test_each_form_is_for_those_who_may_submit_it_and_its_job_has_no_secret(
    name: str, kind: JobKind, is_for_admins: bool
) -> None:
    form = submitted(name)
    [job], _ = jobs_of(form, decider())
    assert (job.kind, job.trigger_id, job.response_url, job.channel_id) == (kind, None, None, None)
    [found], _ = jobs_of(form, decider(admins="U1"))
    assert found.kind is (JobKind.REFUSED if is_for_admins else kind)
    # An admin must be allowed to ask as well.
    [record], answer = jobs_of(form, decider(users="U1"))
    assert (record.kind, record.trigger_id, record.watch) == (JobKind.REFUSED, None, None)
    assert (answer["response_action"], view_problems(answer["view"], "modal")) == ("update", [])
    assert "Nothing was changed." in json.dumps(answer)


def test_a_form_whose_job_cannot_be_handed_over_says_that_nothing_was_changed() -> None:
    def fail(_: Job) -> None:
        raise HandoverError("Lambda did not confirm the job")

    answer = json.loads(dispatch(Inbound(submitted("form-preview"), decider(), fail)).body)
    assert (answer["response_action"], view_problems(answer["view"], "modal")) == ("update", [])
    assert "nothing was changed" in json.dumps(answer)


def test_a_button_of_an_alert_says_its_rule_and_incident() -> None:
    found = work(decider().alert(pressed("alert-button-take"), JobKind.TAKE_FORM).job)
    assert (found.rule, found.incident, found.press) == ("php", 3, None)


@pytest.mark.parametrize(
    ("action", "kind"), [("watch_false_alarm", PressKind.FALSE_ALARM), ("watch_unsnooze", PressKind.UNSNOOZE)]
)
def test_a_press_without_a_form_is_that_of_the_person_and_is_answered_to_them(action: str, kind: PressKind) -> None:
    press = pressed("alert-button-false-alarm", actions=[{"action_id": action, "value": "php 3"}])
    job = decider().alert(press, JobKind.PRESS).job
    found = work(job)
    assert found.press is not None
    assert (found.rule, found.press.kind, found.press.by, found.press.incident) == ("php", kind, USER, 3)
    assert job is not None
    assert job.response_url == press.response_url


def test_a_button_of_the_list_says_its_rule_and_a_new_rule_begins_with_the_channel_and_person() -> None:
    edit = pressed("rules-button-edit")
    assert work(decider().rule(edit, JobKind.RULE_FORM).job).rule == "php"
    add = pressed("rules-button-edit", actions=[{"action_id": "watch_add"}])
    assert work(decider().rule(add, JobKind.RULE_FORM).job).draft == {"channel": CHANNEL, "owner": USER}


def test_refresh_on_an_alert_asks_again_and_answers_the_person_alone() -> None:
    refresh = pressed("alert-button-take", actions=[{"action_id": "watch_refresh", "value": "PHP payermax:uae"}])
    job = decider().fresh(refresh).job
    assert job is not None
    assert (job.kind, job.request.accounts, job.request.refresh) == (JobKind.ANSWER, ("payermax:uae",), True)
    assert job.request.snapshot is None
    gone = pressed("alert-button-take", actions=[{"action_id": "watch_refresh", "value": "PHP nobody"}])
    job = decider().fresh(gone).job
    assert job is not None
    assert job.kind is JobKind.NOTICE


def test_a_submitted_rule_waits_on_top_of_its_form_for_what_it_would_have_done() -> None:
    decision = decide_form(decider(), submitted("form-rule"))
    assert waiting(decision, "push")["close"]["text"] == "Back"
    assert (work(decision.job).draft or {})["target"] == RULE


def test_what_is_wrong_is_shown_at_the_field_and_nothing_else_happens() -> None:
    decision = decide_form(decider(), submitted("form-rule", warning={"value": "1.500"}, critical={"value": "x"}))
    assert decision == FormDecision(
        {
            "response_action": "errors",
            "errors": {
                "warning": "This can be two amounts. Write 1500 or 1.5.",
                "critical": "Write an amount such as 500000 or 500k.",
            },
        }
    )


def test_an_edit_keeps_what_its_form_cannot_change() -> None:
    kept = {"id": "php", "revision": 3, "target": RULE, "figure": "reachable"}
    form = submitted("form-rule", json.dumps(kept), warning={"value": "600k"})
    draft = work(decide_form(decider(), form).job).draft or {}
    assert {name: draft[name] for name in kept} == kept
    assert draft["warning"] == "600000"


def test_after_the_preview_the_rule_is_saved_as_it_was_shown() -> None:
    form = submitted("form-preview")
    decision = decide_form(decider(), form)
    waiting(decision, "update")
    assert work(decision.job).draft == json.loads(form.view.private_metadata)


@pytest.mark.parametrize(("minutes", "length"), [("30", 30), ("60", 60), ("120", 120), ("240", 240)])
def test_a_promise_begins_now(minutes: str, length: int) -> None:
    form = submitted("form-take", minutes={"selected_option": {"value": minutes}})
    decision = decide_form(decider(), form)
    waiting(decision, "update")
    found = work(decision.job)
    assert found.rule == "php"
    assert found.press is not None
    assert (found.press.kind, found.press.by, found.press.incident) == (PressKind.TAKE, USER, 3)
    assert found.press.until == NOW.replace(microsecond=0) + timedelta(minutes=length)


def test_a_snooze_has_a_time_and_a_reason() -> None:
    press = work(decide_form(decider(), submitted("form-snooze")).job).press
    assert press is not None
    assert (press.kind, press.incident, press.why) == (PressKind.SNOOZE, 3, "Top-up comes at noon")
    assert press.until == datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)
    of_rule = work(decide_form(decider(), submitted("form-snooze", "php")).job)
    assert of_rule.press is not None
    assert (of_rule.rule, of_rule.press.incident) == ("php", None)


@pytest.mark.parametrize(
    ("until", "why", "errors"),
    [
        (timedelta(0), "x", {"until"}),
        (timedelta(days=7, seconds=1), "x", {"until"}),
        (timedelta(days=7), "x", set()),
        (timedelta(hours=1), "  ", {"why"}),
        (timedelta(days=-1), "", {"until", "why"}),
    ],
)
def test_a_snooze_that_cannot_be_is_refused_at_the_field(until: timedelta, why: str, errors: set[str]) -> None:
    seconds = int((NOW + until).timestamp())
    form = submitted("form-snooze", until={"selected_date_time": seconds}, why={"value": why or None})
    decision = decide_form(decider(), form)
    assert set(decision.answer.get("errors", {})) == errors
    assert (decision.job is None) == bool(errors)


def test_a_promise_lasts_a_minute_to_a_day_and_a_snooze_up_to_a_week() -> None:
    alert, now = AlertOf("php", 3), NOW.replace(microsecond=0)
    for minutes in (1, 1440):
        assert read_promise(str(minutes), USER, alert, now).until == now + timedelta(minutes=minutes)
    for wrong in ("0", "1441"):
        with pytest.raises(FormError):
            read_promise(wrong, USER, alert, now)
    week = now + timedelta(days=7)
    assert read_snooze(int(week.timestamp()), "why", USER, alert, now).until == week


def test_a_form_without_its_fields_is_refused_at_them() -> None:
    for wrong in (None, {"value": "0"}, {"value": "1441"}, {"value": "soon"}):
        form = submitted("form-take", minutes={"selected_option": wrong})
        assert decide_form(decider(), form).answer["errors"] == {"minutes": "Choose how long."}
    empty = submitted("form-snooze", until={}, why={})
    assert decide_form(decider(), empty).answer["errors"].keys() == {"until", "why"}


@pytest.mark.parametrize(
    ("text", "alert"),
    [("php 3", AlertOf("php", 3)), ("php", AlertOf("php")), ("rule-9f2c", AlertOf("rule-9f2c"))],
)
def test_the_value_of_a_button_is_read_back(text: str, alert: AlertOf) -> None:
    assert AlertOf.read(text) == alert
    assert alert.text == text


@pytest.mark.parametrize("text", ["", " 3", "a b", "php 3 4", "x" * 257])
def test_a_button_or_form_that_lost_its_rule_is_incomplete(text: str) -> None:
    with pytest.raises(IncompleteJobError, match="does not say its rule"):
        AlertOf.read(text)
    with pytest.raises(IncompleteJobError, match="lacks what it was opened with"):
        decide_form(decider(), submitted("form-preview", text or "[]"))


@pytest.mark.parametrize(
    ("members", "value", "most"),
    [
        (("callback_id",), "x", 255),
        (("private_metadata",), "x", 3000),
        (("state", "values", "a", "b", "value"), "x", 3000),
        (("state", "values", "a", "b", "selected_option", "value"), "x", 255),
        (("state", "values", "a", "b", "selected_date_time"), None, 2**33 - 1),
    ],
)
def test_what_a_form_may_hold_has_limits(members: tuple[str, ...], value: str | None, most: int) -> None:
    payload = msgspec.to_builtins(read_payload(example("form-take")))

    def read(length: int) -> FormSubmitted:
        part = payload["view"]
        for name in members[:-1]:
            part = part.setdefault(name, {})
        part[members[-1]] = length if value is None else value * length
        return msgspec.convert(payload, FormSubmitted)

    for right in (most, 0 if value is None else 1):
        assert read(right).label.startswith("form ")
    least = 0 if members == ("callback_id",) else most + 2
    for wrong in (most + 1, -1 if value is None else least):
        with pytest.raises(msgspec.ValidationError):
            read(wrong)


def test_a_form_without_fields_holds_nothing() -> None:
    payload = msgspec.to_builtins(read_payload(example("form-take")))
    payload["view"] = {"type": "modal", "callback_id": "watch_take"}
    bare = msgspec.convert(payload, FormSubmitted)
    assert (bare.inputs, bare.view.private_metadata) == ({}, "")


def test_what_was_entered_is_read_whatever_the_element_is() -> None:
    form = submitted(
        "form-take",
        text={"value": "x"},
        option={"selected_option": {"value": "y"}},
        person={"selected_user": "U1"},
        channel={"selected_conversation": "C1"},
        nothing={},
    )
    found = {name: each.text for name, each in form.inputs.items()}
    assert {name: found[name] for name in ("text", "option", "person", "channel", "nothing")} == {
        "text": "x",
        "option": "y",
        "person": "U1",
        "channel": "C1",
        "nothing": "",
    }
    assert (form.label, form.requester.user_id, form.requester.channel_id) == ("form watch_take", USER, None)


def test_every_form_of_ours_is_submitted_in_an_example() -> None:
    names = ("form-rule", "form-preview", "form-take", "form-snooze")
    assert [submitted(name).view.callback_id for name in names] == [each.value for each in Form]
