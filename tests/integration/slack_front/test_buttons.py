"""Pressed buttons: what is handed over, and who is refused."""

from typing import Any

import pytest

from balance_slack.front import Front
from balance_slack.guard import request_key
from balance_slack.interaction import read_press
from tests.integration.fault_server import FaultServer, once
from tests.integration.invoke_api import refused
from tests.integration.printed import captured_log, metrics
from tests.integration.slack_front.cases import (
    RESPONSE_URL,
    TEAM,
    TRIGGER_ID,
    USER,
    acknowledge,
    below_message,
    form,
    job,
    on_home,
    status,
)
from tests.integration.slack_functions import CHANNEL, invoke_api, signed_event
from tests.schemas import problems

EVERYTHING = {"version": 1, "currencies": None, "providers": None, "include_zero": False}
# Who presses Refresh gets no answer of seconds ago.
REFRESHED: dict[str, dict[str, object]] = {"refresh": {"refresh": True}}


class TestAButton:
    @pytest.mark.parametrize(
        ("action_id", "kind"),
        [("refresh", "refresh_answer"), ("share", "share_answer"), ("details", "open_details"), ("help", "open_help")],
    )
    @pytest.mark.parametrize(
        ("words", "asked"),
        [("", {}), ("AED USD payby all", {"currencies": ["AED", "USD"], "providers": ["payby"], "include_zero": True})],
    )
    def test_below_a_message_becomes_a_job(
        self, reporter: FaultServer, action_id: str, kind: str, words: str, asked: dict[str, object]
    ) -> None:
        event = signed_event(form(below_message(action_id, words)))
        key = request_key(event["headers"]["x-slack-signature"])
        response = Front().answer(event)
        assert (response["statusCode"], response["body"]) == (200, "")
        assert problems("slack-job", job(reporter)) == []
        assert job(reporter) == {
            "version": 1,
            "kind": kind,
            "request_key": key,
            "request": {**EVERYTHING, **asked, **REFRESHED.get(action_id, {}), "correlation_id": key[:16]},
            "response_url": RESPONSE_URL,
            "trigger_id": TRIGGER_ID,
            "team_id": TEAM,
            "channel_id": CHANNEL,
            "user_id": USER,
            "notice": None,
        }

    @pytest.mark.parametrize(
        ("action_id", "kind"), [("refresh", "refresh_home"), ("details", "open_details"), ("help", "open_help")]
    )
    def test_on_the_home_tab_needs_no_channel(
        self, reporter: FaultServer, monkeypatch: pytest.MonkeyPatch, action_id: str, kind: str
    ) -> None:
        monkeypatch.setenv("ALLOWED_CHANNEL_IDS", "")
        acknowledge(form(on_home(action_id)))
        sent = job(reporter)
        assert problems("slack-job", sent) == []
        assert (sent["kind"], sent["channel_id"], sent["response_url"]) == (kind, None, None)
        assert sent["request"].get("refresh", False) is (action_id == "refresh")

    def test_that_is_unknown_is_not_ours(self, reporter: FaultServer) -> None:
        assert status(form(below_message("other"))) == 404
        legacy = below_message("refresh", type="interactive_message", callback_id="refresh")
        assert status(form(legacy)) == 404
        assert reporter.accepted == 0

    def test_comes_with_a_view_as_large_as_slack_allows(self, reporter: FaultServer) -> None:
        view = {"type": "home", "blocks": ['"' * 125_000]}
        acknowledge(form(on_home("refresh", view=view)))
        assert job(reporter)["kind"] == "refresh_home"


