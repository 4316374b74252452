"""The front as Slack meets it: really signed requests in, acknowledgements out, jobs over Lambda's Invoke API."""

import json
import logging
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.secrets import SecretStore
from balance_slack import front as front_module
from balance_slack.front import Front
from balance_slack.guard import request_key
from tests.integration.fault_server import FaultServer, answer, closed_port, once, silent
from tests.integration.invoke_api import refused
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_functions import (
    SIGNING_SECRET,
    aws,
    command,
    configure,
    invocation,
    invoke_api,
    put_secret,
    signed_event,
    url_event,
)
from tests.local.simulators.slack_commands import sign, signed_headers
from tests.openssl import openssl
from tests.schemas import problems

TAKEN = once(answer(202, Connection="close"))


@pytest.fixture(scope="module", autouse=True)
def resources() -> Iterator[None]:
    with aws():
        yield


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch)


@pytest.fixture
def reporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Lambda, which takes every job for the reporter."""
    with invoke_api(monkeypatch, TAKEN) as server:
        yield server


def said(response: dict[str, Any]) -> str:
    """The text that only the person who asked sees."""
    assert response["statusCode"] == 200
    reply = json.loads(response["body"])
    assert reply.keys() == {"text", "response_type"}
    assert reply["response_type"] == "ephemeral"
    return str(reply["text"])


def ask(text: str, **changes: str) -> str:
    """What a new front says to a command."""
    return said(Front().answer(signed_event(command(text, **changes).body())))


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
                assert "no answer will come" in ask("USD")
            assert server.accepted == 1
            assert '"level":"ERROR"' in log.getvalue()
            (metric,) = metrics(capsys.readouterr().out, "ProviderFailure")
            assert metric["kind"] == "unavailable"

    def test_is_not_lost_silently_when_lambda_cannot_be_reached(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{closed_port()}")
        with captured_log() as log:
            assert "no answer will come" in ask("USD")
        assert "Lambda could not be reached (EndpointConnectionError)" in log.getvalue()


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


class TestWhatIsNotACommand:
    def test_gets_its_own_status(self, reporter: FaultServer) -> None:
        other = command("USD", command="/other").body()
        response = Front().answer(signed_event(other))
        assert response["statusCode"] == 404
        assert reporter.accepted == 0

    def test_proves_that_the_certificate_is_fine(self) -> None:
        response = Front().answer(signed_event(b"ssl_check=1&token=canary-token"))
        assert (response["statusCode"], response["body"]) == (200, "")

    def test_confirms_the_url(self) -> None:
        body = b'{"type":"url_verification","token":"canary-token","challenge":"3eZbrw1aB"}'
        event = signed_event(body)
        event["headers"]["content-type"] = "application/json"
        response = Front().answer(event)
        assert (response["statusCode"], json.loads(str(response["body"]))) == (200, {"challenge": "3eZbrw1aB"})


MALFORMED_BODIES = [
    b"{",
    b"{}",
    b"[]",
    b"[1",
    b"{" * 50_000,
    b'{"a":' * 10_000,
    b'{"team":5}',
    b'{"enterprise":5}',
    b'{"type":"event_callback","event":[]}',
    b"payload=%7B",
    b"payload=5",
    b"payload=null",
    b"payload=%5B1%5D",
    b"x",
    b"command=%2Fbalance",
    b"command=%2Fbalance&text=USD&team_id=T0123456789&channel_id=C0123456789&user_id=U1",
    b"=&=&&&",
    b"\x00",
    b"text=%ff%fe",
]
CONTENT_TYPES = ["application/json", "application/x-www-form-urlencoded", ""]


class TestAForgery:
    def test_is_refused(self, reporter: FaultServer) -> None:
        body = command("USD").body()
        now = datetime.now(UTC)
        forged = [
            signed_event(body, secret="another secret"),
            signed_event(body, now - timedelta(seconds=302)),
            signed_event(body, now + timedelta(seconds=302)),
            signed_event(body, datetime(1970, 1, 1, tzinfo=UTC)),
            url_event(signed_headers(SIGNING_SECRET, body, now), body + b"&text=AED"),
            url_event(signed_headers(SIGNING_SECRET, body, now), b"ssl_check=1"),
        ]
        for event in forged:
            assert Front().answer(event)["statusCode"] == 401
        assert reporter.accepted == 0

    def test_with_a_malformed_body_is_not_even_parsed(self) -> None:
        front = Front()
        for body, content_type in product(MALFORMED_BODIES, CONTENT_TYPES):
            event = signed_event(body, secret="another secret")
            event["headers"]["content-type"] = content_type
            assert front.answer(event)["statusCode"] == 401

    def test_is_recognised_when_the_time_is_not_signed(self) -> None:
        body = command("USD").body()
        event = signed_event(body)
        event["headers"]["x-slack-signature"] = sign(SIGNING_SECRET, "", body)
        assert Front().answer(event)["statusCode"] == 401


def test_a_signed_body_that_makes_no_sense_starts_nothing(reporter: FaultServer) -> None:
    front = Front()
    for body, content_type in product(MALFORMED_BODIES, CONTENT_TYPES):
        event = signed_event(body)
        event["headers"]["content-type"] = content_type
        response = front.answer(event)
        assert response["statusCode"] in (400, 404) or "not open to" in said(response), body[:100]
    assert reporter.accepted == 0


class TestAMalformedRequest:
    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"requestContext": {"http": {"method": "GET"}}}, 405),
            ({"headers": {}}, 401),
            ({"body": None}, 400),
            ({"isBase64Encoded": "yes"}, 400),
            ({"body": b64encode(b"a" * 100_001).decode()}, 413),
            ({"requestContext": None}, 400),
        ],
    )
    def test_gets_a_4xx_with_a_reason(self, change: dict[str, object], status: int) -> None:
        response: dict[str, Any] = Front().answer({**signed_event(command("USD").body()), **change})
        assert response["statusCode"] == status
        assert json.loads(response["body"]).keys() == {"error"}
        assert response["headers"].get("allow") == ("POST" if status == 405 else None)

    def test_may_be_no_object_at_all(self) -> None:
        assert Front().answer([])["statusCode"] == 400


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


def test_a_bug_reaches_lambdas_errors_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    class BrokenHandover:
        def send(self, _: object) -> None:
            raise ZeroDivisionError

    front = Front(handover=BrokenHandover())  # type: ignore[arg-type]  # a bug is what the types forbid
    with pytest.raises(ZeroDivisionError):
        front.answer(signed_event(command("USD").body()))


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
