"""Every request that was sent, in the order in which the playground came to know of it."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from tests.local.simulators.exchange import Clock, ReceivedRequest, utc_now
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack_commands import FORM
from tests.local.simulators.slack_response_urls import PREFIXES

BOT = "bot"


@dataclass(frozen=True)
class LoggedRequest:
    """A request to the `service` (a provider, slack or bot), noticed at `noticed_at`."""

    number: int
    service: str
    noticed_at: datetime
    request: ReceivedRequest

    def to_wire(self) -> dict[str, object]:
        """For the page. Not masked, but for the path of a response URL, which is told by what it is."""
        path = self.request.path
        is_secret = path.startswith(PREFIXES)
        return {
            "id": str(self.number),
            "at": self.noticed_at.isoformat(),
            "service": self.service,
            "method": self.request.method,
            "path": "a response_url" if is_secret else path,
            "headers": dict(self.request.headers),
            "body": _readable(self.request),
        }


def _readable(request: ReceivedRequest) -> str:
    """The body as text; a form with one field to a line, so that what is secret in it has its own form again."""
    text = request.body.decode(errors="replace")
    if request.media_type != FORM:
        return text
    return "\n".join(f"{name} = {value}" for name, value in parse_qsl(text, keep_blank_values=True))


class WireLog:
    """Collects from the `servers` what they received; safe to use from several threads."""

    def __init__(self, servers: Mapping[str, SimulatorServer], clock: Clock = utc_now) -> None:
        self._servers = servers
        self._clock = clock
        self._lock = threading.Lock()
        self._seen = dict.fromkeys(servers, 0)
        self._entries: list[LoggedRequest] = []

    def add(self, request: ReceivedRequest) -> None:
        """Note a request that Slack made to the bot."""
        with self._lock:
            self._append(BOT, request)

    def notice(self) -> int:
        """Take what has arrived meanwhile; returns how many requests there are in all."""
        with self._lock:
            for name, server in self._servers.items():
                for request in server.requests[self._seen[name] :]:
                    self._seen[name] += 1
                    self._append(name, request)
            return len(self._entries)

    def last(self, count: int) -> Sequence[LoggedRequest]:
        """The newest `count` requests that were noticed, oldest first."""
        with self._lock:
            return self._entries[-count:]

    def _append(self, service: str, request: ReceivedRequest) -> None:
        self._entries.append(LoggedRequest(len(self._entries) + 1, service, self._clock(), request))
