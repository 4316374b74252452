"""The digest that follows an announcement: its channels, its thread, and what a retry still posts."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config

from balance_core.errors import ProviderError
from balance_core.wire import WireError
from balance_slack.aggregator import AggregatorError
from balance_slack.buttons import DETAILS
from balance_slack.claims import Claims
from balance_slack.delivery import DeliveryError
from balance_slack.reporter import Reporter
from tests.integration.fault_server import Connection, FaultServer, answer, once
from tests.integration.invoke_api import failed
from tests.integration.printed import captured_log
from tests.integration.slack_functions import (
    BOT_TOKEN,
    CHANNEL,
    OTHER_CHANNEL,
    invocation,
    invoke_api,
    put_secret,
)
from tests.integration.slack_reporter.cases import ANSWER, COLLECTED, CORRELATION_ID, collected, words
from tests.local.rendering import render_message
from tests.local.simulators.faults import parse_fault
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_actions import find_button

NOT_INVITED = "C0000000000"


class TestADigest:
    def test_is_posted_to_the_channel_and_its_accounts_to_the_thread(
        self, slack: SlackSimulator, aggregator: FaultServer
    ) -> None:
        Reporter().report(collected(slack), "first")
        totals, accounts = slack.messages
        assert (totals.destination, accounts.destination) == (CHANNEL, CHANNEL)
        assert totals.text.startswith("Balances at all providers\nTotal USD: available USD 1,008.29")
        assert "Balances at all providers\n====" in render_message(totals.payload)
        assert "value" not in find_button(totals.blocks, DETAILS)
        assert (totals.thread_ts, accounts.thread_ts) == (None, totals.ts)
        assert re.search(r"Pagsmile settle +USD 1,008.29", render_message(accounts.payload))
        assert [request.path for request in slack.requests] == ["/api/chat.postMessage"] * 2
        assert {request.headers["authorization"] for request in slack.requests} == {f"Bearer {BOT_TOKEN}"}
        assert asked_of(aggregator) == {"version": 1, "currencies": None, "providers": None, "include_zero": False}

    def test_is_posted_once_for_one_event(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        event = collected(slack)
        for request_id in ("first", "second", "first"):
            Reporter().report(event, request_id)
        assert len(slack.messages) == 2
        assert aggregator.accepted == 1

    def test_is_posted_as_text_when_slack_refuses_the_blocks(
        self, slack: SlackSimulator, aggregator: FaultServer
    ) -> None:
        slack.refuses_blocks = True
        Reporter().report(collected(slack), "first")
        assert [message.blocks for message in slack.messages] == [[], []]

    def test_waits_for_lambdas_retry_when_the_aggregator_is_broken(
        self, slack: SlackSimulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        event = collected(slack)
        with invoke_api(monkeypatch, once(failed(b"{}"))), pytest.raises(AggregatorError):
            Reporter().report(event, "first")
        assert slack.messages == []
        with invoke_api(monkeypatch, once(ANSWER)):
            Reporter().report(event, "first")
        assert len(slack.messages) == 2

    def test_is_not_wanted_without_a_channel(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGEST_CHANNELS", "")
        Reporter().report(collected(slack), "first")
        assert slack.requests == []
        assert aggregator.accepted == 0

    def test_names_what_is_wrong_with_the_channel_or_the_token(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGEST_CHANNELS", NOT_INVITED)
        with pytest.raises(DeliveryError, match="invite the bot"):
            Reporter().report(collected(slack), "first")
        put_secret("balance-bot/slack-bot-token", {"bot_token": "xoxb-canary-old"})
        with pytest.raises(DeliveryError, match="token is not valid") as caught:
            Reporter().report(collected(slack), "first")
        assert "canary" not in words(caught.value)

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ({}, "field 'bot_token' is missing"),
            ({"bot_token": "xoxb-canary\nx-evil: 1"}, "'bot_token' is not a token"),
            ({"bot_token": " "}, "'bot_token' is not a token"),
        ],
    )
    def test_needs_its_secret(
        self, slack: SlackSimulator, aggregator: FaultServer, content: Mapping[str, str], problem: str
    ) -> None:
        put_secret("balance-bot/slack-bot-token", content)
        with pytest.raises(ProviderError, match=problem) as caught:
            Reporter().report(collected(slack), "first")
        assert "canary" not in words(caught.value)
        assert slack.requests == []
        assert aggregator.accepted == 0

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


class TestSeveralChannels:
    def test_each_get_their_currencies_from_one_question(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGEST_CHANNELS", f"{CHANNEL}:USD+AED,{OTHER_CHANNEL}:EUR")
        Reporter().report(collected(slack), "first")
        usd, accounts, eur = slack.messages
        assert [message.destination for message in (usd, accounts, eur)] == [CHANNEL, CHANNEL, OTHER_CHANNEL]
        assert "1,008.29" in usd.text
        assert find_button(usd.blocks, DETAILS)["value"] == "AED USD"
        assert "1,008.29" not in json.dumps(eur.payload)
        assert find_button(eur.blocks, DETAILS)["value"] == "EUR"
        assert asked_of(aggregator)["currencies"] == ["AED", "EUR", "USD"]

    def test_do_not_suffer_from_each_others_failures(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGEST_CHANNELS", f"{NOT_INVITED},{CHANNEL},C1,{OTHER_CHANNEL}")
        event = collected(slack)
        with pytest.raises(DeliveryError, match=f"{NOT_INVITED}: .*invite the bot.*; C1: ") as caught:
            Reporter().report(event, "first")
        assert CHANNEL not in str(caught.value)
        got = [message.destination for message in slack.messages]
        assert got == [CHANNEL, CHANNEL, OTHER_CHANNEL, OTHER_CHANNEL]
        with pytest.raises(DeliveryError):
            Reporter().report(event, "first")
        assert len(slack.messages) == 4

    def test_get_nothing_while_the_setting_is_wrong(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        event = collected(slack)
        monkeypatch.setenv("DIGEST_CHANNELS", f"{CHANNEL},{OTHER_CHANNEL}:UDS")
        with pytest.raises(ProviderError, match=f"DigestChannels, entry '{OTHER_CHANNEL}:UDS' .*ISO 4217: UDS"):
            Reporter().report(event, "first")
        assert slack.requests == []
        monkeypatch.setenv("DIGEST_CHANNELS", f"{CHANNEL},{OTHER_CHANNEL}:USD")
        Reporter().report(event, "first")
        assert len(slack.messages) == 4


class TestARetry:
    def test_goes_on_in_the_thread_of_the_first_try(
        self, monkeypatch: pytest.MonkeyPatch, aggregator: FaultServer
    ) -> None:
        takes_replies = [False]

        def web_api(connection: Connection) -> None:
            is_reply = b'"thread_ts"' in (connection.read_request() or b"")
            is_ok = takes_replies[0] or not is_reply
            body = b'{"ok":true,"ts":"1795242363.000007"}' if is_ok else b'{"ok":false,"error":"internal_error"}'
            connection.send(answer(200, body, Connection="close"))

        event = {**COLLECTED, "id": "a thread that broke"}
        with FaultServer(web_api) as server:
            monkeypatch.setenv("SLACK_API_URL", server.url)
            with pytest.raises(DeliveryError, match=rf"{CHANNEL}: .*internal_error"):
                Reporter().report(event, "first")
            takes_replies[0] = True
            for _ in range(2):
                Reporter().report(event, "first")
            posted = [sent(request) for request in server.requests]
        assert "thread_ts" not in posted[0]
        assert {message.get("thread_ts") for message in posted[1:]} == {"1795242363.000007"}
        assert "blocks" in posted[-1]
        assert len(posted) == 3
        assert aggregator.accepted == 2

    def test_is_not_provoked_by_a_note_that_cannot_be_taken(
        self, slack: SlackSimulator, aggregator: FaultServer
    ) -> None:
        def dynamodb(connection: Connection) -> None:
            request = connection.read_request() or b""
            is_note = b'"noted"' in request
            body = b'{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}' if is_note else b"{}"
            connection.send(answer(500 if is_note else 200, body, Connection="close"))

        with FaultServer(dynamodb) as server, captured_log() as log:
            config = Config(retries={"total_max_attempts": 1})
            claims = Claims(boto3.client("dynamodb", endpoint_url=server.url, config=config))
            Reporter(claims=claims).report(collected(slack), "first")
        assert [message.thread_ts is None for message in slack.messages] == [True, False]
        assert log.getvalue().count("a retry would post the digest again") == 2

    def test_finds_its_notes_for_a_day(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        now = datetime(2026, 11, 21, 8, tzinfo=UTC)
        Reporter(now=lambda: now).report(collected(slack), "first")
        item = boto3.client("dynamodb").get_item(TableName="requests", Key={"request_key": {"S": slack.url}})["Item"]
        assert item["expires_at"]["N"] == str(int(datetime(2026, 11, 22, 8, tzinfo=UTC).timestamp()))
        ts = slack.messages[0].ts
        assert item["noted"] == {"M": {CHANNEL: {"S": ts}, f"{CHANNEL}/accounts": {"S": "posted"}}}
        assert item.keys() == {"request_key", "claimed_by", "expires_at", "noted"}


class TestWhatIsNobodysBusiness:
    @pytest.mark.parametrize("event", [None, [], {}, {"kind": "other"}, {**COLLECTED, "source": "aws.events"}])
    def test_raises_and_does_nothing(self, slack: SlackSimulator, aggregator: FaultServer, event: object) -> None:
        with pytest.raises(WireError):
            Reporter().report(event, "first")
        assert slack.requests == []
        assert aggregator.accepted == 0


def asked_of(aggregator: FaultServer) -> dict[str, Any]:
    """The one question that the aggregator was asked, without its reference."""
    (request,) = aggregator.requests
    _, asked = invocation(request)
    assert asked.pop("correlation_id") == CORRELATION_ID
    return asked


def sent(request: bytes) -> dict[str, Any]:
    """The fields of a message to the Web API."""
    document: dict[str, Any] = json.loads(request.partition(b"\r\n\r\n")[2])
    return document
