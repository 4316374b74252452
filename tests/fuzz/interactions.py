"""Target: a body that Slack signed, so it is authentic, but its fields may have any type or be missing."""

import json
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from balance_slack.access import AccessPolicy
from balance_slack.front.decisions import Decider, Decision
from balance_slack.front.forms import decide_form
from balance_slack.front.payloads import (
    ButtonPress,
    Command,
    FormSubmitted,
    HomeOpened,
    Request,
    UrlCheck,
    read_payload,
)
from balance_slack.front.request import RequestRefusedError
from balance_slack.job import Button, IncompleteJobError, Job, JobKind
from tests.clock import NOW
from tests.fuzz.finding import require
from tests.fuzz.slack_input import NAMES, require_harmless

_TEAM, _CHANNEL, _SHARED, _PERSON = "T0000OURS", "C00000ASK", "C0000SHARE", "U0000DANA"
_POLICY = AccessPolicy(
    frozenset({_TEAM}), frozenset({_CHANNEL, _SHARED}), frozenset({_PERSON}), share_channel_ids=frozenset({_SHARED})
)
_DECIDER = Decider(_POLICY, NAMES, "the treasury team", "9f2c4e1ab07d3c55" * 4, "https://hooks.slack.com", NOW)
_KINDS = {
    Button.REFRESH.value: JobKind.REFRESH,
    Button.SHARE.value: JobKind.SHARE,
    Button.DETAILS.value: JobKind.DETAILS,
    Button.HELP.value: JobKind.HELP,
}


def payload(data: bytes) -> None:
    """A body is refused with 400 or 404, or is work for a person whom we allow where we allow it, or a notice."""
    text = data.decode("utf-8", "replace")
    try:
        request = read_payload(text)
    except RequestRefusedError as refused:
        require(refused.status in (400, 404))
        return
    if isinstance(request, UrlCheck):
        return
    try:
        decision = _DECIDER.refusal(request) or _decide(request)
    except IncompleteJobError:
        return
    if decision.reply:
        require_harmless(_without_our_channels(decision.reply))
    job = decision.job
    if job is None:
        return
    require(msgspec.json.decode(msgspec.json.encode(job), type=Job) == job, "the reporter reads the same job")
    if job.kind is JobKind.NOTICE:
        require_harmless(_without_our_channels(job.notice or ""))
        return
    _require_allowed(request, _raw(text))
    if job.channel_id is None:
        require(job.kind is not JobKind.SHARE, "nothing is shared on the Home tab")
    else:
        require(job.channel_id == _SHARED or (job.channel_id == _CHANNEL and job.kind is not JobKind.SHARE))


def _decide(request: Request) -> Decision:
    if isinstance(request, Command):
        return _DECIDER.command(request)
    if isinstance(request, HomeOpened):
        return _DECIDER.home(request)
    if isinstance(request, FormSubmitted):
        return Decision(job=decide_form(_DECIDER, request).job)
    kind = _KINDS.get(request.action_id)
    return _DECIDER.button(request, kind) if kind else Decision()


def _without_our_channels(text: str) -> str:
    """A refusal names the channels in which the person may ask."""
    return text.replace(f"<#{_CHANNEL}>", "").replace(f"<#{_SHARED}>", "")


def _raw(text: str) -> dict[str, Any]:
    """The body's fields, read without our own structs."""
    form = {} if text.startswith("{") else dict(parse_qsl(text, keep_blank_values=True))
    raw: dict[str, Any] = form if "command" in form else json.loads(form.get("payload", text))
    return raw


def _require_allowed(request: Request, raw: dict[str, Any]) -> None:
    if isinstance(request, ButtonPress | FormSubmitted):
        team, own = raw.get("team") or {}, raw["user"].get("team_id")
        organisation = team.get("enterprise_id") or (raw.get("enterprise") or {}).get("id")
        person, workspaces = raw["user"]["id"], (team.get("id", own), organisation)
        require(own in (None, team.get("id"), team.get("enterprise_id"), _TEAM), "nobody of another workspace gets in")
    else:
        person = raw["event"]["user"] if isinstance(request, HomeOpened) else raw["user_id"]
        workspaces = (raw["team_id"], raw.get("enterprise_id"))
    require(person == _PERSON, "nobody else gets in")
    require(_TEAM in workspaces, "no other workspace gets in")
