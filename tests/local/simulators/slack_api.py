"""The methods of Slack's Web API that this project calls: HTTP 200 with {"ok":true,...} or {"ok":false,"error":"..."}.

As in docs.slack.dev, reference/methods: arguments come as JSON or, without nested values, as a form, and a header of
every answer lists the token's scopes.
"""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl

from tests.local.http_server import Request, Response
from tests.local.simulators.answers import Clock, RefusalError, json_answer
from tests.local.simulators.exact_json import parse_object, to_json
from tests.local.simulators.slack_messages import Messages
from tests.local.simulators.slack_triggers import Triggers
from tests.local.simulators.slack_views import Views

PREFIX = "/api/"
RATE_LIMITED = "ratelimited"
_SCOPES = "commands,chat:write"


class WebApi:
    """The methods of one workspace, for the one `bot_token`; see SlackSimulator."""

    def __init__(
        self,
        bot_token: str,
        channels: Collection[str],
        clock: Clock,
        *,
        messages: Messages,
        views: Views,
        triggers: Triggers,
    ) -> None:
        self._bot_token = bot_token
        self._channels = channels
        self._clock = clock
        self._messages = messages
        self._views = views
        self._triggers = triggers
        self._methods = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post_message,
            "views.open": self._open_view,
            "views.update": self._update_view,
            "views.publish": self._publish_view,
        }

    def answer(self, request: Request) -> Response:
        """Slack's answer to a call. Raises RefusalError."""
        parameters = _read_parameters(request)
        self._authenticate(request, parameters)
        method = self._methods.get(request.route.removeprefix(PREFIX))
        if method is None:
            raise RefusalError("unknown_method", f"this simulator knows only {', '.join(self._methods)}")
        document = {"ok": True, **method(parameters)}
        return json_answer(to_json(document).encode(), headers={"x-oauth-scopes": _SCOPES})

    def _authenticate(self, request: Request, parameters: Mapping[str, Any]) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or parameters.get("token")
        if not token:
            raise RefusalError("not_authed", "no token was sent")
        if token != self._bot_token:
            raise RefusalError("invalid_auth", "the token is not one of this workspace")

    def _auth_test(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "url": "https://example.slack.com/",
            "team": "Example",
            "user": "balance-bot",
            "team_id": "T0123456789",
            "user_id": "U0BALANCE00",
            "bot_id": "B0BALANCE00",
            "is_enterprise_install": False,
        }

    def _post_message(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        channel = parameters.get("channel")
        if channel not in self._channels:
            raise RefusalError("channel_not_found", f"the bot is not in {channel}")
        posted = self._messages.post(str(channel), parameters, self._clock())
        thread = {"thread_ts": posted.thread_ts} if posted.thread_ts else {}
        message = {"type": "message", "text": posted.text, "ts": posted.ts, **thread, "blocks": posted.blocks}
        return {"channel": channel, "ts": posted.ts, "message": message}

    def _open_view(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        user_id = self._triggers.exchange(parameters.get("trigger_id"), self._clock())
        return {"view": self._views.open(user_id, parameters.get("view"), self._clock()).to_json()}

    def _update_view(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        view_id, view, expected = (parameters.get(name) for name in ("view_id", "view", "hash"))
        return {"view": self._views.update(view_id, view, expected, self._clock()).to_json()}

    def _publish_view(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        user_id, view, expected = (parameters.get(name) for name in ("user_id", "view", "hash"))
        return {"view": self._views.publish(user_id, view, expected, self._clock()).to_json()}


def refused(error: RefusalError) -> Response:
    """The answer for a refusal, whose message has one reason per line."""
    document = {"ok": False, "error": error.code, "response_metadata": {"messages": error.message.split("\n")}}
    if error.code == RATE_LIMITED:
        return json_answer(to_json(document).encode(), 429, {"Retry-After": "1"})
    return json_answer(to_json(document).encode())


def read_json(request: Request, error: str) -> dict[str, Any]:
    """The JSON object in a body. Raises RefusalError with the code `error` when it is anything else."""
    try:
        return parse_object(request.body)
    except ValueError as exc:
        raise RefusalError(error, "the body is not a JSON object") from exc


def _read_parameters(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    if request.media_type == "application/json":
        return read_json(request, "invalid_json")
    return dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
