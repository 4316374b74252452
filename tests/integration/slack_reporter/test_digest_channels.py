"""The digest in several channels: their currencies, and what one channel's failure is to the others."""

import json

import pytest

from balance_core.errors import ProviderError
from balance_slack.buttons import DETAILS
from balance_slack.delivery import DeliveryError
from balance_slack.reporter import Reporter
from tests.integration.fault_server import FaultServer
from tests.integration.slack_functions import CHANNEL, OTHER_CHANNEL
from tests.integration.slack_reporter.cases import NOT_INVITED, asked_of, collected
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_actions import find_button


class TestSeveralChannels:
    def test_each_get_their_currencies_from_one_question(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALLOWED_CHANNEL_IDS", "*")
        monkeypatch.setenv("DIGEST_CHANNELS", f"{CHANNEL}:USD+AED,{OTHER_CHANNEL}:EUR")
        Reporter().report(collected(), "first")
        usd, accounts, eur = slack.messages
        assert [message.destination for message in (usd, accounts, eur)] == [CHANNEL, CHANNEL, OTHER_CHANNEL]
        assert "1,008.29" in usd.text
        assert usd.text.startswith("Balances in AED and USD at all providers\n")
        assert "No balance other than zero was reported in AED, but not everything was read." in usd.text
        assert eur.text.startswith("Balances in EUR at all providers\nNo balance could be read.\n")
        assert find_button(usd.blocks, DETAILS)["value"] == "AED USD"
        assert "1,008.29" not in json.dumps(eur.payload)
        assert find_button(eur.blocks, DETAILS)["value"] == "EUR"
        asked = asked_of(aggregator)
        assert asked["currencies"] == ["AED", "EUR", "USD"]
        assert asked["include_zero"] is True

    def test_have_no_button_where_it_would_always_be_refused(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGEST_CHANNELS", f"{CHANNEL},{OTHER_CHANNEL}")
        Reporter().report(collected(), "first")
        allowed, _, other, _ = slack.messages
        find_button(allowed.blocks, DETAILS)
        with pytest.raises(ValueError, match="not exactly one button"):
            find_button(other.blocks, DETAILS)
        assert "1,008.29" in json.dumps(other.payload)

    def test_do_not_suffer_from_each_others_failures(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGEST_CHANNELS", f"{NOT_INVITED},{CHANNEL},C1,{OTHER_CHANNEL}")
        event = collected()
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
        event = collected()
        monkeypatch.setenv("DIGEST_CHANNELS", f"{CHANNEL},{OTHER_CHANNEL}:UDS")
        with pytest.raises(ProviderError, match=f"DigestChannels, entry '{OTHER_CHANNEL}:UDS' .*ISO 4217: UDS"):
            Reporter().report(event, "first")
        assert slack.requests == []
        monkeypatch.setenv("DIGEST_CHANNELS", f"{CHANNEL},{OTHER_CHANNEL}:USD")
        Reporter().report(event, "first")
        assert len(slack.messages) == 4
