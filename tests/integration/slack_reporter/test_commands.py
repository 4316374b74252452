"""The reporter against Lambda's Invoke API and Slack on real sockets, and moto's DynamoDB and Secrets Manager."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
import pytest
from botocore.config import Config

from balance_core.errors import ProviderError
from balance_slack.aggregator import Aggregator
from balance_slack.buttons import REFRESH
from balance_slack.claims import ClaimError, Claims
from balance_slack.delivery import DeliveryError
from balance_slack.reporter import Reporter
from tests.integration.fault_server import Behaviour, FaultServer, closed_port, once, silent
from tests.integration.invoke_api import failed, refused, returned
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_functions import ADMIN, invocation, invoke_api
from tests.integration.slack_reporter.cases import AS_OF, CORRELATION_ID, LASTING_ANSWER, REQUEST, new_job
from tests.local.rendering import render_message
from tests.local.simulators.faults import parse_fault
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_actions import find_button


class TestACommand:
    def test_is_answered_for_the_person_who_asked(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        event = new_job(slack)
        Reporter().report(event, "first")
        (message,) = slack.messages
        assert message.destination == event["response_url"]
        assert message.payload["response_type"] == "ephemeral"
        assert message.visible_to == event["user_id"]
        assert re.search(r"Pagsmile settle +USD 1,008.29 +— +—", render_message(message.payload))
        assert "PayBy did not answer in time. Trying again may help." in message.text
        assert CORRELATION_ID in render_message(message.payload)
        (request,) = aggregator.requests
        head, asked = invocation(request)
        assert asked == REQUEST
        assert "balance-bot-aggregator%3alive/invocations " in head
        assert "x-amz-invocation-type" not in head

    def test_is_told_of_each_currency_that_it_named(self, slack: SlackSimulator, aggregator: FaultServer) -> None:
        event = new_job(slack)
        Reporter().report({**event, "request": {**REQUEST, "currencies": ["EUR", "USD"]}}, "first")
        (message,) = slack.messages
        assert "No balance other than zero was reported in EUR, but not everything was read." in render_message(
            message.payload
        )

    def test_learns_whom_to_tell_of_what_will_not_pass_by_itself(
        self, slack: SlackSimulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with invoke_api(monkeypatch, once(LASTING_ANSWER)):
            Reporter().report(new_job(slack), "first")
        (message,) = slack.messages
        assert f"\nPlease tell <@{ADMIN}>." in message.text
        assert f"Please tell @{ADMIN}." in render_message(message.payload)

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
        for needed in ("as of <!date^", "— means not reported", "The accounts are left out", f"`{CORRELATION_ID}`"):
            assert needed in message.text
        assert log.getvalue().count("sent in a simpler form: Slack refused the blocks (invalid_blocks)") == 2
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
            patience_seconds = 0.3 if behaviour is silent else 20
            Reporter(aggregator=Aggregator(read_timeout_seconds=patience_seconds)).report(new_job(slack), "first")
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

    def test_offers_to_try_again(self, slack: SlackSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
        with invoke_api(monkeypatch, once(failed(b"{}"))):
            Reporter().report(new_job(slack), "first")
        (message,) = slack.messages
        assert f"<@{ADMIN}>" in message.text
        assert find_button(message.blocks, REFRESH)["value"] == "USD"


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
