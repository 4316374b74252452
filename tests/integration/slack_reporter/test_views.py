"""Modals and the Home tab: filled after they opened, and what the person reads if they do not open."""

from datetime import timedelta

import pytest

from balance_slack.job import JobKind
from tests.integration.fault_server import Connection, once
from tests.integration.invoke_api import failed
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_functions import ADMIN, BOT_TOKEN_SECRET_NAME, put_secret
from tests.integration.slack_reporter.local_reporter import ANSWERS, CORRELATION_ID, LocalReporter, job, refusing
from tests.local.rendering import render_message
from tests.local.simulators.slack_actions import find_button

ASK_ADMIN = f"give <@{ADMIN}> the reference `{CORRELATION_ID}`"


def test_a_modal_that_does_not_open_is_told_in_the_conversation_and_nobody_is_asked(
    reporter: LocalReporter, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = reporter.answered()
    too_late = reporter.press(JobKind.DETAILS, answer, "details")
    reporter.clock.now += timedelta(seconds=4)
    with captured_log() as log:
        reporter.report(too_late)
        put_secret(BOT_TOKEN_SECRET_NAME, {})
        reporter.clock.now += timedelta(minutes=5)
        reporter.report(reporter.press(JobKind.DETAILS, answer, "details"))
    for told in reporter.slack.messages[1:]:
        assert (told.visible_to, told.is_replacement) == (answer.visible_to, False)
        assert "press the button again" in told.text
        assert ASK_ADMIN in told.text
    assert "(expired_trigger_id): a button press opens one modal" in log.getvalue()
    assert f"secret '{BOT_TOKEN_SECRET_NAME}', field 'bot_token' is missing" in log.getvalue()
    assert [metric["kind"] for metric in metrics(capsys.readouterr().out, "ProviderFailure")] == ["unavailable"] * 2
    assert reporter.aggregator.accepted == 1
    reporter.report(too_late | {"request_key": "ab" * 32, "response_url": None})
    assert len(reporter.slack.messages) == 3, "there is no conversation"


def test_a_modal_that_was_closed_before_the_answer_came_is_left_alone(reporter: LocalReporter) -> None:
    def close_and_answer(connection: Connection) -> None:
        reporter.slack.close_modal(reporter.slack.views[-1])
        ANSWERS(connection)

    pressed = reporter.press(JobKind.DETAILS, reporter.answered(), "details") | {"reference": None}
    reporter.aggregator.behaviour = close_and_answer
    with captured_log() as log:
        reporter.report(pressed)
    assert len(reporter.slack.views) == 1
    assert "was closed" in log.getvalue()
    assert '"level":"ERROR"' not in log.getvalue()


@pytest.mark.parametrize("code", [b"invalid_arguments", b"view_too_large"])
def test_balances_that_slack_refuses_to_show_become_a_notice(reporter: LocalReporter, code: bytes) -> None:
    details = reporter.press(JobKind.DETAILS, reporter.answered(), "details")
    with reporter.slack_that(refusing(b'{"ok":false,"error":"%s"}' % code)) as server:
        for event in (details, job(JobKind.HOME)):
            server.requests.clear()
            reporter.report(event)
            _, balances, notice = server.requests
            assert b"1,008.29" in balances
            assert b"Slack did not take the balances" in notice
            assert CORRELATION_ID.encode() in notice


def test_help_opens_in_a_modal_or_is_sent_to_the_conversation(reporter: LocalReporter) -> None:
    reporter.report(reporter.press(JobKind.HELP, reporter.home(), "help"))
    assert "/balance USD" in render_message(reporter.slack.views[-1].payload)
    pressed = reporter.press(JobKind.HELP, reporter.answered(), "details")
    reporter.report(pressed | {"trigger_id": "1.2.abc"})
    assert "`/balance USD`" in reporter.slack.messages[-1].text


def test_an_opened_home_tab_shows_progress_and_then_the_balances_at_most_once_a_minute(reporter: LocalReporter) -> None:
    for seconds, views in ((0, 2), (59, 2), (1, 4)):
        reporter.clock.now += timedelta(seconds=seconds)
        reporter.report(job(JobKind.HOME))
        assert len(reporter.slack.views) == views
    progress, filled, *_ = reporter.slack.views
    assert "Asking the providers" in render_message(progress.payload)
    assert "USD 1,008.29" in render_message(filled.payload)
    reporter.report(job(JobKind.HOME, user_id="U1"))
    assert reporter.aggregator.accepted == 3


def test_refresh_on_the_home_tab_asks_again_but_not_within_ten_seconds(reporter: LocalReporter) -> None:
    home = reporter.home()
    for seconds in (1, 4, 10):
        reporter.clock.now += timedelta(seconds=seconds)
        reporter.report(reporter.press(JobKind.HOME_REFRESH, home, "refresh"))
    assert [view.kind for view in reporter.slack.views] == ["home", "home", "home", "home", "modal", "home", "home"]
    assert "wait 6 seconds" in str(reporter.slack.views[4].blocks)
    assert [question.get("refresh") for question in reporter.asked] == [None, True, True]


def test_a_modal_or_home_tab_without_an_answer_says_so(reporter: LocalReporter) -> None:
    details = reporter.press(JobKind.DETAILS, reporter.answered(), "details") | {"reference": None}
    reporter.aggregator.behaviour = once(failed(b"{}"))
    reporter.report(details)
    assert ASK_ADMIN in str(reporter.slack.views[-1].blocks)
    home = reporter.home()
    assert ASK_ADMIN in str(home.blocks)
    find_button(home.blocks, "refresh")
