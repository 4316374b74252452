"""Events: the opened Home tab, Slack's retries of it, and everything else that the Events API may send."""

import json

import pytest

from balance_slack.front import Front
from balance_slack.guard import event_key
from tests.integration.fault_server import FaultServer, once
from tests.integration.invoke_api import refused
from tests.integration.slack_front.cases import TEAM, USER, acknowledge, home_opened, job, status
from tests.integration.slack_functions import invocation, invoke_api, signed_event
from tests.schemas import problems


def body(**changes: object) -> bytes:
    return json.dumps(home_opened(**changes)).encode()


def opened(**changes: object) -> dict[str, object]:
    return {**home_opened()["event"], **changes}


class TestTheHomeTab:
    def test_opened_becomes_a_job_that_needs_no_channel(
        self, reporter: FaultServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALLOWED_CHANNEL_IDS", "")
        acknowledge(body())
        key = event_key("Ev0123456789")
        assert problems("slack-job", job(reporter)) == []
        everything = {"version": 1, "currencies": None, "providers": None, "include_zero": False}
        assert job(reporter) == {
            "version": 1,
            "kind": "show_home",
            "request_key": key,
            "request": {**everything, "correlation_id": key[:16]},
            "response_url": None,
            "trigger_id": None,
            "team_id": TEAM,
            "channel_id": None,
            "user_id": USER,
            "notice": None,
        }

    def test_sent_again_by_slack_has_the_same_key(self, reporter: FaultServer) -> None:
        front = Front()
        for padding in ("", " "):  # signed anew each time
            front.answer(signed_event(json.dumps(home_opened()).encode() + padding.encode()))
        keys = {invocation(request)[1]["request_key"] for request in reporter.requests}
        assert (len(reporter.requests), keys) == (2, {event_key("Ev0123456789")})

    def test_is_sent_again_when_it_could_not_be_handed_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with invoke_api(monkeypatch, once(refused(403, "AccessDeniedException"))):
            assert status(body()) == 503

    @pytest.mark.parametrize("event", [opened(tab="messages"), opened(tab="about"), opened(tab=None)])
    def test_is_not_every_tab(self, reporter: FaultServer, event: object) -> None:
        acknowledge(body(event=event))
        assert reporter.accepted == 0

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"event": opened(user="U1")}, "add `U1` to `SlackAllowedUserIds`"),
            ({"team_id": "T1"}, "add `T1` to `SlackAllowedTeamIds`"),
            ({"team_id": "T1", "enterprise_id": "E1"}, "add `T1` to `SlackAllowedTeamIds`"),
        ],
    )
    def test_of_somebody_who_may_not_becomes_a_notice(
        self, reporter: FaultServer, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], said: str
    ) -> None:
        monkeypatch.setenv("ALLOWED_USER_IDS", USER)
        acknowledge(body(**changes))
        assert problems("slack-job", job(reporter)) == []
        assert (job(reporter)["kind"], job(reporter)["response_url"]) == ("deliver_notice", None)
        assert said in job(reporter)["notice"]

    def test_is_open_to_a_listed_organisation(self, reporter: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ALLOWED_TEAM_IDS", "E1")
        acknowledge(body(enterprise_id="E1"))
        assert job(reporter)["kind"] == "show_home"


@pytest.mark.parametrize(
    "changes",
    [
        *({"event_id": value} for value in (None, 5, "", "x" * 101)),
        *({"team_id": value} for value in (None, 5, "", [TEAM], "x" * 101)),
        *({"enterprise_id": value} for value in (5, "", ["E1"], {"id": "E1"})),
        *({"event": opened(user=value)} for value in (None, 5, "", {"id": USER})),
        *({"event": opened(tab=value)} for value in (5, ["home"])),
        *({"authorizations": value} for value in ({"a": 1}, 5, ["a"])),
        {"event": {"type": "app_home_opened"}},
        {"event": "app_home_opened"},
        {"event": []},
    ],
)
def test_a_malformed_event_starts_nothing(reporter: FaultServer, changes: dict[str, object]) -> None:
    assert status(body(**changes)) == 400
    assert reporter.accepted == 0


@pytest.mark.parametrize("kind", ["message", "app_mention", "app_uninstalled", "tokens_revoked", 5])
def test_another_event_is_not_ours(reporter: FaultServer, kind: object) -> None:
    assert status(body(event={"type": kind, "user": USER, "channel": "C1", "text": "x"})) == 404
    assert reporter.accepted == 0
