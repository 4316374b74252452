"""What comes to the reporter: jobs of the front, announcements of the aggregator, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from balance_core.wire import WireError
from balance_slack.announcement import Announcement, is_announcement, read_announcement
from balance_slack.commands import Ask
from balance_slack.job import Job, JobKind, read_job
from tests.schemas import EVENTS, problems

CORRELATION_ID = "9f2c4e1ab07d3c55"
JOB = Job(
    kind=JobKind.SHARE,
    request=Ask(("USD",)).to_wire(CORRELATION_ID),
    request_key="ab" * 32,
    team_id="T0123456789",
    user_id="U0123456789",
    channel_id="C0123456789",
    response_url="https://hooks.slack.com/commands/T0/1/canary",
    trigger_id="1.2.canary",
    notice="Nothing was asked.",
)
# What each kind needs beside what every job needs.
NEEDED = {
    JobKind.ANSWER: {"response_url", "channel_id"},
    JobKind.REFRESH: {"response_url", "channel_id"},
    JobKind.SHARE: {"response_url", "channel_id"},
    JobKind.DETAILS: {"trigger_id"},
    JobKind.HELP: {"trigger_id"},
    JobKind.HOME: set(),
    JobKind.HOME_REFRESH: set(),
    JobKind.NOTICE: {"notice"},
}


def example(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(Path(EVENTS, "slack-reporter", name).read_text(encoding="utf-8"))
    return event


class TestAJob:
    def test_survives_the_wire(self) -> None:
        assert problems("slack-job", JOB.to_wire()) == []
        assert read_job(json.loads(json.dumps(JOB.to_wire()))) == JOB
        assert JOB.correlation_id == CORRELATION_ID

    def test_is_read_from_the_example_event(self) -> None:
        assert read_job(example("answer-command.json")).correlation_id == CORRELATION_ID

    @pytest.mark.parametrize("kind", JobKind)
    @pytest.mark.parametrize("name", ["response_url", "channel_id", "trigger_id", "notice"])
    def test_needs_what_its_kind_needs(self, kind: JobKind, name: str) -> None:
        wire = {**JOB.to_wire(), "kind": kind.value, name: None}
        if name in NEEDED[kind]:
            assert problems("slack-job", wire) != []
            with pytest.raises(WireError) as caught:
                read_job(wire)
            assert (caught.value.path, kind.value in str(caught.value)) == (f"$.{name}", True)
        else:
            assert problems("slack-job", wire) == []
            assert read_job(wire).to_wire() == wire

    def test_does_not_print_its_response_url(self) -> None:
        assert "canary" not in repr(JOB)

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"version": 2}, "$.version"),
            ({"version": None}, "$.version"),
            ({"kind": "other"}, "$.kind"),
            ({"kind": "ANSWER"}, "$.kind"),
            ({"kind": None}, "$.kind"),
            ({"team_id": None}, "$.team_id"),
            ({"team_id": "T" * 65}, "$.team_id"),
            ({"user_id": ""}, "$.user_id"),
            ({"user_id": 5}, "$.user_id"),
            ({"channel_id": ["C1"]}, "$.channel_id"),
            ({"channel_id": "C" * 65}, "$.channel_id"),
            ({"trigger_id": "1" * 301}, "$.trigger_id"),
            ({"notice": "n" * 3001}, "$.notice"),
            ({"notice": ""}, "$.notice"),
            ({"response_url": "ftp://hooks.slack.com/canary"}, "$.response_url"),
            ({"response_url": "https://hooks.slack.com/canary\n"}, "$.response_url"),
            ({"request": None}, "$.request"),
            ({"request": []}, "$.request"),
            ({"request": {}}, "$.request.correlation_id"),
            ({"request": {"correlation_id": 5}}, "$.request.correlation_id"),
            ({"response_url": None}, "$.response_url"),
            ({"response_url": ""}, "$.response_url"),
            ({"response_url": "https://" + "x" * 2000}, "$.response_url"),
            ({"request_key": "AB" * 32}, "$.request_key"),
            ({"request_key": 5}, "$.request_key"),
            ({"more": 1}, "$"),
        ],
    )
    def test_that_is_malformed_is_refused_with_the_place(self, change: dict[str, object], path: str) -> None:
        with pytest.raises(WireError) as caught:
            read_job({**JOB.to_wire(), **change})
        assert caught.value.path == path
        assert "canary" not in str(caught.value)

    @pytest.mark.parametrize("event", [None, [], "text", 5])
    def test_must_be_an_object(self, event: object) -> None:
        with pytest.raises(WireError):
            read_job(event)


class TestAnAnnouncement:
    def test_is_read_from_the_example_event(self) -> None:
        event = example("balances-collected.json")
        assert is_announcement(event)
        assert read_announcement(event) == Announcement(event["id"], CORRELATION_ID)

    def test_is_no_job(self) -> None:
        assert not is_announcement(JOB.to_wire())
        assert not is_announcement(None)

    @pytest.mark.parametrize(
        "change",
        [
            {"source": "aws.events"},
            {"detail-type": "Scheduled Event"},
            {"detail": None},
            {"detail": {"version": 2, "correlation_id": CORRELATION_ID}},
            {"detail": {"version": 1}},
            {"id": None},
        ],
    )
    def test_of_anything_else_is_refused(self, change: dict[str, object]) -> None:
        with pytest.raises(WireError):
            read_announcement({**example("balances-collected.json"), **change})