class TestARefusal:
    @pytest.mark.parametrize(
        ("payload", "said"),
        [
            (below_message("refresh", user={"id": "U1", "team_id": TEAM}), "add `U1` to `SlackAllowedUserIds`"),
            (below_message("details", channel={"id": "C1"}), "add `C1` to `SlackAllowedChannelIds`"),
            (below_message("details", team={"id": "T1"}), "this workspace: add `T1` to `SlackAllowedTeamIds`"),
            (below_message("share", user={"id": USER, "team_id": "T1"}), "your own workspace: add `T1`"),
            (below_message("help", team=None, user={"id": USER, "team_id": "T1"}), "this workspace: add `T1`"),
        ],
    )
    def test_goes_to_the_person_as_a_notice(
        self, reporter: FaultServer, monkeypatch: pytest.MonkeyPatch, payload: dict[str, Any], said: str
    ) -> None:
        monkeypatch.setenv("ALLOWED_USER_IDS", USER)
        monkeypatch.setenv("ADMIN_CONTACT", "U0ADMIN0000")
        with captured_log() as log:
            acknowledge(form(payload))
        sent = job(reporter)
        assert problems("slack-job", sent) == []
        assert (sent["kind"], sent["response_url"]) == ("deliver_notice", RESPONSE_URL)
        assert said in sent["notice"]
        assert "Ask <@U0ADMIN0000> to allow" in sent["notice"]
        assert sent["request"].keys() == {"version", "correlation_id"}
        assert f"button {payload['actions'][0]['action_id']} refused" in log.getvalue()
        assert "accepted" not in log.getvalue()

    @pytest.mark.parametrize("channels", ["", "C1", CHANNEL[:-1]])
    def test_to_share_names_the_parameter(
        self, reporter: FaultServer, monkeypatch: pytest.MonkeyPatch, channels: str
    ) -> None:
        monkeypatch.setenv("SHARE_CHANNEL_IDS", channels)
        acknowledge(form(below_message("share", "USD")))
        assert job(reporter)["kind"] == "deliver_notice"
        assert f"add `{CHANNEL}` to `SlackShareChannelIds`" in job(reporter)["notice"]

    def test_does_not_depend_on_the_organisation_that_the_payload_names(
        self, reporter: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALLOWED_TEAM_IDS", f"{TEAM},E0123456789")
        stranger = {"id": "U1", "team_id": "T0999999999"}
        acknowledge(form(below_message("refresh", user=stranger, enterprise={"id": "E0123456789"})))
        assert "add `T0999999999` to `SlackAllowedTeamIds`" in job(reporter)["notice"]

    def test_of_a_question_that_is_not_understood_any_more(self, reporter: FaultServer) -> None:
        for words in ("USD oldpay", "help"):
            reporter.requests.clear()
            acknowledge(form(below_message("refresh", words)))
            sent = job(reporter)
            assert (sent["kind"], problems("slack-job", sent)) == ("deliver_notice", [])
            assert f"asks about `{words}`" in sent["notice"]


def test_a_press_is_printed_without_what_opens_doors() -> None:
    assert "canary" not in repr(read_press(below_message("refresh")))


@pytest.mark.parametrize(
    ("changes", "team_ids"),
    [
        ({"team": None}, TEAM),
        ({"user": {"id": USER}}, TEAM),
        ({"team": {"id": "T1", "enterprise_id": "E1"}, "user": {"id": USER, "team_id": "E1"}}, "T1"),
        ({"team": {"id": "T1", "enterprise_id": "E1"}, "user": {"id": USER, "team_id": "T1"}}, "E1"),
        ({"team": {"id": "T1"}, "enterprise": {"id": "E1"}, "user": {"id": USER, "team_id": "T1"}}, "E1"),
        ({"team": {"id": "T1"}, "user": {"id": USER, "team_id": "T2"}}, "T1,T2"),
        ({"team": {"id": "T1", "enterprise_id": "E1"}, "user": {"id": USER}}, "T1"),
        ({"team": None, "enterprise": {"id": "E1"}, "user": {"id": USER, "team_id": "E1"}}, "E1"),
    ],
)
def test_workspaces_and_organisations_that_are_listed_may_press(
    reporter: FaultServer, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], team_ids: str
) -> None:
    monkeypatch.setenv("ALLOWED_TEAM_IDS", team_ids)
    acknowledge(form(below_message("refresh", "USD", **changes)))
    assert job(reporter)["kind"] == "refresh_answer"


class TestAFrontThatCannotHandOver:
    def test_does_not_acknowledge_so_that_slack_shows_a_sign(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with invoke_api(monkeypatch, once(refused(429, "TooManyRequestsException"))), captured_log() as log:
            response = Front().answer(signed_event(form(below_message("refresh"))))
        assert response["statusCode"] == 503
        assert "could not be passed on" in str(response["body"])
        assert '"level":"ERROR"' in log.getvalue()
        (metric,) = metrics(capsys.readouterr().out, "ProviderFailure")
        assert metric["kind"] == "unavailable"
