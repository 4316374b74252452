"""The job that the front hands to the reporter: a command, a pressed button or an opened Home tab, already allowed.

Written down in events/schema/slack-job.v1.json.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from balance_core.question import repeated
from balance_core.wire import Node, WireError

VERSION = 1
_FIELDS = frozenset(
    {"version", "kind", "request_key", "request", "response_url", "trigger_id", "team_id", "channel_id", "user_id"}
    | {"notice"}
)
_REQUEST_KEY = re.compile(r"[0-9a-f]{64}")
_URL = re.compile(r"https?://[!-~]+")
_MOST_URL_CHARACTERS = 2000
_MOST_ID_CHARACTERS = 64
_MOST_TRIGGER_CHARACTERS = 300
_MOST_NOTICE_CHARACTERS = 3000


class JobKind(StrEnum):
    """What is to be done; the values are the words on the wire."""

    ANSWER = "answer_command"
    REFRESH = "refresh_answer"
    SHARE = "share_answer"
    DETAILS = "open_details"
    HELP = "open_help"
    HOME = "show_home"
    HOME_REFRESH = "refresh_home"
    NOTICE = "deliver_notice"


_NEEDED: Mapping[JobKind, tuple[str, ...]] = {
    JobKind.ANSWER: ("response_url", "channel_id"),
    JobKind.REFRESH: ("response_url", "channel_id"),
    JobKind.SHARE: ("response_url", "channel_id"),
    JobKind.DETAILS: ("trigger_id",),
    JobKind.HELP: ("trigger_id",),
    JobKind.HOME: (),
    JobKind.HOME_REFRESH: (),
    JobKind.NOTICE: ("notice",),
}


@dataclass(frozen=True, slots=True)
class Job:
    """`request` is the aggregator's, with its correlation id; `request_key` tells a replay from a new request.

    `channel_id` is None on the Home tab. `notice` is mrkdwn, ready to be shown. Whoever has `response_url` may post as
    the bot for 30 minutes, and a `trigger_id` opens a dialog, so printing leaves both out.
    """

    kind: JobKind
    request: Mapping[str, object]
    request_key: str
    team_id: str
    user_id: str
    channel_id: str | None = None
    response_url: str | None = field(default=None, repr=False)
    trigger_id: str | None = field(default=None, repr=False)
    notice: str | None = None

    @property
    def correlation_id(self) -> str:
        """The id that the request carries to every function and provider."""
        return str(self.request["correlation_id"])

    def to_wire(self) -> dict[str, object]:
        """The payload of the reporter's function."""
        return {
            "version": VERSION,
            "kind": self.kind.value,
            "request_key": self.request_key,
            "request": dict(self.request),
            "response_url": self.response_url,
            "trigger_id": self.trigger_id,
            "team_id": self.team_id,
            "channel_id": self.channel_id,
            "user_id": self.user_id,
            "notice": self.notice,
        }


def read_job(event: object) -> Job:
    """Read the payload. Raises WireError; the request itself is left to the aggregator, which answers what is wrong."""
    node = Node(event)
    for name in node.members():
        if name not in _FIELDS:
            raise WireError(node.path, f"has a field that no job has: {repeated(name)}")
    if node.get("version").value != VERSION:
        raise WireError(f"{node.path}.version", f"must be {VERSION}: deploy all functions together")
    key = node.get("request_key")
    if not _REQUEST_KEY.fullmatch(key.text()):
        raise WireError(key.path, "must be 64 hexadecimal characters")
    request = node.get("request")
    request.get("correlation_id").text(64)
    job = Job(
        kind=_kind(node.get("kind")),
        request={name: member.value for name, member in request.members().items()},
        request_key=key.text(),
        team_id=node.get("team_id").text(_MOST_ID_CHARACTERS),
        user_id=node.get("user_id").text(_MOST_ID_CHARACTERS),
        channel_id=_optional(node.optional("channel_id"), _MOST_ID_CHARACTERS),
        response_url=_optional(node.optional("response_url"), _MOST_URL_CHARACTERS),
        trigger_id=_optional(node.optional("trigger_id"), _MOST_TRIGGER_CHARACTERS),
        notice=_optional(node.optional("notice"), _MOST_NOTICE_CHARACTERS),
    )
    for name in _NEEDED[job.kind]:
        if getattr(job, name) is None:
            raise WireError(f"{node.path}.{name}", f"is missing, and {job.kind} needs it")
    if job.response_url is not None and not _URL.fullmatch(job.response_url):
        raise WireError(f"{node.path}.response_url", "must be a URL")
    return job


def _kind(node: Node) -> JobKind:
    try:
        return JobKind(node.text())
    except ValueError as exc:
        raise WireError(node.path, "is no kind of job here: deploy all functions together") from exc


def _optional(node: Node | None, most: int) -> str | None:
    return None if node is None else node.text(most)
