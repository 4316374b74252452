"""Every request that was sent, in the order in which the playground noticed it."""

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from tests.local.http_server import Request
from tests.local.playground.masking import MASKED, is_secret_header
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack_commands import FORM
from tests.local.simulators.slack_response_urls import PREFIXES

BOT = "bot"


class RequestLog:
    """Collects the requests that the `servers` received; safe to use from several threads."""

    def __init__(self, servers: Mapping[str, SimulatorServer]) -> None:
        self._servers = servers
        self._lock = threading.Lock()
        self._seen = dict.fromkeys(servers, 0)
        self._entries: list[Mapping[str, object]] = []

    def add(self, request: Request) -> None:
        """Log a request from Slack to the bot."""
        with self._lock:
            self._append(BOT, request)

    def collect(self) -> int:
        """Log the requests that have arrived since the last call; returns the number of all requests."""
        with self._lock:
            for name, server in self._servers.items():
                for request in server.requests[self._seen[name] :]:
                    self._seen[name] += 1
                    self._append(name, request)
            return len(self._entries)

    def last(self, count: int) -> Sequence[Mapping[str, object]]:
        """The newest `count` requests, oldest first, for the page. Only response URLs and headers are masked yet."""
        with self._lock:
            return self._entries[-count:]

    def _append(self, service: str, request: Request) -> None:
        headers = {name: MASKED if is_secret_header(name) else value for name, value in request.headers.items()}
        self._entries.append(
            {
                "id": str(len(self._entries) + 1),
                "at": datetime.now(UTC).isoformat(),
                "service": service,
                "method": request.method,
                "path": "a response_url" if request.path.startswith(PREFIXES) else request.path,
                "headers": headers,
                "body": _readable(request),
            }
        )


def _readable(request: Request) -> str:
    """The body as text. A form is decoded, one field per line, so that secrets in it can be recognised."""
    text = request.body.decode(errors="replace")
    if request.media_type != FORM:
        return text
    return "\n".join(f"{name} = {value}" for name, value in parse_qsl(text, keep_blank_values=True))
