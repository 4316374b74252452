"""The reporter against Lambda's Invoke API and Slack on real sockets, and moto's DynamoDB and Secrets Manager."""

import json
import logging
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from balance_core.contract import summary_to_wire
from balance_core.errors import ErrorKind, ProviderError
from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, BalanceTotal, Failure
from balance_core.money import Money
from balance_core.wire import WireError, dumps
from balance_slack import reporter as reporter_module
from balance_slack.aggregator import Aggregator, AggregatorError
from balance_slack.claims import ClaimError, Claims
from balance_slack.delivery import DeliveryError
from balance_slack.job import Job
from balance_slack.reporter import Reporter
from tests.integration.fault_server import Behaviour, FaultServer, always, answer, closed_port, once, silent
from tests.integration.invoke_api import failed, refused, returned
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_functions import (
    BOT_TOKEN,
    CHANNEL,
    aws,
    configure,
    invocation,
    invoke_api,
    put_secret,
)
from tests.local.rendering import render_message
from tests.local.simulators.faults import parse_fault
from tests.local.simulators.slack import SlackSimulator

CORRELATION_ID = "9f2c4e1ab07d3c55"
SECRET_PATH = "canary"
AS_OF = datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC)
USD = Money(Decimal("1008.29"), "USD")
SUMMARY = BalanceSummary(
    generated_at=AS_OF,
    totals=(BalanceTotal("USD", USD, None, None),),
    reports=(BalanceReport("pagsmile", "main", (Balance(Account("settle"), "USD", AS_OF, available=USD),)),),
    failures=(Failure(ErrorKind.TIMEOUT, "did not answer in time", CORRELATION_ID, provider="payby", account="main"),),
)
ANSWER = returned(dumps(summary_to_wire(SUMMARY, {"version": 1, "correlation_id": CORRELATION_ID})))
REQUEST = {"version": 1, "currencies": ["USD"], "correlation_id": CORRELATION_ID}
COLLECTED = {
    "version": "0",
    "id": "2c8f6a1e-95b3-4d7c-8e20-b41d7f3a9c56",
    "detail-type": "BalancesCollected",
    "source": "balance-bot",
    "detail": {"version": 1, "correlation_id": CORRELATION_ID, "collected_at": "2026-11-21T08:00:02.417Z"},
}


@pytest.fixture(scope="module", autouse=True)
def resources() -> Iterator[None]:
    with aws():
        yield


@pytest.fixture(autouse=True)
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackSimulator]:
    """Slack, and the settings that lead to it."""
    configure(monkeypatch)
    with SlackSimulator(BOT_TOKEN, [CHANNEL]) as simulator:
        monkeypatch.setenv("SLACK_API_URL", simulator.api_url)
        monkeypatch.setenv("SLACK_RESPONSE_URL_ORIGIN", simulator.url)
        yield simulator


