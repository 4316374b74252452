"""Calls to Slack: where they go, that each is made once, and what an operator reads when Slack refuses."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from balance_core.errors import ProviderError
from balance_core.secrets import Secret
from balance_core.strict_json import loads
from balance_slack.job import JobKind
from balance_slack.reporter.slack import DeliveryError, ResponseUrl, web_client
from tests.integration.fault_server import Behaviour, FaultServer, answer, once
from tests.integration.slack_functions import BOT_TOKEN, BOT_TOKEN_SECRET_NAME, put_secret, reset, traceback_of
from tests.integration.slack_reporter.local_reporter import CHANNEL, LocalReporter, collected, job, refusing

# Tracebacks quote lines of this file, so no test may spell it out.
PATH = "canary"
ORIGIN = "https://hooks.slack.com"


@pytest.mark.parametrize("domain", ["slack.com", "slack-gov.com", "127.0.0.1"])
def test_a_response_url_elsewhere_is_refused_before_anybody_is_asked(reporter: LocalReporter, domain: str) -> None:
    command = reporter.command()
    reporter.environment["SLACK_DOMAIN"] = domain
    with pytest.raises(DeliveryError, match="the response_url does not lead to") as caught:
        reporter.report(command)
    assert command["response_url"] not in traceback_of(caught.value)
    assert len(reporter.slack.requests) == reporter.aggregator.accepted == 0


@pytest.mark.parametrize(
    "url",
    [
        "",
        ORIGIN,
        "http://hooks.slack.com/commands/canary",
        "https://hooks.slack.com.example/commands/canary",
        "https://hooks.slack.com@example.com/canary",
        "https://hooks.slack.com:8443/canary",
        "https://example.com/?https://hooks.slack.com/canary",
        "https://hooks.slack.com/canary\n",
        "https://hooks.slack.com/canary é",
        "HTTPS://hooks.slack.com/canary",
    ],
)
def test_a_response_url_outside_slacks_origin_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(DeliveryError, match="nothing is sent elsewhere") as caught:
        ResponseUrl(url, ORIGIN)
    assert "canary" not in str(caught.value)


def test_a_response_url_at_slacks_origin_is_accepted() -> None:
    assert ResponseUrl("https://hooks.slack.com/commands/T0/1/canary", ORIGIN)


def test_the_web_client_has_the_token_and_repeats_no_call() -> None:
    secret = Secret("stack/token", loads(b'{"bot_token": " xoxb-1\\n"}'))
    client = web_client(secret, "https://slack.com/api/")
    assert (client.token, client.base_url, client.retry_handlers) == ("xoxb-1", "https://slack.com/api/", [])


@pytest.mark.parametrize("confirmation", [b"ok", b" ok\n", b'{"ok":true}', b""])
def test_a_response_url_may_confirm_a_message_in_several_ways(confirmation: bytes) -> None:
    with FaultServer(once(answer(200, confirmation, Connection="close"))) as server:
        ResponseUrl(f"{server.url}{PATH}", server.url.rstrip("/")).answer({"text": "AED 1.00"})
    assert len(server.requests) == 1


RESPONSE_URL_REFUSALS = [
    (404, b'{"ok":false,"error":"used_url"}', r"\(used_url\): .* the person must ask again"),
    (404, b"expired_url", r"\(expired_url\): .* the person must ask again"),
    (200, b"no_text", r"\(no_text\): it may pass by itself"),
    (200, b'{"ok":false}', "HTTP 200 and no error code"),
    (500, b'{"ok":true}', "HTTP 500 and no error code"),
    (403, b"[1]", "HTTP 403 and no error code"),
    (400, b"a" * 100_000, "HTTP 400 and no error code"),
]
WEB_API_REFUSALS = [
    (200, b'{"ok":false,"error":"not_enabled"}', r"\(not_enabled\): switch on the Home tab"),
    (200, b'{"ok":false,"error":"invalid_auth"}', r"\(invalid_auth\): the bot token is not valid"),
    (200, b'{"view":{"id":"V1"}}', "HTTP 200 and no error code"),
    (502, b'{"ok":true,"note":"canary"}', "HTTP 502 and no error code"),
]
BOTH_REFUSALS = [
    (200, b"<html>canary</html>", "HTTP 200 and no error code"),
    (400, b'{"ok":false,"error":"Canary: canary 1,008.29"}', "HTTP 400 and no error code"),
    (429, b'{"ok":false,"error":"ratelimited"}', r"\(ratelimited\)"),
]


@pytest.mark.parametrize(
    ("kind", "status", "body", "message"),
    [
        *((JobKind.ANSWER, *refusal) for refusal in RESPONSE_URL_REFUSALS + BOTH_REFUSALS),
        *((JobKind.HOME, *refusal) for refusal in WEB_API_REFUSALS + BOTH_REFUSALS),
        *((JobKind.DETAILS, *refusal) for refusal in BOTH_REFUSALS),
    ],
)
def test_a_refusal_says_what_to_do_and_quotes_neither_url_nor_token_nor_body(
    reporter: LocalReporter, kind: JobKind, status: int, body: bytes, message: str
) -> None:
    with reporter.slack_that(refusing(body, status)) as server:
        with pytest.raises(DeliveryError, match=message) as caught:
            reporter.report(job(kind, channel_id=CHANNEL, response_url=f"{server.url}{PATH}", trigger_id="1.2.3"))
        assert [b"1,008.29" in request for request in server.requests].count(True) == 1
    for secret in (PATH, "Canary", BOT_TOKEN, "1,008.29"):
        assert secret not in traceback_of(caught.value)


@pytest.mark.parametrize("behaviour", [reset, once(b""), once(b"nonsense\r\n\r\n"), once(answer(500))])
def test_a_call_whose_confirmation_is_lost_is_not_made_again_because_it_could_post_twice(
    reporter: LocalReporter, behaviour: Behaviour
) -> None:
    with reporter.slack_that(behaviour) as server:
        command = job(JobKind.ANSWER, channel_id=CHANNEL, response_url=f"{server.url}{PATH}")
        for number, event in enumerate([command, collected(stored=False)], start=1):
            with pytest.raises(DeliveryError) as caught:
                reporter.report(event)
            assert len(server.requests) == number
            assert PATH not in traceback_of(caught.value)


@pytest.mark.parametrize("content", [{}, {"bot_token": " "}, {"bot_token": "xoxb-canary\nx-evil: 1"}])
def test_a_missing_or_malformed_bot_token_is_named_before_anybody_is_asked(
    reporter: LocalReporter, content: Mapping[str, str]
) -> None:
    put_secret(BOT_TOKEN_SECRET_NAME, content)
    for event in (collected(stored=False), job(JobKind.HOME)):
        with pytest.raises(ProviderError, match="'bot_token' is") as caught:
            reporter.report(event)
        assert "canary" not in traceback_of(caught.value)
    assert reporter.slack.requests == []
    assert reporter.aggregator.accepted == 0


@pytest.mark.parametrize("event", [lambda: collected(stored=False), lambda: job(JobKind.HOME)])
def test_a_bot_token_that_slack_refuses_is_read_again_for_lambdas_retry(
    reporter: LocalReporter, event: Callable[[], dict[str, Any]]
) -> None:
    _put_token_that_is_read_before_the_right_one(reporter, "xoxb-canary-revoked")
    asked = event()
    with pytest.raises(DeliveryError, match="invalid_auth"):
        reporter.report(asked)
    reporter.report(asked)
    assert reporter.slack.messages or reporter.slack.views


def test_a_blank_bot_token_is_read_again_at_once(reporter: LocalReporter) -> None:
    _put_token_that_is_read_before_the_right_one(reporter, " ")
    reporter.report(collected(stored=False))
    assert reporter.slack.messages


def _put_token_that_is_read_before_the_right_one(reporter: LocalReporter, wrong: str) -> None:
    put_secret(BOT_TOKEN_SECRET_NAME, {"bot_token": wrong})
    reporter.secrets.get(BOT_TOKEN_SECRET_NAME)
    put_secret(BOT_TOKEN_SECRET_NAME, {"bot_token": BOT_TOKEN})
    reporter.clock.now += timedelta(seconds=10)
