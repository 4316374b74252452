"""Targets: a pressed button and an opened Home tab, signed by Slack and therefore believed, but not in their types."""

from collections.abc import Mapping
from typing import Any

from balance_aggregator.request import read_request
from balance_core.wire import WireError, loads
from balance_slack import buttons
from balance_slack.access import AccessPolicy
from balance_slack.decisions import Decider
from balance_slack.home_event import read_home_opened
from balance_slack.interaction import read_press
from balance_slack.job import Job, JobKind, read_job
from tests.fuzz.finding import FindingError, require
from tests.fuzz.slack_input import NAMES, assert_harmless

_TEAM, _CHANNEL, _SHARED, _PERSON = "T0000OURS", "C00000ASK", "C0000SHARE", "U0000DANA"
_POLICY = AccessPolicy(
    frozenset({_TEAM}), frozenset({_CHANNEL, _SHARED}), frozenset({_PERSON}), share_channel_ids=frozenset({_SHARED})
)
_DECIDER = Decider(_POLICY, NAMES, "the treasury team")
_ACTIONS = {buttons.REFRESH, buttons.SHARE, buttons.DETAILS, buttons.HELP}
_REQUEST_KEY = "9f2c4e1ab07d3c55" * 4


def button(data: bytes) -> None:
    """A press: refused with WireError, or work only for whom we let in, where we let them, and else a notice."""
    body = _object(data)
    try:
        press = read_press(body)
    except WireError:
        return
    if press.action_id not in _ACTIONS:
        return
    job = _checked(_DECIDER.press(press, _REQUEST_KEY).job)
    if job.kind is JobKind.NOTICE:
        return
    team, own = body.get("team") or {}, body["user"].get("team_id")
    _require_ours(body["user"]["id"], team.get("id", own), team.get("enterprise_id") or body.get("enterprise"))
    require(own in (None, team.get("id"), team.get("enterprise_id"), _TEAM), "nobody of another workspace is let in")
    if body["container"]["type"] == "view":
        require(job.channel_id is None)
        require(job.kind is not JobKind.SHARE, "the Home tab is no channel in which to share")
    else:
        require(job.channel_id == body["channel"]["id"])
        require(job.channel_id == _SHARED or (job.channel_id == _CHANNEL and job.kind is not JobKind.SHARE))


def home(data: bytes) -> None:
    """An opened Home tab: refused with WireError, another tab, or work only for whom we let in, and else a notice."""
    body = _object(data)
    try:
        opened = read_home_opened(body)
    except WireError:
        return
    if opened and _checked(_DECIDER.home(opened, _REQUEST_KEY).job).kind is not JobKind.NOTICE:
        _require_ours(body["event"]["user"], body["team_id"], body.get("enterprise_id"))


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = loads(data).value
    except WireError:
        return {}
    return value if isinstance(value, dict) else {}


def _checked(job: Job | None) -> Job:
    """The job, which there always is: as the reporter and the aggregator read it, or refused before it is sent."""
    if job is None:
        raise FindingError("broken: a press is never met with silence")
    if job.kind is JobKind.NOTICE:
        for line in (job.notice or "").splitlines():
            assert_harmless(line)
    else:
        asked = read_request(dict(job.request), NAMES, "another")
        require(asked.question.correlation_id == job.correlation_id)
        require(asked.refresh == (job.kind in (JobKind.REFRESH, JobKind.HOME_REFRESH)))
    try:
        require(read_job(job.to_wire()) == job)
    except WireError as error:
        require(error.path.startswith("$."), "what Slack gets as a 400 names the part")
    return job


def _require_ours(person: object, team_id: object, organisation: Mapping[str, object] | object) -> None:
    named = organisation.get("id") if isinstance(organisation, Mapping) else organisation
    require(person == _PERSON, "nobody else is let in")
    require(_TEAM in (team_id, named), "no other workspace is let in")
