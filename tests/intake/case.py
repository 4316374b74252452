"""One spoiled request: what is signed, and what is done to it afterwards."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.local.company import SIGNING_SECRET
from tests.local.simulators.slack_commands import sign

TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
# A header's value, its several values, or None for none; {timestamp} and {signature} stand for the right ones.
HeaderValue = str | Sequence[str] | None


@dataclass(frozen=True)
class HttpRequest:
    """One request as it goes over the wire; a header may come twice."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True)
class Case:
    """How a good command is spoiled: `write` makes the body that is signed, `tamper` what is sent in its place."""

    name: str
    statuses: Collection[int]
    write: Callable[[bytes], bytes] = bytes
    tamper: Callable[[bytes], bytes] = bytes
    headers: Mapping[str, HeaderValue] = field(default_factory=dict)
    method: str = "POST"
    target: str = "/"
    age: timedelta = timedelta()
    secret: str = SIGNING_SECRET

    def request(self, command: bytes, now: datetime) -> HttpRequest:
        """The spoiled request of the body of a good command."""
        signed = self.write(command)
        timestamp = str(int((now - self.age).timestamp()))
        right = {"timestamp": timestamp, "signature": sign(self.secret, timestamp, signed)}
        headers: dict[str, HeaderValue] = {
            "Content-Type": "application/x-www-form-urlencoded",
            TIMESTAMP: "{timestamp}",
            SIGNATURE: "{signature}",
            **self.headers,
        }
        lines = [
            (name, value.format(**right))
            for name, values in headers.items()
            for value in ([values] if isinstance(values, str) else values or [])
        ]
        return HttpRequest(self.method, self.target, lines, self.tamper(signed))
