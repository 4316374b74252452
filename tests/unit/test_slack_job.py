"""The job that the front hands to the reporter, and the event that starts a digest."""

import json
from typing import Any

import msgspec
import pytest

from balance_core.contract import ContractError, convert
from balance_slack.job import IncompleteJobError, Job, JobKind
from tests.schemas import EVENTS, problems

REQUIRED = {
    JobKind.ANSWER: {"response_url", "channel_id"},
    JobKind.REFRESH: {"response_url", "channel_id"},
    JobKind.SHARE: {"response_url", "channel_id"},
    JobKind.DETAILS: {"trigger_id"},
    JobKind.HELP: {"trigger_id"},
    JobKind.HOME: set(),
    JobKind.HOME_REFRESH: set(),
    JobKind.HISTORY: {"response_url", "channel_id"},
    JobKind.HISTORY_REPLACED: {"response_url", "channel_id"},
    JobKind.WHY: {"response_url", "channel_id"},
    JobKind.EXPORT: {"response_url", "channel_id"},
    JobKind.WHO: {"response_url", "channel_id"},
    JobKind.RULES: {"response_url", "channel_id"},
    JobKind.RULE_FORM: {"trigger_id", "watch"},
    JobKind.RULE_PREVIEW: {"watch"},
    JobKind.RULE_SAVE: {"watch"},
    JobKind.RULE_REMOVE: {"response_url", "watch"},
    JobKind.TAKE_FORM: {"trigger_id", "watch"},
    JobKind.SNOOZE_FORM: {"trigger_id", "watch"},
    JobKind.PRESS: {"watch"},
    JobKind.ALERT_DETAILS: {"trigger_id", "watch"},
    JobKind.REFUSED: set(),
    JobKind.NOTICE: {"notice"},
}


def example(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / "slack-reporter" / f"{name}.json").read_text(encoding="utf-8"))
    return event


COMPLETE = {
    **example("share-answer"),
    "response_url": "https://hooks.slack.com/commands/T0/1/canary",
    "trigger_id": "1.2.canary",
    "notice": "Nothing was asked.",
    "watch": {"rule": "php"},
}


def test_a_job_is_the_same_after_it_was_sent() -> None:
    job = convert(COMPLETE, Job)
    assert msgspec.json.decode(msgspec.json.encode(job), type=Job) == job
    assert problems("slack-job", msgspec.to_builtins(job)) == []
    assert job.correlation_id == COMPLETE["request"]["correlation_id"]


@pytest.mark.parametrize("kind", JobKind)
@pytest.mark.parametrize("field", ["response_url", "channel_id", "trigger_id", "notice", "watch"])
def test_a_job_requires_the_fields_that_its_kind_needs(kind: JobKind, field: str) -> None:
    members = {**COMPLETE, "kind": kind.value, field: None}
    if field not in REQUIRED[kind]:
        assert convert(members, Job).kind is kind
        return
    with pytest.raises(ContractError, match="Job does not follow its contract"):
        convert(members, Job)


def test_a_job_that_the_front_makes_is_checked_at_once() -> None:
    job = convert(COMPLETE, Job)
    with pytest.raises(IncompleteJobError, match="response_url is missing"):
        msgspec.structs.replace(job, response_url=None)


def test_printing_a_job_shows_no_response_url_and_no_trigger_id() -> None:
    assert repr(convert(COMPLETE, Job)) == f"Job(share_answer, {COMPLETE['request']['correlation_id']})"


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2}, {"kind": "other"}, {"team_id": None}, {"team_id": "T" * 65}, {"user_id": ""}, {"more": 1},
        {"channel_id": ["C1"]}, {"trigger_id": "1" * 301}, {"notice": "n" * 3001}, {"request_key": "AB" * 32},
        {"response_url": "ftp://hooks.slack.com/canary"}, {"response_url": "https://hooks.slack.com/canary\n"},
        {"response_url": "https://" + "x" * 2000}, {"request": []}, {"request": {"correlation_id": 5}},
        {"month": "2026-13"}, {"month": "1999-01"}, {"zone": ""}, {"reference": "a/b"},
    ],
)  # fmt: skip
def test_a_malformed_job_is_refused_without_quoting_it(change: dict[str, object]) -> None:
    with pytest.raises(ContractError) as caught:
        convert({**COMPLETE, **change}, Job)
    assert "canary" not in str(caught.value)
