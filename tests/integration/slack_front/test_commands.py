"""The front as Slack meets it: really signed requests in, acknowledgements out, jobs over Lambda's Invoke API."""

from datetime import UTC, datetime

import pytest

from balance_core.secrets import SecretStore
from balance_slack.front import Front
from balance_slack.guard import request_key
from tests.integration.fault_server import FaultServer, closed_port, once, silent
from tests.integration.invoke_api import refused
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_front.cases import ask, said
from tests.integration.slack_functions import (
    SIGNING_SECRET,
    command,
    invocation,
    invoke_api,
    put_secret,
    signed_event,
    url_event,
)
from tests.openssl import openssl
from tests.schemas import problems


class TestACommand:
    @pytest.mark.parametrize(
        ("text", "acknowledged", "asked"),
        [
            ("", "Asking Pagsmile, PayBy and PayerMax…", {}),
            ("USD", "Asking Pagsmile, PayBy and PayerMax about USD…", {"currencies": ["USD"]}),
            ("usd aed", "Asking Pagsmile, PayBy and PayerMax about AED and USD…", {"currencies": ["AED", "USD"]}),
            ("payermax", "Asking PayerMax…", {"providers": ["payermax"]}),
            ("PayBy USD", "Asking PayBy about USD…", {"providers": ["payby"], "currencies": ["USD"]}),
            ("all", "Asking Pagsmile, PayBy and PayerMax…", {"include_zero": True}),
        ],
    )
    def test_is_acknowledged_and_handed_over(
        self, reporter: FaultServer, text: str, acknowledged: str, asked: dict[str, object]
    ) -> None:
        event = signed_event(command(text).body())
        key = request_key(event["headers"]["x-slack-signature"])
        assert said(Front().answer(event)) == f"{acknowledged} (reference `{key[:16]}`)"
        (request,) = reporter.requests
        head, job = invocation(request)
        assert head.startswith("post /2015-03-31/functions/arn%3aaws%3alambda%3aeu-central-1%3a123456789012%3afunction")
        assert "balance-bot-slack-reporter%3alive/invocations " in head
        assert "x-amz-invocation-type: event" in head
        assert problems("slack-job", job) == []
        everything = {"version": 1, "currencies": None, "providers": None, "include_zero": False}
        assert job == {
            "version": 1,
            "kind": "answer_command",
            "request": {**everything, **asked, "correlation_id": key[:16]},
            "response_url": "https://hooks.slack.com/commands/T0123456789/1/canary-url",
            "request_key": key,
            "trigger_id": None,
            "team_id": "T0123456789",
            "channel_id": "C0123456789",
            "user_id": "U0123456789",
            "notice": None,
        }

    def test_signed_by_the_openssl_command_is_believed(self, reporter: FaultServer) -> None:
        body = command("USD").body()
        timestamp = str(int(datetime.now(UTC).timestamp()))
        base = f"v0:{timestamp}:".encode() + body
        digest = openssl("dgst", "-sha256", "-hmac", SIGNING_SECRET, "-hex", data=base).decode().split("= ")[1].strip()
        headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}
        response = Front().answer(url_event({**headers, "Content-Type": "application/x-www-form-urlencoded"}, body))
        assert said(response).startswith("Asking")

    @pytest.mark.parametrize(
        ("text", "reply"),
        [
            ("help", "How much money do we have"),
            ("help USD", "How much money do we have"),
            ("uds", "`uds` is neither a currency nor a provider here. Did you mean `USD`?"),
            ("USD paybi", "Did you mean `PayBy`?"),
        ],
    )
    def test_for_help_or_with_a_mistake_is_answered_at_once_without_a_job(
        self, reporter: FaultServer, text: str, reply: str
    ) -> None:
        assert reply in ask(text)
        assert reporter.accepted == 0

    @pytest.mark.parametrize(
        ("changes", "missing"),
        [
            ({"team_id": "T1"}, "add `T1` to `SlackAllowedTeamIds`"),
            ({"channel_id": "D1"}, "add `D1` to `SlackAllowedChannelIds`"),
            ({"channel_id": ""}, "Slack did not say which one it is"),
        ],
    )
    def test_of_somebody_who_may_not_is_refused_without_a_job(
        self, reporter: FaultServer, changes: dict[str, str], missing: str
    ) -> None:
        assert missing in ask("USD", **changes)
        assert missing in ask("help", **changes)
        assert reporter.accepted == 0

    def test_is_refused_to_all_without_settings(self, reporter: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("ALLOWED_TEAM_IDS", "ALLOWED_CHANNEL_IDS", "ALLOWED_USER_IDS"):
            monkeypatch.delenv(name)
        assert "not open to this workspace, this channel and you" in ask("USD")
        assert reporter.accepted == 0

    def test_that_cannot_be_handed_over_says_so(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        troubles = [once(refused(429, "TooManyRequestsException")), once(refused(403, "AccessDeniedException")), silent]
        for trouble in troubles:
            with invoke_api(monkeypatch, trouble) as server, captured_log() as log:
                assert "an answer may not come" in ask("USD")
            assert server.accepted == 1
            assert '"level":"ERROR"' in log.getvalue()
            (metric,) = metrics(capsys.readouterr().out, "ProviderFailure")
            assert metric["kind"] == "unavailable"

    def test_is_not_lost_silently_when_lambda_cannot_be_reached(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{closed_port()}")
        with captured_log() as log:
            assert "an answer may not come" in ask("USD")
        assert "Lambda could not be reached (ConnectionRefusedError)" in log.getvalue()


class TestAWarmFront:
    def test_serves_one_command_after_another(self, reporter: FaultServer) -> None:
        front = Front()
        for text in ("USD", "AED"):
            assert said(front.answer(signed_event(command(text).body()))).startswith("Asking")
        assert len(reporter.requests) == 2

    def test_takes_a_new_signing_secret(self, reporter: FaultServer) -> None:
        front = Front(secrets=SecretStore(ttl_seconds=0))
        body = command("USD").body()
        assert said(front.answer(signed_event(body))).startswith("Asking")
        put_secret("balance-bot/slack-signing", {"signing_secret": "another secret\n"})
        assert front.answer(signed_event(body))["statusCode"] == 401
        assert said(front.answer(signed_event(body, secret="another secret"))).startswith("Asking")
