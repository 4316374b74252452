"""What simulated services have in common: refusals in their own words, and ready-made responses."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from tests.local.http_server import Request, Response

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The machine's time, aware, in UTC: the clock of every simulator unless a test passes another."""
    return datetime.now(UTC)


class RefusalError(Exception):
    """A simulated service refuses a request; `code` and `message` are the service's own, for its simulator to send."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def json_answer(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response whose body is JSON text that is already encoded."""
    return Response(status, body, {"Content-Type": "application/json;charset=UTF-8", **(headers or {})})


def html_answer(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The page of a load balancer or web server, for refusals that never reach the service itself."""
    title = f"{status} {HTTPStatus(status).phrase}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Response(status, page.encode(), {"Content-Type": "text/html", **(headers or {})})


def misrouted(request: Request, path: str, method: str = "POST") -> Response | None:
    """The web server's refusal of a request for another path or method, or of a POST that is not JSON; else None."""
    if request.route != path:
        return html_answer(404)
    if request.method != method:
        return html_answer(405, {"Allow": method})
    if method == "POST" and request.media_type != "application/json":
        return html_answer(415)
    return None
