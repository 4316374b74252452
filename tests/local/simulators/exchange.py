"""One HTTP request as it arrived and one answer as it will be sent, both to the byte."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The machine's time, aware, in UTC: the clock of every simulator unless a test gives another."""
    return datetime.now(UTC)


class RefusalError(Exception):
    """A simulated service refuses: `code` and `message` are its own words, which its simulator puts into an answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class ReceivedRequest:
    """A request whose `path` keeps its query string, whose header names are lower case and whose body is exact."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def route(self) -> str:
        """The path without the query string."""
        return self.path.partition("?")[0]

    @property
    def media_type(self) -> str:
        """Content-Type without its parameters, lower case; empty when there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Answer:
    """What the server sends; Content-Length is added by the server."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer whose body is JSON text already encoded."""
    return Answer(status, body, {"Content-Type": "application/json;charset=UTF-8", **(headers or {})})


def html_answer(status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """A page as load balancers and web servers write it, for refusals that come before any provider's own code."""
    title = f"{status} {HTTPStatus(status).phrase}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Answer(status, page.encode(), {"Content-Type": "text/html", **(headers or {})})


def misdirected(request: ReceivedRequest, path: str) -> Answer | None:
    """The web server's own refusal of a request that is not a POST of JSON to `path`; None when it is."""
    if request.route != path:
        return html_answer(404)
    if request.method != "POST":
        return html_answer(405, {"Allow": "POST"})
    if request.media_type != "application/json":
        return html_answer(415)
    return None
