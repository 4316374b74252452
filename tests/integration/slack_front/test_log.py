"""What the front writes: why it is not set up, who asked, how long it took, and no secret."""

import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_slack import front as front_module
from balance_slack.front import Front
from tests.integration.fault_server import FaultServer, once
from tests.integration.invoke_api import refused
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_front.cases import ask, below_message, form, home_opened, on_home, said
from tests.integration.slack_functions import command, invoke_api, put_secret, signed_event


class TestAFrontThatIsNotSetUp:
    @pytest.mark.parametrize("content", [{}, {"signing_secret": None}, {"signing_secret": " \n"}, [], "text"])
    def test_says_so_and_logs_what_to_do(self, content: object, capsys: pytest.CaptureFixture[str]) -> None:
        put_secret("balance-bot/slack-signing", content)
        with captured_log() as log:
            response = Front().answer(signed_event(command("USD").body()))
        assert response["statusCode"] == 503
        assert "balance-bot/slack-signing" in log.getvalue()
        assert '"kind":"configuration"' in log.getvalue()
        (metric,) = metrics(capsys.readouterr().out, "ProviderFailure")
        assert metric["kind"] == "configuration"

    @pytest.mark.parametrize("name", ["SIGNING_SECRET_NAME", "PROVIDERS", "REPORTER_FUNCTION"])
    def test_names_the_missing_setting_in_its_log(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        monkeypatch.delenv(name)
        with captured_log() as log:
            assert Front().answer(signed_event(command("USD").body()))["statusCode"] == 503
        assert name in log.getvalue()


@pytest.mark.parametrize("bug", [ZeroDivisionError, KeyError, TypeError])
def test_a_bug_reaches_lambdas_errors_metric(bug: type[Exception]) -> None:
    class BrokenHandover:
        def send(self, _: object) -> None:
            raise bug

    front = Front(handover=BrokenHandover())  # type: ignore[arg-type]  # a bug is what the types forbid
    for body in (command("USD").body(), form(below_message("refresh")), json.dumps(home_opened()).encode()):
        with pytest.raises(bug):
            front.answer(signed_event(body))


class TestWhatIsWritten:
    def test_is_the_latency_of_every_acknowledgement(
        self, reporter: FaultServer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ask("USD")
        Front().answer(signed_event(b"x", secret="another secret"))
        (metric,) = metrics(capsys.readouterr().out, "AcknowledgementLatency")
        assert 0 <= metric["AcknowledgementLatency"][0] < 10_000

    def test_says_who_asked(self, reporter: FaultServer) -> None:
        with captured_log() as log:
            ask("USD")
            ask("USD", user_id="")
        accepted, refusal = (json.loads(line) for line in log.getvalue().splitlines())
        assert (accepted["message"], accepted["user_id"]) == ("command accepted", "U0123456789")
        assert (refusal["message"], refusal["missing"]) == ("command refused", ["SlackAllowedUserIds"])
        assert len(accepted["correlation_id"]) == 16

    @pytest.mark.parametrize("level", [logging.INFO, logging.WARNING])
    def test_holds_no_secret(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
        lambda_context: LambdaContext,
        level: int,
    ) -> None:
        # Lambda sets the root's level from the function's log settings, and handles what reaches the root.
        monkeypatch.setattr(logging.getLogger(), "level", level)
        monkeypatch.setattr(front_module, "_front", Front())
        body = command("USD").body()
        signed = signed_event(body)
        events = [
            signed,
            signed_event(body, secret="another secret"),
            signed_event(body, datetime.now(UTC) - timedelta(hours=1)),
            signed_event(command("canary-word").body()),
            signed_event(command("USD", team_id="T1").body()),
            signed_event(command("USD", command="/canary").body()),
            signed_event(urlencode({"payload": '{"type":"view_closed","view":{},"token":"canary"}'}).encode()),
            signed_event(b"payload=canary"),
            signed_event(form(below_message("refresh", "canary-word"))),
            signed_event(form(below_message("share", "USD", channel={"id": "C1", "name": "canary"}))),
            signed_event(form(on_home("details"))),
            signed_event(json.dumps(home_opened()).encode()),
            signed_event(json.dumps(home_opened(event_id=5)).encode()),
        ]
        with captured_log() as log, invoke_api(monkeypatch, once(refused(429, "TooManyRequestsException"))):
            for event in events:
                front_module.handler(event, lambda_context)
        printed = capsys.readouterr()
        written = log.getvalue() + printed.out + printed.err + caplog.text
        assert '"message":"request refused"' in written
        assert "canary" not in written
        assert signed["headers"]["x-slack-signature"] not in written
        assert str(signed["body"]) not in written


def test_neither_handler_logs_its_event_even_when_told_to() -> None:
    # Powertools reads the variable when a handler is defined, so this takes a process of its own.
    program = """
import contextlib
from balance_core.wire import WireError
from balance_slack import front, reporter
from tests.conftest import FakeLambdaContext
front.handler({"body": "canary"}, FakeLambdaContext())
with contextlib.suppress(WireError):
    reporter.handler({"response_url": "canary"}, FakeLambdaContext())
"""
    environment = {**os.environ, "POWERTOOLS_LOGGER_LOG_EVENT": "true", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert "request refused" in done.stdout
    assert "canary" not in done.stdout + done.stderr


def test_bolts_loggers_stay_quiet_when_lambda_logs_at_info(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    Front().answer(signed_event(command("help").body()))
    for bolts in ("slack_bolt", "slack_bolt.RequestVerification", "slack_bolt.App"):
        assert not logging.getLogger(bolts).isEnabledFor(logging.INFO)


def test_the_handler_answers_what_lambda_gives_it(reporter: FaultServer, lambda_context: LambdaContext) -> None:
    response = front_module.handler(signed_event(command("help").body()), lambda_context)
    assert "/balance USD" in said(response)
