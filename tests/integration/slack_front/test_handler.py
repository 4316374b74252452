"""The handler as Lambda calls it: what it says and logs when something is missing or fails, and no secret."""

import importlib
import logging
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from balance_core.aws import secrets_client
from balance_core.secrets import SecretStore
from balance_slack.front import handler as front_module
from tests.integration.fault_server import Behaviour, once
from tests.integration.invoke_api import refused
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_front.local_front import LocalFront, signed
from tests.integration.slack_functions import SIGNING_SECRET, SIGNING_SECRET_NAME, put_secret, reset
from tests.slack_examples import example, http_event

THROTTLED = once(refused(429, "TooManyRequestsException"))
NOT_CONFIRMED: list[tuple[Behaviour, str]] = [
    (THROTTLED, "Lambda refused the job (TooManyRequestsException)"),
    (once(refused(404, "ResourceNotFoundException")), "(ResourceNotFoundException): check REPORTER_FUNCTION"),
    (reset, "Lambda could not be reached (ConnectionClosedError)"),
]


@pytest.mark.parametrize(("behaviour", "logged"), NOT_CONFIRMED)
def test_a_job_that_lambda_does_not_confirm_is_sent_once_and_the_person_is_told_at_once(
    front: LocalFront, capsys: pytest.CaptureFixture[str], behaviour: Behaviour, logged: str
) -> None:
    front.invoke_api.behaviour = behaviour
    with captured_log() as log:
        assert "The question may not have gone through." in front.reply()
        # Without the acknowledgement, Slack shows a sign of failure, or sends the event again.
        for body in (example("button-refresh"), example("home-opened")):
            response = front.answer(signed(body))
            assert (response["statusCode"], "try again" in response["body"]) == (503, True)
    assert len(front.invoke_api.requests) == log.getvalue().count(logged) == 3
    assert "hooks.slack.com" not in log.getvalue()
    assert [metric["kind"] for metric in metrics(capsys.readouterr().out, "ProviderFailure")] == ["unavailable"] * 3


@pytest.mark.parametrize("content", [{}, {"signing_secret": None}, {"signing_secret": " \n"}, "text"])
def test_a_missing_signing_secret_is_503_and_the_log_says_what_to_do(
    front: LocalFront, capsys: pytest.CaptureFixture[str], content: object
) -> None:
    put_secret(SIGNING_SECRET_NAME, content)
    with captured_log() as log:
        assert front.answer(signed(example("command-usd")))["statusCode"] == 503
    assert SIGNING_SECRET_NAME in log.getvalue()
    (metric,) = metrics(capsys.readouterr().out, "ProviderFailure")
    assert metric["kind"] == "configuration"


@pytest.mark.parametrize("name", ["SIGNING_SECRET_NAME", "PROVIDERS", "REPORTER_FUNCTION"])
def test_a_missing_setting_is_503_and_named_in_the_log(front: LocalFront, name: str) -> None:
    del front.environment[name]
    with captured_log() as log:
        assert front.answer(signed(example("command-usd")))["statusCode"] == 503
    assert name in log.getvalue()


def test_a_bug_reaches_lambda(front: LocalFront) -> None:
    front.front = front_module.Front(SecretStore(secrets_client()), None)  # type: ignore[arg-type]  # the bug
    with pytest.raises(AttributeError, match="invoke"):
        front.answer(signed(example("button-refresh")))


@pytest.fixture
def handler(front: LocalFront, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The handler, imported with the environment of a function whose jobs Lambda refuses."""
    front.invoke_api.behaviour = THROTTLED
    for name, value in front.environment.items():
        monkeypatch.setenv(name, value)
    module = importlib.reload(front_module)
    with closing(module._lambda_client):
        yield module.handler


def test_neither_log_nor_metric_holds_a_secret_or_a_text_of_the_request(
    handler: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    lambda_context: LambdaContext,
) -> None:
    # Lambda sets the root's level from the function's log settings, and handles what reaches the root.
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    events = [
        signed(example("command-usd")),
        signed(example("command-usd"), secret="canary-secret"),
        signed(example("command-usd", text="canary-word")),
        signed(example("command-usd", team_id="T1")),
        signed(example("command-usd", command="/canary")),
        signed(example("button-refresh", type="view_closed")),
        signed(example("button-refresh", actions=[{"action_id": "refresh", "value": "canary-word"}])),
        signed(example("button-share", channel={"id": "C1", "name": "canary"})),
        signed(example("home-opened")),
        signed("payload=canary"),
        http_event("home-button-details"),
    ]
    with captured_log() as log:
        for event in events:
            handler(event, lambda_context)
    captured = capsys.readouterr()
    written = log.getvalue() + captured.out + captured.err + caplog.text
    assert '"message":"request refused"' in written
    signatures = [event["headers"]["x-slack-signature"] for event in events]
    for secret in ("canary", "placeholder", SIGNING_SECRET, *signatures):
        assert secret not in written
