"""The two calls that tell whether Slack and the stack know each other: auth.test, and a POST that nobody signed."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.deployment.check import NotGatheredError, unknown, wrong
from tests.deployment.clock import http_date

_TIMEOUT_SECONDS = 10
_ERROR_WORD = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True, slots=True)
class AuthTest:
    """Slack's answer to auth.test: `error` is its word when it refuses, `scopes` None when it names none.

    `slack_now` is what Slack's clock said at `now` of this machine.
    """

    error: str | None
    team_id: str
    enterprise_id: str
    scopes: frozenset[str] | None
    now: datetime
    slack_now: datetime | None


def auth_test(token: str, api_url: str) -> AuthTest:
    """Ask Slack whose token this is. Raises NotGatheredError."""
    try:
        reply = _post(api_url + "auth.test", {"Authorization": f"Bearer {token}"})
    except httpx.HTTPError as exc:
        finding = f"Slack could not be reached ({type(exc).__name__})"
        raise NotGatheredError(unknown("bot token", finding, "check this machine's way to the internet")) from exc
    try:
        document: dict[str, Any] = dict(reply.json())
    except (ValueError, TypeError) as exc:
        finding = f"Slack's answer is no JSON object (HTTP {reply.status_code})"
        raise NotGatheredError(unknown("bot token", finding, "look at https://slack-status.com, then again")) from exc
    error = str(document.get("error", "unknown_error"))
    scopes = reply.headers.get("x-oauth-scopes")
    return AuthTest(
        error=None if document.get("ok") is True else error if _ERROR_WORD.fullmatch(error) else "unknown_error",
        team_id=str(document.get("team_id") or ""),
        enterprise_id=str(document.get("enterprise_id") or ""),
        scopes=None if scopes is None else frozenset(scopes.replace(",", " ").split()),
        now=datetime.now(UTC),
        slack_now=http_date(reply.headers.get("date")),
    )


def unsigned_status(request_url: str) -> int:
    """The HTTP status with which the front refuses a request that nobody signed. Raises NotGatheredError."""
    try:
        return _post(request_url, {"Content-Type": "application/x-www-form-urlencoded"}).status_code
    except httpx.HTTPError as exc:
        finding = f"could not be reached ({type(exc).__name__})"
        remedy = "check this machine's way to the internet; if that is right, deploy again"
        raise NotGatheredError(wrong("request URL", finding, remedy)) from exc


def _post(url: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(url, headers=headers, content=b"unsigned=1", timeout=_TIMEOUT_SECONDS, follow_redirects=False)
