"""The digest that follows an announcement: what is posted, what is needed for it, and what is no announcement."""

import re
from collections.abc import Mapping

import pytest

from balance_core.errors import ProviderError
from balance_core.wire import WireError
from balance_slack.aggregator import AggregatorError
from balance_slack.buttons import DETAILS
from balance_slack.delivery import DeliveryError
from balance_slack.reporter import Reporter
from tests.integration.fault_server import FaultServer, once
from tests.integration.invoke_api import failed
from tests.integration.slack_functions import BOT_TOKEN, CHANNEL, invoke_api, put_secret
from tests.integration.slack_reporter.cases import ANSWER, COLLECTED, NOT_INVITED, asked_of, collected, words
from tests.local.rendering import render_message
from tests.local.simulators.faults import parse_fault
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_actions import find_button


class TestADigest:
    def test_is_posted_to_the_channel_and_its_accounts_to_the_thread(
        self, slack: SlackSimulator, aggregator: FaultServer
    ) -> None:
        Reporter().report(collected(), "first")
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
        event = collected()
        for request_id in ("first", "second", "first"):
            Reporter().report(event, request_id)
        assert len(slack.messages) == 2
        assert aggregator.accepted == 1

    def test_is_posted_as_text_when_slack_refuses_the_blocks(
        self, slack: SlackSimulator, aggregator: FaultServer
    ) -> None:
        slack.refuses_blocks = True
        Reporter().report(collected(), "first")
        assert [message.blocks for message in slack.messages] == [[], []]

    def test_waits_for_lambdas_retry_when_the_aggregator_is_broken(
        self, slack: SlackSimulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        event = collected()
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
        Reporter().report(collected(), "first")
        assert slack.requests == []
        assert aggregator.accepted == 0

    def test_names_what_is_wrong_with_the_channel_or_the_token(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGEST_CHANNELS", NOT_INVITED)
        with pytest.raises(DeliveryError, match="invite the bot"):
            Reporter().report(collected(), "first")
        put_secret("balance-bot/slack-bot-token", {"bot_token": "xoxb-canary-old"})
        with pytest.raises(DeliveryError, match="token is not valid") as caught:
            Reporter().report(collected(), "first")
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
            Reporter().report(collected(), "first")
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
            Reporter().report(collected(), "first")
        assert len(slack.requests) == 1


class TestWhatIsNobodysBusiness:
    @pytest.mark.parametrize("event", [None, [], {}, {"kind": "other"}, {**COLLECTED, "source": "aws.events"}])
    def test_raises_and_does_nothing(self, slack: SlackSimulator, aggregator: FaultServer, event: object) -> None:
        with pytest.raises(WireError):
            Reporter().report(event, "first")
        assert slack.requests == []
        assert aggregator.accepted == 0
