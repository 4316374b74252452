"""What a retry of the digest still posts, and what it knows of the first try."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config

from balance_slack.claims import Claims
from balance_slack.delivery import DeliveryError
from balance_slack.reporter import Reporter
from tests.integration.fault_server import Connection, FaultServer, answer
from tests.integration.printed import captured_log
from tests.integration.slack_functions import CHANNEL
from tests.integration.slack_reporter.cases import COLLECTED, collected
from tests.local.simulators.slack import SlackSimulator


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
            Reporter(claims=claims).report(collected(), "first")
        assert [message.thread_ts is None for message in slack.messages] == [True, False]
        assert log.getvalue().count("a retry would post the digest again") == 2

    def test_finds_its_notes_for_a_day(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        now = datetime(2026, 11, 21, 8, tzinfo=UTC)
        event = collected()
        Reporter(now=lambda: now).report(event, "first")
        key = {"request_key": {"S": str(event["id"])}}
        item = boto3.client("dynamodb").get_item(TableName="requests", Key=key)["Item"]
        assert item["expires_at"]["N"] == str(int(datetime(2026, 11, 22, 8, tzinfo=UTC).timestamp()))
        ts = slack.messages[0].ts
        assert item["noted"] == {"M": {CHANNEL: {"S": ts}, f"{CHANNEL}/accounts": {"S": "posted"}}}
        assert item.keys() == {"request_key", "claimed_by", "expires_at", "noted"}


def sent(request: bytes) -> dict[str, Any]:
    """The fields of a message to the Web API."""
    document: dict[str, Any] = json.loads(request.partition(b"\r\n\r\n")[2])
    return document
