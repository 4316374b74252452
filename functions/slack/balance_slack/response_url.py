"""A command's response_url: five messages in 30 minutes, seen only by the person who asked.

slack_sdk's WebhookClient follows redirects and cannot be told not to, so it is not used here.
"""

import re
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from urllib.request import HTTPErrorProcessor, ProxyHandler, Request, build_opener

from balance_core.wire import WireError, dumps, loads
from balance_slack.delivery import TIMEOUT_SECONDS, DeliveryError, refusal, unreachable

_MOST_ANSWER_BYTES = 10_000
_VISIBLE = re.compile(r"[\x21-\x7e]+")


class _AsItCame(HTTPErrorProcessor):
    """No exception for a 4xx or 5xx, and no second request for a redirect."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002 - urllib's name
        return response

    https_response = http_response


class ResponseUrl:
    """Where one answer goes. Whoever has the URL may post as the bot, so it is neither printed nor logged."""

    def __init__(self, url: str, origin: str) -> None:
        """Raises DeliveryError when `url` does not lead to `origin` (such as https://hooks.slack.com)."""
        if not url.startswith(f"{origin}/") or not _VISIBLE.fullmatch(url):
            raise DeliveryError(f"the response_url does not lead to {origin}: nothing is sent elsewhere")
        self._url = url

    def post(self, message: Mapping[str, object]) -> None:
        """Send an ephemeral message. Raises DeliveryError."""
        body = dumps({"response_type": "ephemeral", **message})
        request = Request(self._url, body, {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310 - see above
        try:
            # Without a proxy of its own the opener would take the environment's.
            with build_opener(ProxyHandler({}), _AsItCame()).open(request, timeout=TIMEOUT_SECONDS) as response:
                status, answer = response.status, response.read(_MOST_ANSWER_BYTES)
        except (OSError, HTTPException) as exc:
            raise unreachable(exc) from exc
        is_ok, error = _read(answer)
        if not is_ok or not 200 <= status < 300:
            raise refusal(status, error)


def _read(answer: bytes) -> tuple[bool, object]:
    """Slack answers `ok` or an error word as plain text, or {"ok": ..., "error": ...}; anything else is not Slack."""
    try:
        value = loads(answer).value
    except WireError:
        text = answer.decode("utf-8", "replace").strip()
        return text in ("", "ok"), text
    fields = value if isinstance(value, dict) else {}
    return fields.get("ok") is not False, fields.get("error")