@pytest.fixture
def aggregator(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """Lambda, which answers every invocation with ANSWER."""
    with invoke_api(monkeypatch, once(ANSWER)) as server:
        yield server


def job(response_url: str, number: int = 0) -> dict[str, object]:
    """The job of the test's command `number`."""
    key = f"{abs(hash((response_url, number))):064x}"
    return Job(REQUEST, key, response_url).to_wire()


def new_job(slack: SlackSimulator) -> dict[str, object]:
    return job(slack.new_command("USD").response_url)


def collected(slack: SlackSimulator) -> dict[str, object]:
    """An announcement that no other test has."""
    return {**COLLECTED, "id": slack.url}


class TestACommand:
    def test_is_answered_for_the_person_who_asked(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        event = new_job(slack)
        Reporter().report(event, "first")
        (message,) = slack.messages
        assert message.destination == event["response_url"]
        assert message.payload["response_type"] == "ephemeral"
        assert "• settle available USD 1,008.29 · pending — · frozen —" in render_message(message.payload)
        assert "PayBy did not answer in time." in message.text
        assert CORRELATION_ID in render_message(message.payload)
        (request,) = aggregator.requests
        head, asked = invocation(request)
        assert asked == REQUEST
        assert "balance-bot-aggregator%3alive/invocations " in head
        assert "x-amz-invocation-type" not in head

    def test_is_answered_with_text_alone_when_slack_refuses_the_blocks(
        self, slack: SlackSimulator, aggregator: FaultServer
    ) -> None:
        slack.refuses_blocks = True
        with captured_log() as log:
            Reporter().report(new_job(slack), "first")
        (message,) = slack.messages
        assert message.blocks == []
        assert message.payload["response_type"] == "ephemeral"
        assert "Total USD: available USD 1,008.29" in message.text
        assert "sent as text only: Slack refused the blocks (invalid_blocks)" in log.getvalue()
        assert aggregator.accepted == 1

    def test_is_answered_once_when_it_is_replayed(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        event = new_job(slack)
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda number: Reporter().report(event, f"request-{number}"), range(16)))
        assert len(slack.messages) == 1
        assert aggregator.accepted == 1

    def test_is_answered_by_lambdas_own_retry(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        event = new_job(slack)
        slack.set_fault(parse_fault("fail"))
        with pytest.raises(DeliveryError, match="HTTP 503"):
            Reporter().report(event, "first")
        slack.set_fault(None)
        Reporter().report(event, "a replay")
        assert slack.messages == []
        Reporter().report(event, "first")
        assert len(slack.messages) == 1

    def test_is_remembered_for_a_day(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        event = new_job(slack)
        Reporter(now=lambda: AS_OF).report(event, "first")
        key = {"request_key": {"S": str(event["request_key"])}}
        item = boto3.client("dynamodb").get_item(TableName="requests", Key=key)["Item"]
        assert item["expires_at"]["N"] == str(int((AS_OF + timedelta(days=1)).timestamp()))
        assert item.keys() == {"request_key", "claimed_by", "expires_at"}


BROKEN: list[tuple[Behaviour, str]] = [
    (once(failed(b'{"errorMessage":"canary","errorType":"ZeroDivisionError"}')), "the aggregator failed"),
    (once(refused(429, "TooManyRequestsException")), "TooManyRequestsException"),
    (once(refused(403, "AccessDeniedException")), "AccessDeniedException"),
    (once(returned(b'"canary"')), "cannot be understood"),
    (once(returned(b"{canary")), "cannot be understood"),
    (once(returned(b'{"version":2}')), "deploy all functions together"),
    (lambda connection: connection.reset(), "no answer in time"),
    (silent, "ReadTimeoutError"),
]


class TestABrokenAggregator:
    @pytest.mark.parametrize(("behaviour", "logged"), BROKEN)
    def test_is_told_to_the_person_in_plain_words(
        self,
        slack: SlackSimulator,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        behaviour: Behaviour,
        logged: str,
    ) -> None:
        with invoke_api(monkeypatch, behaviour) as server, captured_log() as log:
            config = Config(read_timeout=0.3, retries={"total_max_attempts": 1})
            aggregator = Aggregator(boto3.client("lambda", config=config))
            Reporter(aggregator=aggregator).report(new_job(slack), "first")
            assert server.accepted == 1
        (message,) = slack.messages
        assert f"`{CORRELATION_ID}`" in message.text
        assert "try again in a minute" in message.text
        assert logged in log.getvalue()
        assert '"level":"ERROR"' in log.getvalue()
        (metric,) = metrics(capsys.readouterr().out, "ProviderFailure")
        assert metric["kind"] == "unavailable"
        assert "canary" not in log.getvalue() + message.text

    def test_that_nobody_configured_is_told_to_the_person(
        self, slack: SlackSimulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AGGREGATOR_FUNCTION")
        with captured_log() as log:
            Reporter().report(new_job(slack), "first")
        assert CORRELATION_ID in slack.messages[0].text
        assert "AGGREGATOR_FUNCTION" in log.getvalue()


def words(error: BaseException) -> str:
    """Everything that Lambda would print about an error."""
    return "".join(traceback.format_exception(error))


class TestAResponseUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/commands/T0/1/canary",
            "https://hooks.slack.com.evil.example/canary",
            "https://hooks.slack.com@evil.example/canary",
            "https://hooks.slack.com:8443/canary",
            "http://hooks.slack.com/canary",
            "HTTPS://HOOKS.SLACK.COM/canary",
            "https://hooks.slack.com",
            "https://hooks.slack.com/a canary",
            "https://hooks.slack.com/canary\r\nHost: evil.example",
            "file:///etc/canary",
        ],
    )
    def test_that_leads_elsewhere_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer, url: str
    ) -> None:
        monkeypatch.delenv("SLACK_RESPONSE_URL_ORIGIN")
        with pytest.raises(DeliveryError, match="does not lead to https://hooks") as caught:
            Reporter().report(job(url), "first")
        assert "canary" not in words(caught.value)
        assert aggregator.accepted == 0

    def test_that_redirects_is_not_followed(self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer) -> None:
        with FaultServer(always(answer(200, b"ok"))) as elsewhere:
            for status in (301, 302, 303, 307, 308):
                with FaultServer(once(answer(status, Location=elsewhere.url))) as server:
                    monkeypatch.setenv("SLACK_RESPONSE_URL_ORIGIN", server.url.rstrip("/"))
                    with pytest.raises(DeliveryError, match=f"HTTP {status}"):
                        Reporter().report(job(server.url + SECRET_PATH), "first")
            assert elsewhere.accepted == 0

    @pytest.mark.parametrize(
        ("reply", "reason"),
        [
            (answer(404, b'{"ok":false,"error":"used_url"}'), r"used_url\): .* the person must ask again"),
            (answer(404, b"expired_url"), r"expired_url\): .* the person must ask again"),
            (answer(200, b'{"ok":false,"error":"no_text"}'), r"no_text\): it is tried again"),
            (answer(200, b'{"ok":false}'), "HTTP 200 and no error word"),
            (answer(500, b"<html>canary</html>"), "HTTP 500 and no error word"),
            (answer(200, b"<html>canary</html>"), "HTTP 200 and no error word"),
            (answer(200, b"no_text"), "no_text"),
            (answer(500, b'{"ok":true}'), "HTTP 500"),
            (answer(403, b"[1]"), "HTTP 403"),
            (answer(429, b"ratelimited"), "ratelimited"),
            (answer(400, b"a" * 100_000), "HTTP 400"),
            (b"nonsense\r\n\r\n", "BadStatusLine"),
            (b"", "RemoteDisconnected|ConnectionResetError"),
        ],
    )
    def test_that_takes_no_message_raises_what_slack_said(
        self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer, reply: bytes, reason: str
    ) -> None:
        with FaultServer(once(reply)) as server:
            monkeypatch.setenv("SLACK_RESPONSE_URL_ORIGIN", server.url.rstrip("/"))
            with pytest.raises(DeliveryError, match=reason) as caught:
                Reporter().report(job(server.url + SECRET_PATH), "first")
        assert "canary" not in words(caught.value)

    @pytest.mark.parametrize("body", [b"ok", b'{"ok":true}', b""])
    def test_may_confirm_in_several_ways(
        self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer, body: bytes
    ) -> None:
        with FaultServer(once(answer(200, body))) as server:
            monkeypatch.setenv("SLACK_RESPONSE_URL_ORIGIN", server.url.rstrip("/"))
            Reporter().report(job(server.url + SECRET_PATH), "first")
            assert server.accepted == 1

    def test_that_refuses_even_the_text_raises(self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer) -> None:
        with FaultServer(once(answer(400, b"invalid_blocks", Connection="close"))) as server:
            monkeypatch.setenv("SLACK_RESPONSE_URL_ORIGIN", server.url.rstrip("/"))
            with pytest.raises(DeliveryError, match="invalid_blocks"):
                Reporter().report(job(server.url + SECRET_PATH), "first")
            assert [b'"blocks"' in request for request in server.requests] == [True, False]

    def test_is_not_reached_through_a_proxy(
        self, slack: SlackSimulator, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer
    ) -> None:
        monkeypatch.setenv("NO_PROXY", aggregator.url.split("/")[2])
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
        Reporter().report(new_job(slack), "first")
        assert len(slack.messages) == 1


class TestADigest:
    def test_is_posted_to_the_channel(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        Reporter().report(collected(slack), "first")
        (message,) = slack.messages
        assert message.destination == CHANNEL
        assert message.text.startswith("Balances at all providers\nTotal USD: available USD 1,008.29")
        assert "Balances at all providers\n====" in render_message(message.payload)
        (request,) = slack.requests
        assert request.path == "/api/chat.postMessage"
        assert request.headers["authorization"] == f"Bearer {BOT_TOKEN}"
        _, asked = invocation(aggregator.requests[0])
        everything = {"version": 1, "currencies": None, "providers": None, "include_zero": False}
        assert asked == {**everything, "correlation_id": CORRELATION_ID}

    def test_is_posted_once_for_one_event(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        event = collected(slack)
        for request_id in ("first", "second"):
            Reporter().report(event, request_id)
        assert len(slack.messages) == 1

    def test_is_posted_as_text_when_slack_refuses_the_blocks(
        self, slack: SlackSimulator, aggregator: FaultServer
    ) -> None:
        slack.refuses_blocks = True
        Reporter().report(collected(slack), "first")
        assert slack.messages[0].blocks == []

    def test_waits_for_lambdas_retry_when_the_aggregator_is_broken(
        self, slack: SlackSimulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        event = collected(slack)
        with invoke_api(monkeypatch, once(failed(b"{}"))), pytest.raises(AggregatorError):
            Reporter().report(event, "first")
        assert slack.messages == []
        with invoke_api(monkeypatch, once(ANSWER)):
            Reporter().report(event, "first")
        assert len(slack.messages) == 1

    def test_is_not_wanted_without_a_channel(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGEST_CHANNEL_ID", "")
        Reporter().report(collected(slack), "first")
        assert slack.requests == []
        assert aggregator.accepted == 0

    def test_names_what_is_wrong_with_the_channel_or_the_token(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGEST_CHANNEL_ID", "C1")
        with pytest.raises(DeliveryError, match="invite the bot"):
            Reporter().report(collected(slack), "first")
        put_secret("balance-bot/slack-bot-token", {"bot_token": "xoxb-canary-old"})
        with pytest.raises(DeliveryError, match="token is not valid") as caught:
            Reporter().report(collected(slack), "first")
        assert "canary" not in words(caught.value)

    def test_needs_its_secret(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        put_secret("balance-bot/slack-bot-token", {})
        with pytest.raises(ProviderError, match="field 'bot_token' is missing"):
            Reporter().report(collected(slack), "first")

    @pytest.mark.parametrize(
        ("fault", "reason"),
        [("fail", "HTTP 503"), ("rate_limited", "ratelimited"), ("garbage", "HTTP 200"), ("reset", "not be reached")],
    )
    def test_raises_when_slack_has_trouble(
        self, slack: SlackSimulator, aggregator: FaultServer, fault: str, reason: str
    ) -> None:
        slack.set_fault(parse_fault(fault))
        with pytest.raises(DeliveryError, match=reason):
            Reporter().report(collected(slack), "first")
        assert len(slack.requests) == 1


class TestWhatIsNobodysBusiness:
    @pytest.mark.parametrize("event", [None, [], {}, {"kind": "other"}, {**COLLECTED, "source": "aws.events"}])
    def test_raises_and_does_nothing(self, slack: SlackSimulator, aggregator: FaultServer, event: object) -> None:
        with pytest.raises(WireError):
            Reporter().report(event, "first")
        assert slack.requests == []
        assert aggregator.accepted == 0


class TestAClaim:
    def test_without_a_table_raises(self, slack: SlackSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REQUESTS_TABLE", "missing")
        with pytest.raises(ClaimError, match="ResourceNotFoundException"):
            Reporter().report(new_job(slack), "first")
        monkeypatch.delenv("REQUESTS_TABLE")
        with pytest.raises(ProviderError, match="REQUESTS_TABLE"):
            Reporter().report(new_job(slack), "first")
        assert slack.requests == []

    def test_without_dynamodb_raises(self, slack: SlackSimulator) -> None:
        config = Config(retries={"total_max_attempts": 1})
        client = boto3.client("dynamodb", endpoint_url=f"http://127.0.0.1:{closed_port()}", config=config)
        with pytest.raises(ClaimError, match="EndpointConnectionError"):
            Reporter(claims=Claims(client)).report(new_job(slack), "first")
        assert slack.requests == []


def test_nothing_secret_and_no_amount_is_written(
    slack: SlackSimulator,
    aggregator: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    lambda_context: LambdaContext,
) -> None:
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    monkeypatch.setattr(reporter_module, "_reporter", Reporter())
    event = new_job(slack)
    with captured_log() as log:
        for each in (event, collected(slack)):
            reporter_module.handler(each, lambda_context)
        slack.set_fault(parse_fault("garbage"))
        for each in (new_job(slack), {**collected(slack), "id": "another"}):
            with pytest.raises(DeliveryError):
                reporter_module.handler(each, lambda_context)
    assert len(slack.messages) == 2
    printed = capsys.readouterr()
    written = log.getvalue() + printed.out + printed.err + caplog.text
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["correlation_id"] for line in lines} == {CORRELATION_ID}
    for secret in (str(event["response_url"]), "/commands/", BOT_TOKEN, "1008.29", "1,008.29"):
        assert secret not in written


def test_the_handler_returns_nothing(
    slack: SlackSimulator, aggregator: FaultServer, lambda_context: LambdaContext
) -> None:
    given: Any = reporter_module.handler(new_job(slack), lambda_context)
    assert given is None
    assert len(slack.messages) == 1
