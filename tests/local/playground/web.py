"""The playground's HTTP server: the page's files, what a person sees as JSON, and what they do.

It answers only this machine: it listens on 127.0.0.1, takes no other name in `Host` (a foreign site's name may be made
to point here: DNS rebinding), and does something only for its own page, which `Origin` tells.
"""

import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.local.aws.loopback_http import LoopbackFront, Request, Response
from tests.local.playground.deeds import do
from tests.local.playground.masking import Mask
from tests.local.playground.scene import NotAcknowledgedError, Scene
from tests.local.playground.workspace import MEMBERS, member
from tests.local.simulators.documents import to_json

_FILES: Mapping[str, tuple[str, str]] = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
}
_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    # Nothing is loaded from anywhere else, whatever a message says.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_LONGEST_WAIT_SECONDS = 25.0
_LOOK_SECONDS = 0.1


class PlaygroundServer(LoopbackFront):
    """Serves `page`, the folder of the built page, before `scene`, from its construction until `close`.

    Everything that it sends goes through `mask`. Raises OSError when `port` is taken; 0 lets the system choose one.
    """

    def __init__(self, scene: Scene, mask: Mask, page: Path, port: int = 0) -> None:
        self._scene, self._mask, self._page = scene, mask, page
        self._closing = threading.Event()
        super().__init__(port)
        self._hosts = (self._server.address, self._server.address.replace("127.0.0.1", "localhost"))

    def close(self) -> None:
        """Stop serving; a page that waits for a change is answered before."""
        self._closing.set()
        super().close()

    def answer(self, request: Request) -> Response:
        if request.headers.get("Host") not in self._hosts:
            return self._json(421, {"error": f"this is {self.url} and nothing else"})
        path = urlsplit(request.target).path
        if request.method == "POST" and path.startswith("/api/"):
            return self._do(request, path.removeprefix("/api/"))
        if request.method not in ("GET", "HEAD"):
            return self._json(405, {"error": f"{request.method} {path} does nothing"}, {"Allow": "GET, HEAD"})
        if path == "/api/state":
            return self._state(_query(request, "user") or MEMBERS[0].id)
        if path == "/api/changes":
            return self._wait(_query(request, "since"))
        return self._file(path)

    def _do(self, request: Request, deed: str) -> Response:
        if request.headers.get("Origin") != f"http://{request.headers.get('Host')}":
            return self._json(403, {"error": "only the playground's own page may do something"})
        if request.headers.get_content_type() != "application/json":
            return self._json(415, {"error": "send JSON"})
        try:
            do(self._scene, deed, request.body)
        except ValueError as error:
            return self._json(400, {"error": str(error)})
        except NotAcknowledgedError as error:
            return self._json(502, {"error": f"Slack got no answer that it understands from the bot ({error})."})
        return self._json(200, {})

    def _state(self, user_id: str) -> Response:
        try:
            return self._json(200, self._scene.seen_by(member(user_id)))
        except ValueError as error:
            return self._json(404, {"error": str(error)})

    def _wait(self, revision: str) -> Response:
        for _ in range(round(_LONGEST_WAIT_SECONDS / _LOOK_SECONDS)):
            if self._scene.revision != revision or self._closing.wait(_LOOK_SECONDS):
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


def _query(request: Request, name: str) -> str:
    return parse_qs(urlsplit(request.target).query).get(name, [""])[0]
