"""The job that the front hands to the reporter: answer one command."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from balance_core.question import repeated
from balance_core.wire import Node, WireError

VERSION = 1
KIND = "answer_command"
_FIELDS = frozenset({"version", "kind", "request", "response_url", "request_key"})
_REQUEST_KEY = re.compile(r"[0-9a-f]{64}")
_MOST_URL_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Job:
    """`request` is the aggregator's, with its correlation id; `request_key` tells a replay from a new command.

    Whoever has `response_url` may post as the bot for 30 minutes, so printing leaves it out.
    """

    request: Mapping[str, object]
    request_key: str
    response_url: str = field(repr=False)

    @property
    def correlation_id(self) -> str:
        """The id that the request carries to every function and provider."""
        return str(self.request["correlation_id"])

    def to_wire(self) -> dict[str, object]:
        """The payload of the reporter's function."""
        return {
            "version": VERSION,
            "kind": KIND,
            "request": dict(self.request),
            "response_url": self.response_url,
            "request_key": self.request_key,
        }


def read_job(event: object) -> Job:
    """Read the payload. Raises WireError; the request itself is left to the aggregator, which answers what is wrong."""
    node = Node(event)
    for name in node.members():
        if name not in _FIELDS:
            raise WireError(node.path, f"has a field that no job has: {repeated(name)}")
    for name, value in (("version", VERSION), ("kind", KIND)):
        if node.get(name).value != value:
            raise WireError(f"{node.path}.{name}", f"must be {value}: deploy all functions together")
    key = node.get("request_key")
    if not _REQUEST_KEY.fullmatch(key.text()):
        raise WireError(key.path, "must be 64 hexadecimal characters")
    request = node.get("request")
    request.get("correlation_id").text(64)
    return Job(
        request={name: member.value for name, member in request.members().items()},
        request_key=key.text(),
        response_url=node.get("response_url").text(_MOST_URL_CHARACTERS),
    )
