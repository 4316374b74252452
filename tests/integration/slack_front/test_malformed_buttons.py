"""Pressed buttons with something wrong in their payload: a 4xx, and nothing is started."""

import json
from itertools import product

import pytest

from balance_slack.front import Front
from tests.integration.fault_server import FaultServer
from tests.integration.slack_front.cases import TEAM, acknowledge, below_message, form, job, on_home, status
from tests.integration.slack_functions import signed_event

ABSENT = object()
ODD_VALUES: tuple[object, ...] = (ABSENT, None, 5, "", "text", [], [1], {}, {"id": 5}, {"id": ""}, {"id": "x" * 65})


class TestAMalformedPayload:
    @pytest.mark.parametrize("name", ["user", "actions", "container", "channel", "response_url", "trigger_id", "team"])
    def test_starts_nothing(self, reporter: FaultServer, name: str) -> None:
        front = Front()
        for value, action_id in product(ODD_VALUES, ("refresh", "details")):
            payload = {**below_message(action_id), name: value}
            if value is ABSENT:
                del payload[name]
            statuses = {200} if _is_fine(action_id, name, value) else {400, 404}
            reporter.requests.clear()
            assert front.answer(signed_event(form(payload)))["statusCode"] in statuses, (value, action_id)
            assert len(reporter.requests) == (statuses == {200}), (value, action_id)

    @pytest.mark.parametrize(
        "action",
        [
            {"action_id": "refresh", "value": 5},
            {"action_id": "refresh", "value": "x" * 2001},
            {"action_id": "refresh", "value": "\ud800"},
            {"action_id": 5},
            {"action_id": None},
            {"value": "USD"},
            [],
            None,
        ],
    )
    def test_of_an_odd_action_starts_nothing(self, reporter: FaultServer, action: object) -> None:
        assert status(form(below_message("", actions=[action]))) in (400, 404)
        assert status(form(below_message("", actions=[{"action_id": "refresh"}, action]))) == 400
        assert reporter.accepted == 0

    @pytest.mark.parametrize("team", [{"id": TEAM, "enterprise_id": 5}, {"id": TEAM, "enterprise_id": ["E1"]}])
    def test_of_an_odd_organisation_starts_nothing(self, reporter: FaultServer, team: object) -> None:
        assert status(form(below_message("refresh", team=team))) == 400
        assert status(form(below_message("refresh", enterprise=5))) == 400
        assert status(form(below_message("refresh", enterprise={}))) == 400
        assert reporter.accepted == 0

    def test_twice_the_same_member_starts_nothing(self, reporter: FaultServer) -> None:
        text = json.dumps(below_message("refresh"))
        twice = text[:-1] + ', "user": {"id": "U1", "team_id": "T0123456789"}}'
        assert status(b"payload=" + twice.encode()) == 400
        assert reporter.accepted == 0

    def test_on_the_home_tab_cannot_share(self, reporter: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SHARE_CHANNEL_IDS", "*")
        acknowledge(form(on_home("share")))
        assert job(reporter)["kind"] == "deliver_notice"


def _is_fine(action_id: str, name: str, value: object) -> bool:
    """What a button can do without: the workspace when the person's own is named, and what its kind does not use."""
    is_left_out = value is ABSENT or value is None
    if name == "team":
        return is_left_out
    unused = {"refresh": "trigger_id", "details": "response_url"}[action_id]
    return (name == unused and is_left_out) or (name == "trigger_id" and value == "text")
