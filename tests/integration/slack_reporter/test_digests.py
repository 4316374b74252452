"""The digest that follows an announcement, and events that are nobody's business."""

import pytest

from balance_core.errors import ProviderError
from balance_core.wire import WireError
from balance_slack.aggregator import AggregatorError
from balance_slack.delivery import DeliveryError
from balance_slack.reporter import Reporter
from tests.integration.fault_server import FaultServer, once
from tests.integration.invoke_api import failed
from tests.integration.slack_functions import BOT_TOKEN, CHANNEL, invocation, invoke_api, put_secret
from tests.integration.slack_reporter.cases import ANSWER, COLLECTED, CORRELATION_ID, collected, words
from tests.local.rendering import render_message
from tests.local.simulators.faults import parse_fault
from tests.local.simulators.slack import SlackSimulator


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
