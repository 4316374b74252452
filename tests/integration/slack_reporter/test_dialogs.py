"""The dialogs that a button opens: filled after they were opened, or a word to the person instead."""

import pytest

from balance_slack.buttons import DETAILS
from balance_slack.delivery import DeliveryError
from balance_slack.job import JobKind
from balance_slack.reporter import Reporter
from tests.integration.fault_server import Connection, FaultServer, once
from tests.integration.invoke_api import failed
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_functions import ADMIN, BOT_TOKEN, invoke_api, put_secret
from tests.integration.slack_reporter.cases import ANSWER, CORRELATION_ID, opened_home, press, web_api, words
from tests.local.rendering import render_message
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_messages import DeliveredMessage


class TestDetails:
    def test_open_at_once_and_show_the_answer_when_it_is_there(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        Reporter().report(press(slack, JobKind.DETAILS, answered, DETAILS), "first")
        opened, filled = slack.views
        assert "Asking the providers" in render_message(opened.payload)
        assert "1,008.29" not in str(opened.blocks)
        assert filled.view_id == opened.view_id
        assert filled.user_id == answered.visible_to
        shown = render_message(filled.payload)
        assert "USD 1,008.29" in shown
        assert CORRELATION_ID in shown
        assert ": /balance USD · reference" in shown
        assert [request.path for request in slack.requests][1:] == ["/api/views.open", "/api/views.update"]
        assert aggregator.accepted == 2
        assert len(slack.messages) == 1

    def test_without_an_answer_say_so_in_the_dialog(
        self, slack: SlackSimulator, answered: DeliveredMessage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with invoke_api(monkeypatch, once(failed(b"{}"))):
            Reporter().report(press(slack, JobKind.DETAILS, answered, DETAILS), "first")
        filled = str(slack.views[-1].blocks)
        assert CORRELATION_ID in filled
        assert f"<@{ADMIN}>" in filled

    def test_that_come_too_late_ask_the_person_to_press_again(
        self,
        slack: SlackSimulator,
        aggregator: FaultServer,
        answered: DeliveredMessage,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        pressed = press(slack, JobKind.DETAILS, answered, DETAILS)
        Reporter().report(pressed, "first")
        with captured_log() as log:
            Reporter().report({**pressed, "request_key": "ab" * 32}, "second")
        said = slack.messages[-1]
        assert "press the button again" in said.text
        assert f"give <@{ADMIN}> the reference `{CORRELATION_ID}`" in said.text
        assert said.visible_to == answered.visible_to
        assert not said.is_replacement
        assert "exchanged_trigger_id" in log.getvalue()
        (metric,) = metrics(capsys.readouterr().out, "ProviderFailure")
        assert metric["kind"] == "unavailable"
        assert aggregator.accepted == 2

    def test_without_a_bot_token_ask_the_person_to_press_again_and_the_operator_to_store_it(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        put_secret("balance-bot/slack-bot-token", {})
        with captured_log() as log:
            Reporter().report(press(slack, JobKind.DETAILS, answered, DETAILS), "first")
        assert f"give <@{ADMIN}> the reference `{CORRELATION_ID}`" in slack.messages[-1].text
        assert "'bot_token' is missing" in log.getvalue()

    def test_on_the_home_tab_have_nobody_to_tell(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        home = opened_home(slack, Reporter())
        pressed = press(slack, JobKind.DETAILS, home, DETAILS, user_id=home.user_id)
        for request_id, key in (("first", "cd" * 32), ("second", "ef" * 32)):
            Reporter().report({**pressed, "request_key": key}, request_id)
        assert [view.kind for view in slack.views[2:]] == ["modal", "modal"]
        assert slack.messages == []

    def test_that_were_closed_meanwhile_are_left_alone(
        self, slack: SlackSimulator, answered: DeliveredMessage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def close_and_answer(connection: Connection) -> None:
            connection.read_request()
            slack.close_modal(slack.views[-1])
            connection.send(ANSWER)

        with invoke_api(monkeypatch, close_and_answer), captured_log() as log:
            Reporter().report(press(slack, JobKind.DETAILS, answered, DETAILS), "first")
        assert len(slack.views) == 1
        assert "was closed" in log.getvalue()
        assert '"level":"ERROR"' not in log.getvalue()

    @pytest.mark.parametrize("word", ["invalid_arguments", "view_too_large"])
    def test_that_slack_does_not_take_become_a_notice(
        self, slack: SlackSimulator, answered: DeliveredMessage, monkeypatch: pytest.MonkeyPatch, word: str
    ) -> None:
        pressed = press(slack, JobKind.DETAILS, answered, DETAILS)
        refused = f'{{"ok":false,"error":"{word}"}}'.encode()
        with web_api(monkeypatch, refused) as server:
            Reporter().report(pressed, "first")
            *_, details, notice = server.requests
        assert b"1,008.29" in details
        assert b"1,008.29" not in notice
        assert CORRELATION_ID.encode() in notice
        assert b"Slack did not take the balances" in notice

    def test_that_cannot_be_filled_raise_for_lambdas_retry(
        self, slack: SlackSimulator, answered: DeliveredMessage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pressed = press(slack, JobKind.DETAILS, answered, DETAILS)
        refused = b'{"ok":false,"error":"internal_error"}'
        with web_api(monkeypatch, refused), pytest.raises(DeliveryError, match="internal_error") as caught:
            Reporter().report(pressed, "first")
        for secret in (str(pressed["trigger_id"]), str(pressed["response_url"]), BOT_TOKEN, "1,008.29"):
            assert secret not in words(caught.value)


class TestHelp:
    def test_opens(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        home = opened_home(slack, Reporter())
        Reporter().report(press(slack, JobKind.HELP, home, "help", user_id=home.user_id), "first")
        modal = slack.modal_of(home.user_id)
        assert modal is not None
        assert "/balance USD" in render_message(modal.payload)
        assert f"<@{ADMIN}>" in str(modal.blocks)
        assert aggregator.accepted == 1

    def test_is_told_where_it_does_not_open(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        pressed = press(slack, JobKind.HELP, answered, DETAILS)
        Reporter().report({**pressed, "trigger_id": "1.2.abc"}, "first")
        assert slack.views == []
        assert "`/balance USD`" in slack.messages[-1].text
