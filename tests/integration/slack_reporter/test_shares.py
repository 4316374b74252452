"""An answer that its reader shares with the channel."""

from datetime import UTC, datetime, timedelta

import pytest

from balance_core.currencies import DECIMALS
from balance_slack.buttons import DETAILS, REFRESH, SHARE
from balance_slack.job import JobKind
from balance_slack.reporter import Reporter
from tests.integration.fault_server import FaultServer, once
from tests.integration.invoke_api import failed
from tests.integration.slack_functions import OTHER_CHANNEL, invoke_api
from tests.integration.slack_reporter.cases import CORRELATION_ID, new_job, press
from tests.local.rendering import render_message
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_actions import find_button
from tests.local.simulators.slack_messages import DeliveredMessage

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def at(seconds: int) -> Reporter:
    """The reporter so many seconds later."""
    return Reporter(now=lambda: NOW + timedelta(seconds=seconds))


class TestASharedAnswer:
    def test_is_a_new_one_for_everybody_that_says_who_shared_it_and_when(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        at(0).report(press(slack, JobKind.SHARE, answered, SHARE), "first")
        shared = slack.messages[-1]
        assert shared.visible_to is None
        assert not shared.is_replacement
        assert f"Shared by <@{answered.visible_to}> <!date^{int(NOW.timestamp())}^" in str(shared.blocks[0])
        assert shared.text.startswith(f"Shared by <@{answered.visible_to}> <!date^")
        assert "USD 1,008.29" in render_message(shared.payload)
        assert find_button(shared.blocks, DETAILS)["value"] == "USD"
        for missing in (REFRESH, SHARE):
            with pytest.raises(ValueError, match="not exactly one button"):
                find_button(shared.blocks, missing)
        assert aggregator.accepted == 2

    def test_is_announced_to_who_pressed_before_anybody_is_asked(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        Reporter().report(press(slack, JobKind.SHARE, answered, SHARE), "first")
        _, sharing, shared = slack.messages
        assert sharing.visible_to == answered.visible_to
        assert not sharing.is_replacement
        assert "shown to everybody here" in sharing.text
        assert "1,008.29" not in sharing.text
        assert shared.visible_to is None

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({}, "/balance"),
            ({"currencies": ["USD"]}, "/balance USD"),
            ({"providers": ["pagsmile"], "include_zero": True}, "/balance pagsmile all"),
        ],
    )
    def test_says_what_was_asked(
        self,
        slack: SlackSimulator,
        aggregator: FaultServer,
        answered: DeliveredMessage,
        asked: dict[str, object],
        words: str,
    ) -> None:
        pressed = press(slack, JobKind.SHARE, answered, SHARE)
        request = {"version": 1, "correlation_id": CORRELATION_ID, **asked}
        Reporter().report({**pressed, "request": request}, "first")
        shared = slack.messages[-1]
        assert shared.text.splitlines()[0].endswith(f" · asked: `{words}`")
        assert f" · asked: `{words}`" in str(shared.blocks[0])

    def test_is_told_of_each_currency_that_it_named(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        request = {"version": 1, "correlation_id": CORRELATION_ID, "currencies": ["EUR", "USD"]}
        Reporter().report({**press(slack, JobKind.SHARE, answered, SHARE), "request": request}, "first")
        assert "No balance other than zero was reported in EUR, but not everything was read." in slack.messages[-1].text

    def test_about_every_currency_there_is_keeps_to_its_line(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        request = {"version": 1, "correlation_id": CORRELATION_ID, "currencies": sorted(DECIMALS)}
        Reporter().report({**press(slack, JobKind.SHARE, answered, SHARE), "request": request}, "first")
        shared = slack.messages[-1]
        assert shared.visible_to is None
        assert shared.text.splitlines()[0].endswith("…`")

    def test_has_to_wait_when_it_follows_another_but_not_a_refresh(
        self, slack: SlackSimulator, aggregator: FaultServer, answered: DeliveredMessage
    ) -> None:
        at(0).report(press(slack, JobKind.REFRESH, answered, REFRESH), "refreshed")
        for seconds in (1, 2, 3):
            at(seconds).report(press(slack, JobKind.SHARE, answered, SHARE), f"after {seconds} s")
        assert [message.visible_to for message in slack.messages].count(None) == 1
        for said, left in zip(slack.messages[-2:], (9, 8), strict=True):
            assert said.visible_to == answered.visible_to
            assert not said.is_replacement
            assert f"wait {left} seconds before you share again" in said.text
        assert aggregator.accepted == 3
        at(11).report(press(slack, JobKind.SHARE, answered, SHARE), "later")
        assert [message.visible_to for message in slack.messages].count(None) == 2

    def test_stays_with_its_reader_when_there_is_none(
        self, slack: SlackSimulator, answered: DeliveredMessage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with invoke_api(monkeypatch, once(failed(b"{}"))):
            Reporter().report(press(slack, JobKind.SHARE, answered, SHARE), "first")
        said = slack.messages[-1]
        assert said.visible_to == answered.visible_to
        assert not said.is_replacement
        assert said.text.startswith("Nothing was shared. ")
        assert CORRELATION_ID in said.text

    @pytest.mark.parametrize("allowed", ["", OTHER_CHANNEL])
    def test_is_offered_in_allowed_channels_only(
        self, slack: SlackSimulator, aggregator: FaultServer, monkeypatch: pytest.MonkeyPatch, allowed: str
    ) -> None:
        monkeypatch.setenv("SHARE_CHANNEL_IDS", allowed)
        Reporter().report(new_job(slack), "first")
        with pytest.raises(ValueError, match="there are: refresh, details"):
            find_button(slack.messages[0].blocks, SHARE)
