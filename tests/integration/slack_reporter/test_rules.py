"""The rules in Slack: the list, a removal, the details of an alert, and what people read without the watch."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from balance_slack.job import JobKind
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_functions import ADMIN
from tests.integration.slack_reporter.local_reporter import (
    CHANNEL,
    CORRELATION_ID,
    OTHER_CHANNEL,
    LocalReporter,
    job,
    refusing,
)
from tests.local.rendering import render_message
from tests.unit.listed_cases import critical, fine, frozen, listed, low
from tests.unit.watch_cases import RULE, Watch

ASK_ADMIN = f"give <@{ADMIN}> the reference `{CORRELATION_ID}`"
NOT_KNOWN = "The watch could not be read, so the state of its rules is not known."


def knows(reporter: LocalReporter, *watches: Watch) -> None:
    """Let the watch have these rules."""
    reporter.watch.answers["list"] = msgspec.to_builtins(listed(*watches))


def asked(reporter: LocalReporter, **fields: Any) -> dict[str, Any]:
    """A job for `/balance watch`."""
    everything = {"correlation_id": CORRELATION_ID}
    return reporter.command() | {"kind": JobKind.RULES.value, "request": everything, **fields}


def shown(reporter: LocalReporter) -> str:
    return render_message(reporter.slack.messages[-1].payload)


def test_the_list_is_for_the_person_who_asked_and_admins_can_change_it(reporter: LocalReporter) -> None:
    knows(reporter, critical(), fine())
    reporter.report(asked(reporter))
    (message,) = reporter.slack.messages
    assert (message.visible_to, message.is_replacement) == ("U0123456789", False)
    assert shown(reporter).startswith("1 of 2 rules needs attention\n")
    assert "[Remove]" not in shown(reporter)
    reporter.environment["SLACK_ADMIN_USER_IDS"] = "U0123456789"
    reporter.report(asked(reporter, request={"currencies": ["PHP"], "correlation_id": CORRELATION_ID}))
    assert "Only what watches PHP: 1 of 2 rules." in shown(reporter)
    assert shown(reporter).endswith("[Snooze] [Edit] [Remove]\n[Add a rule]")
    assert [each["request"] for each in reporter.watch.asked] == ["list", "list"]
    assert reporter.aggregator.accepted == 0


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke"),
            "refused to invoke the watch (TooMany",
        ),
        (ReadTimeoutError(endpoint_url="https://lambda"), "no answer in time (ReadTimeoutError)"),
        (b'{"errorMessage": "canary"}', "the watch failed: its log tells why"),
        ({"rules": 1}, "answer cannot be understood"),
        (
            {
                "generated_at": "2026-11-29T09:00:00Z",
                "rules": [
                    {
                        "rule": {"id": "php"},
                        "effect": {"kind": "edit", "at": "2026-11-29T09:00:00Z"},
                        "since": None,
                        "snooze": None,
                        "readings": [],
                        "unsaid": 0,
                        "undelivered": 0,
                    }
                ],
            },
            "does not follow its contract",
        ),
    ],
)
def test_without_the_watch_every_surface_says_so(
    reporter: LocalReporter, answer: Any, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reporter.watch.answers["list"] = answer
    with captured_log() as log:
        reporter.report(asked(reporter))
        assert "The rules could not be read, so their state is not known." in shown(reporter)
        assert ASK_ADMIN in reporter.slack.messages[-1].text
        assert NOT_KNOWN in render_message(reporter.home().payload)
        reporter.report(reporter.snapshot())
        assert NOT_KNOWN in reporter.slack.messages[-1].text
        reporter.report(details(reporter))
        assert "The rules could not be read" in render_message(reporter.slack.views[-1].payload)
    assert log.getvalue().count(why) == 4
    assert "canary" not in log.getvalue()
    assert len(metrics(capsys.readouterr().out, "ProviderFailure")) == 4


def test_a_slow_watch_delays_no_balances(reporter: LocalReporter) -> None:
    knows(reporter, critical())
    reporter.is_table_fast = False
    with captured_log() as log:
        home = render_message(reporter.home().payload)
    assert "USD 1,008.29" in home
    assert NOT_KNOWN in home
    assert "the watch was too slow for the state of the rules" in log.getvalue()


def test_the_home_tab_and_the_digest_show_the_rules(reporter: LocalReporter) -> None:
    knows(reporter, critical(), low(), frozen())
    home = render_message(reporter.home().payload)
    assert ":red_circle: PHP at PayerMax is critical: 180,000.00" in home
    reporter.environment["DIGEST_CHANNELS"] = f"{CHANNEL}:BRL,{OTHER_CHANNEL}"
    event = reporter.snapshot()
    reporter.watch.asked.clear()
    reporter.report(event)
    reporter.report(event)
    brl, everything = (render_message(message.payload) for message in reporter.slack.messages)
    assert "BRL at PayerMax is low" in brl
    assert "PHP" not in brl
    assert "PHP at PayerMax is critical" in everything
    assert len(reporter.watch.asked) == 1
    reporter.report(reporter.snapshot(stored=False))
    assert "PHP at PayerMax is critical" in shown(reporter)


def removal(reporter: LocalReporter) -> dict[str, Any]:
    """A job for the button Remove below the list."""
    reporter.report(asked(reporter))
    pressed = reporter.press(JobKind.RULE_REMOVE, reporter.slack.messages[-1], "watch_remove")
    return {**pressed, "request": {"correlation_id": CORRELATION_ID}, "watch": {"rule": "php"}}


def test_a_removed_rule_disappears_from_the_list_that_is_replaced(reporter: LocalReporter) -> None:
    reporter.environment["SLACK_ADMIN_USER_IDS"] = "U0123456789"
    knows(reporter, critical())
    pressed = removal(reporter)
    knows(reporter, fine())
    reporter.watch.answers["delete"] = {"rule": {**RULE, "deleted": "U0123456789"}}
    reporter.report(pressed)
    assert reporter.watch.asked[-2:] == [
        {"request": "delete", "version": 1, "rule": "php", "by": "U0123456789"},
        {"request": "list", "version": 1},
    ]
    assert reporter.slack.messages[-1].is_replacement
    lines = shown(reporter).split("\n")
    assert lines[0] == "1 rule, and it is fine"
    assert ":no_bell: Removed: PHP at PayerMax, warning at or below 500,000.00." in lines
    assert reporter.slack.messages[-1].text.startswith(":no_bell: Removed: ")


def test_a_rule_that_somebody_else_removed_or_that_may_be_removed_is_told(reporter: LocalReporter) -> None:
    reporter.environment["SLACK_ADMIN_USER_IDS"] = "U0123456789"
    knows(reporter, critical())
    pressed = removal(reporter)
    reporter.watch.answers["delete"] = {"problem": {"field": "id", "problem": "is not that of a rule"}}
    reporter.watch.answers["list"] = b"{}"
    reporter.report(pressed)
    assert reporter.slack.messages[-1].is_replacement
    text = shown(reporter)
    assert text.startswith(":warning: Not removed: somebody else may have removed this rule already.")
    assert "The rules could not be read" in text
    answers: list[Any] = [b"{}", {"rule": {"id": "php"}}]
    for number, answer in enumerate(answers):
        knows(reporter, critical())
        pressed = removal(reporter)
        reporter.watch.answers["delete"] = answer
        with captured_log() as log:
            reporter.report({**pressed, "request_key": f"{number}" * 64})
        assert not reporter.slack.messages[-1].is_replacement
        assert "Nobody knows whether the rule was removed." in shown(reporter)
        assert '"level":"ERROR"' in log.getvalue()


def details(reporter: LocalReporter, rule: str = "php", incident: int | None = 1) -> dict[str, Any]:
    """A job for the button Details on an alert."""
    pressed = reporter.press(JobKind.ALERT_DETAILS, reporter.answered(), "details")
    return pressed | {"reference": None, "watch": {"rule": rule, "incident": incident}}


def test_the_details_open_at_once_and_are_filled(reporter: LocalReporter) -> None:
    knows(reporter, critical())
    for rule, incident, text in (
        ("php", 1, "Incident 1, open for"),
        ("php", 7, "The incident of this alert is over."),
        ("gone", 1, "This rule was removed"),
    ):
        reporter.report(details(reporter, rule, incident))
        loading, filled = (render_message(view.payload) for view in reporter.slack.views[-2:])
        assert "Looking at the rule…" in loading
        assert text in filled


def test_details_that_do_not_open_or_are_refused_are_told(reporter: LocalReporter) -> None:
    knows(reporter, critical())
    pressed = details(reporter)
    reporter.clock.now += timedelta(seconds=4)
    reporter.report(pressed)
    assert "press the button again" in reporter.slack.messages[-1].text
    pressed = details(reporter)
    with reporter.slack_that(refusing(b'{"ok":false,"error":"view_too_large"}', amount=b"180,000.00")) as server:
        reporter.report(pressed)
        assert b"Slack did not take the details of this alert." in server.requests[-1]


def test_a_job_whose_member_watch_is_null_is_no_question_of_the_watch(reporter: LocalReporter) -> None:
    knows(reporter, critical())
    reporter.report(job(JobKind.HOME) | {"watch": None})
    assert "PHP at PayerMax is critical" in render_message(reporter.slack.views[-1].payload)
