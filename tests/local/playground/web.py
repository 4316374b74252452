"""The playground's HTTP server: the files of the page, the state as JSON, and the actions.

Only this machine can use it. It listens on 127.0.0.1, accepts no other name in `Host` (against DNS rebinding), and
performs actions only for its own page, which it recognises by `Origin`.
"""

import threading
from collections.abc import Mapping
from pathlib import Path

from tests.local.http_server import HttpService, Request, Response
from tests.local.playground.actions import perform
from tests.local.playground.controller import Controller, NotAcknowledgedError
from tests.local.playground.masking import Mask
from tests.local.simulators.exact_json import to_json

_FILES: Mapping[str, tuple[str, str]] = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
}
_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    # The page loads nothing from elsewhere, even if a message asks for it.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_LONGEST_WAIT_SECONDS = 25.0
_POLL_SECONDS = 0.1


class PlaygroundServer(HttpService):
    """Serves `page`, the folder of the built page, and the API of `controller`, from construction until `close`.

    Everything that it sends is masked. Raises OSError when `port` is taken; 0 lets the system choose.
    """

    def __init__(self, controller: Controller, mask: Mask, page: Path, port: int = 0) -> None:
        self._controller, self._mask, self._page = controller, mask, page
        self._closing = threading.Event()
        super().__init__(port)
        self._hosts = (self.address, self.address.replace("127.0.0.1", "localhost"))

    def close(self) -> None:
        """Stop serving, after answering a page that waits for a change."""
        self._closing.set()
        super().close()

    def answer(self, request: Request) -> Response:
        if request.headers.get("host") not in self._hosts:
            return self._json(421, {"error": f"only {self.url} is served here"})
        path = request.route
        if request.method == "POST" and path.startswith("/api/"):
            return self._perform(request, path.removeprefix("/api/"))
        if request.method not in ("GET", "HEAD"):
            return self._json(405, {"error": f"{request.method} is not allowed"}, {"Allow": "GET, HEAD"})
        if path == "/api/state":
            return self._state(request.query.get("user", ""))
        if path == "/api/changes":
            return self._wait(request.query.get("since", ""))
        return self._file(path)

    def _perform(self, request: Request, action: str) -> Response:
        if request.headers.get("origin") != f"http://{request.headers['host']}":
            return self._json(403, {"error": "only the playground's own page may perform actions"})
        if request.media_type != "application/json":
            return self._json(415, {"error": "send JSON"})
        try:
            perform(self._controller, action, request.body)
        except ValueError as error:
            return self._json(400, {"error": str(error)})
        except NotAcknowledgedError as error:
            return self._json(502, {"error": f"The bot did not acknowledge Slack's request ({error})."})
        return self._json(200, {})

    def _state(self, user_id: str) -> Response:
        try:
            return self._json(200, self._controller.seen_by(user_id))
        except ValueError as error:
            return self._json(404, {"error": str(error)})

    def _wait(self, revision: str) -> Response:
        for _ in range(round(_LONGEST_WAIT_SECONDS / _POLL_SECONDS)):
            if self._controller.revision != revision or self._closing.wait(_POLL_SECONDS):
                break
        return self._json(200, {})

    def _file(self, path: str) -> Response:
        if path not in _FILES:
            return self._json(404, {"error": f"there is no {path}"})
        name, media_type = _FILES[path]
        return Response(200, (self._page / name).read_bytes(), {**_HEADERS, "Content-Type": media_type})

    def _json(self, status: int, document: object, headers: Mapping[str, str] | None = None) -> Response:
        body = self._mask.mask(to_json(document)).encode()
        return Response(status, body, {**_HEADERS, "Content-Type": "application/json", **(headers or {})})
