"""The Home tab: published when it is opened, seldom, and refreshed by its button."""

from datetime import UTC, datetime, timedelta

import pytest

from balance_core.errors import ProviderError
from balance_slack.buttons import REFRESH
from balance_slack.delivery import DeliveryError
from balance_slack.job import JobKind
from balance_slack.reporter import Reporter
from tests.integration.fault_server import FaultServer, once
from tests.integration.invoke_api import failed
from tests.integration.printed import captured_log
from tests.integration.slack_functions import ADMIN, BOT_TOKEN, invocation, invoke_api, put_secret
from tests.integration.slack_reporter.cases import CORRELATION_ID, job, opened_home, person, press, web_api, words
from tests.local.rendering import render_message
from tests.local.simulators.faults import parse_fault
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_actions import find_button

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def at(seconds: int) -> Reporter:
    """The reporter so many seconds later."""
    return Reporter(now=lambda: NOW + timedelta(seconds=seconds))


class TestAnOpenedHomeTab:
    def test_says_that_the_providers_are_asked_and_then_what_they_hold(
        self, slack: SlackSimulator, aggregator: FaultServer
    ) -> None:
        home = opened_home(slack, Reporter())
        asking, shown = slack.views
        assert "Asking the providers" in render_message(asking.payload)
        assert shown == home
        assert "USD 1,008.29" in render_message(shown.payload)
        assert f"<@{ADMIN}>" in str(shown.blocks)
        assert [request.path for request in slack.requests] == ["/api/views.publish"] * 2

    def test_that_is_opened_again_within_a_minute_asks_nobody(
        self, slack: SlackSimulator, aggregator: FaultServer
    ) -> None:
        user_id = person()
        for number, seconds in enumerate((0, 30, 59)):
            at(seconds).report(job(JobKind.HOME, user_id), f"opening {number}")
        assert len(slack.views) == 2
        at(60).report(job(JobKind.HOME, user_id), "opening 4")
        at(0).report(job(JobKind.HOME, person()), "somebody else's")
        assert len(slack.views) == 6
        assert aggregator.accepted == 3
        assert slack.messages == []

    def test_without_an_answer_says_so(self, slack: SlackSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
        with invoke_api(monkeypatch, once(failed(b"{}"))):
            home = opened_home(slack, Reporter())
        assert f"`{CORRELATION_ID}`" in str(home.blocks)
        assert f"<@{ADMIN}>" in str(home.blocks)
        find_button(home.blocks, REFRESH)

    def test_is_filled_by_lambdas_retry(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        opened = job(JobKind.HOME, person())
        slack.set_fault(parse_fault("fail"))
        with pytest.raises(DeliveryError, match="HTTP 503"):
            Reporter().report(opened, "first")
        slack.set_fault(None)
        Reporter().report(opened, "first")
        assert "1,008.29" in str(slack.views[-1].blocks)
        assert aggregator.accepted == 1

    def test_that_is_switched_off_says_what_to_do(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refused = b'{"ok":false,"error":"not_enabled"}'
        with web_api(monkeypatch, refused), pytest.raises(DeliveryError, match="install the app again"):
            Reporter().report(job(JobKind.HOME, person()), "first")

    def test_that_slack_does_not_take_becomes_a_notice(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with web_api(monkeypatch, b'{"ok":false,"error":"invalid_arguments"}') as server, captured_log() as log:
            Reporter().report(job(JobKind.HOME, person()), "first")
            _, balances, notice = server.requests
        assert b"1,008.29" in balances
        assert b"Slack did not take the balances" in notice
        assert b'"action_id":"refresh"' in notice
        assert "shown as a notice: Slack refused the blocks (invalid_arguments)" in log.getvalue()
        assert "1,008.29" not in log.getvalue()

    @pytest.mark.parametrize(
        ("answered", "reason"),
        [
            (b'{"ok":true}', r"views.publish cannot be understood: \$.view is missing"),
            (b'{"ok":true,"view":{"id":7}}', "cannot be understood"),
            (b'{"ok":"yes"}', "HTTP 200 and no error word"),
            (b'{"view":{"id":"V1"}}', "HTTP 200 and no error word"),
            (b"[]", "HTTP 200 and no error word"),
            (b'{"ok":false,"error":"Canary 1,008.29"}', "HTTP 200 and no error word"),
        ],
    )
    def test_raises_what_slack_said_and_nothing_secret(
        self,
        slack: SlackSimulator,
        aggregator: FaultServer,
        monkeypatch: pytest.MonkeyPatch,
        answered: bytes,
        reason: str,
    ) -> None:
        with web_api(monkeypatch, answered), pytest.raises(DeliveryError, match=reason) as caught:
            Reporter().report(job(JobKind.HOME, person()), "first")
        for secret in ("1,008.29", BOT_TOKEN, "Canary"):
            assert secret not in words(caught.value)

    def test_believes_no_confirmation_with_an_error_status(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        confirmed = b'{"ok":true,"view":{"id":"V1"}}'
        with web_api(monkeypatch, confirmed, status=502), pytest.raises(DeliveryError, match="HTTP 502"):
            Reporter().report(job(JobKind.HOME, person()), "first")

    def test_needs_the_bot_token(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        put_secret("balance-bot/slack-bot-token", {})
        with pytest.raises(ProviderError, match="bot_token"):
            Reporter().report(job(JobKind.HOME, person()), "first")
        assert aggregator.accepted == 0


class TestARefreshedHomeTab:
    def test_asks_anew_within_the_minute_but_not_within_ten_seconds(
        self, slack: SlackSimulator, aggregator: FaultServer
    ) -> None:
        home = opened_home(slack, at(0))
        for seconds in (1, 5, 11):
            pressed = press(slack, JobKind.HOME_REFRESH, home, REFRESH, user_id=home.user_id)
            at(seconds).report(pressed, f"after {seconds} s")
        kinds = [view.kind for view in slack.views]
        assert kinds == ["home", "home", "home", "home", "modal", "home", "home"]
        assert "wait 6 seconds" in str(slack.views[4].blocks)
        assert [invocation(request)[1].get("refresh") for request in aggregator.requests] == [None, True, True]
