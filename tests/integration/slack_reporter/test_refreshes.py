"""An answer that is refreshed by its reader, and what is said instead."""

from datetime import UTC, datetime, timedelta

import pytest

from balance_slack.buttons import DETAILS, REFRESH, SHARE
from balance_slack.delivery import DeliveryError
from balance_slack.job import JobKind
from balance_slack.reporter import Reporter
from tests.integration.fault_server import FaultServer, once
from tests.integration.invoke_api import failed
from tests.integration.slack_functions import ADMIN, CHANNEL, invocation, invoke_api
from tests.integration.slack_reporter.cases import CORRELATION_ID, REQUEST, new_job, person, press
from tests.local.simulators.faults import parse_fault
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_actions import find_button
from tests.local.simulators.slack_messages import DeliveredMessage

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


class TestARefresh:
    def test_replaces_the_answer_at_once_and_again_when_there_is_a_new_one(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        Reporter().report(press(slack, JobKind.REFRESH, answered, REFRESH), "first")
        _, asking, again = slack.messages
        assert "again" in asking.text
        assert asking.blocks == []
        assert [asking.ts, again.ts] == [answered.ts] * 2
        assert again.is_replacement
        assert again.visible_to == answered.visible_to
        assert again.blocks == answered.blocks
        asked = [invocation(request)[1] for request in aggregator.requests]
        assert asked == [REQUEST, {**REQUEST, "refresh": True}], "an answer of seconds ago will not do"

    def test_has_to_wait_when_it_follows_another(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        Reporter(now=lambda: NOW).report(press(slack, JobKind.REFRESH, answered, REFRESH), "first")
        late = NOW + timedelta(seconds=7)
        Reporter(now=lambda: late).report(press(slack, JobKind.REFRESH, answered, REFRESH), "second")
        said = slack.messages[-1]
        assert not said.is_replacement
        assert said.visible_to == answered.visible_to
        assert "wait 3 seconds" in said.text
        assert aggregator.accepted == 2
        later = NOW + timedelta(seconds=10)
        Reporter(now=lambda: later).report(press(slack, JobKind.REFRESH, answered, REFRESH), "third")
        assert aggregator.accepted == 3

    def test_waits_for_nobody_elses(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        Reporter(now=lambda: NOW).report(new_job(slack), "another command")
        for message in slack.messages[:2]:
            Reporter(now=lambda: NOW).report(press(slack, JobKind.REFRESH, message, REFRESH), message.ts)
        assert aggregator.accepted == 4

    def test_does_not_wait_for_its_own_first_try(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        pressed = press(slack, JobKind.REFRESH, answered, REFRESH)
        slack.set_fault(parse_fault("fail"))
        with pytest.raises(DeliveryError):
            Reporter().report(pressed, "first")
        assert aggregator.accepted == 1
        slack.set_fault(None)
        Reporter().report(pressed, "first")
        assert slack.messages[-1].blocks == answered.blocks

    def test_without_an_answer_says_so_and_offers_to_try_again(
        self, slack: SlackSimulator, answered: DeliveredMessage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with invoke_api(monkeypatch, once(failed(b"{}"))):
            Reporter().report(press(slack, JobKind.REFRESH, answered, REFRESH), "first")
        said = slack.messages[-1]
        assert said.ts == answered.ts
        assert CORRELATION_ID in said.text
        assert f"<@{ADMIN}>" in said.text
        assert find_button(said.blocks, REFRESH)["value"] == "USD"


class TestANotice:
    def test_goes_to_the_person_in_the_conversation(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        refused = person()
        Reporter(now=lambda: NOW).report(press(slack, JobKind.SHARE, answered, SHARE), "first")
        pressed = press(slack, JobKind.NOTICE, slack.messages[-1], DETAILS, user_id=refused)
        Reporter().report({**pressed, "notice": "You may not."}, "second")
        said = slack.messages[-1]
        assert (said.text, said.visible_to, said.channel_id) == ("You may not.", refused, CHANNEL)
        assert not said.is_replacement
        assert aggregator.accepted == 2

    def test_is_the_whole_home_tab_where_there_is_no_conversation(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        pressed = press(slack, JobKind.NOTICE, answered, REFRESH)
        Reporter().report({**pressed, "response_url": None, "channel_id": None, "notice": "You may not."}, "first")
        home = slack.home_of(str(pressed["user_id"]))
        assert home is not None
        assert "You may not." in str(home.blocks)
        assert len(slack.messages) == 1
