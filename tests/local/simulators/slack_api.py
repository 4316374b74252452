"""The methods of Slack's Web API that this project calls: HTTP 200 with {"ok":true,...} or {"ok":false,"error":"..."}.

As in docs.slack.dev, reference/methods: arguments come as JSON or, without nested values, as a form, and a header of
every answer lists the token's scopes.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
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
_SCOPES = ("commands", "chat:write", "files:write", "im:write")
_HISTORY_SCOPES = ("channels:history", "groups:history")
_SCOPE_OF = {
    "conversations.history": "channels:history",
    "conversations.open": "im:write",
    "conversations.replies": "channels:history",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
}
UPLOADS = "/upload/v1/"


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
        people: Collection[str] = (),
        may_look: bool = False,
    ) -> None:
        self.scopes: tuple[str, ...] = (*_SCOPES, *_HISTORY_SCOPES) if may_look else _SCOPES
        self.url = ""
        self.files = Files()
        self._bot_token = bot_token
        self._channels = channels
        self._clock = clock
        self._messages = messages
        self._views = views
        self._triggers = triggers
        self._people = people
        self.archived: set[str] = set()
        self._methods = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post_message,
            "chat.update": self._update_message,
            "conversations.history": self._read_messages,
            "conversations.open": self._open_conversation,
            "conversations.replies": self._read_messages,
            "files.getUploadURLExternal": self._new_upload,
            "files.completeUploadExternal": self._complete_upload,
            "views.open": self._open_view,
            "views.update": self._update_view,
            "views.publish": self._publish_view,
        }

    def answer(self, request: Request) -> Response:
        """Slack's answer to a call. Raises RefusalError."""
        parameters = _read_parameters(request)
        self._authenticate(request, parameters)
        name = request.route.removeprefix(PREFIX)
        if (scope := _SCOPE_OF.get(name)) and scope not in self.scopes:
            raise RefusalError("missing_scope", f"{name} needs {scope}")
        method = self._methods.get(name)
        if method is None:
            raise RefusalError("unknown_method", f"this simulator knows only {', '.join(self._methods)}")
        document = {"ok": True, **method(parameters)}
        return json_answer(to_json(document).encode(), headers={"x-oauth-scopes": ",".join(self.scopes)})

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
        if channel not in self._channels and channel not in self._people:
            raise RefusalError("channel_not_found", f"the bot is not in {channel}")
        if channel in self.archived:
            raise RefusalError("is_archived", f"{channel} is archived")
        posted = self._messages.post(str(channel), parameters, self._clock())
        thread = {"thread_ts": posted.thread_ts} if posted.thread_ts else {}
        message = {"type": "message", "text": posted.text, "ts": posted.ts, **thread, "blocks": posted.blocks}
        return {"channel": channel, "ts": posted.ts, "message": message}

    def _open_conversation(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": f"D{str(parameters['users'])[1:]}"}}

    def _new_upload(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        file_id = self.files.begin(str(parameters["filename"]), int(parameters["length"]))
        return {"file_id": file_id, "upload_url": f"{self.url}{UPLOADS}{file_id}"}

    def _complete_upload(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        channel = str(parameters.get("channel_id") or parameters.get("channels"))
        files = parameters["files"]
        uploaded = json.loads(files) if isinstance(files, str) else files
        return {"files": [self.files.share(each["id"], each["title"], channel) for each in uploaded]}

    def _update_message(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        channel, ts = str(parameters.get("channel")), str(parameters.get("ts"))
        if channel in self.archived:
            raise RefusalError("is_archived", f"{channel} is archived")
        return {"channel": channel, "ts": self._messages.update(channel, ts, parameters, self._clock()).ts}

    def _read_messages(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """All on one page. Metadata comes only where it is asked for."""
        with_metadata = str(parameters.get("include_all_metadata")).lower() in ("1", "true")
        found = self._messages.in_thread(str(parameters.get("channel")), parameters.get("ts"))
        return {
            "messages": [
                {"ts": each.ts, "text": each.text}
                | ({"metadata": each.payload["metadata"]} if with_metadata and "metadata" in each.payload else {})
                for each in reversed(found)
                if float(each.ts) >= float(parameters.get("oldest", 0))
            ]
        }

    def _open_view(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        trigger, now = self._triggers.exchange(parameters.get("trigger_id"), self._clock()), self._clock()
        return {"view": self._views.open(trigger.user_id, parameters.get("view"), now, trigger.channel_id).to_json()}

    def _update_view(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        names = ("view_id", "external_id", "view", "hash")
        view_id, external_id, view, expected = (parameters.get(name) for name in names)
        return {"view": self._views.update(view_id, external_id, view, expected, self._clock()).to_json()}

    def _publish_view(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        user_id, view, expected = (parameters.get(name) for name in ("user_id", "view", "hash"))
        return {"view": self._views.publish(user_id, view, expected, self._clock()).to_json()}


@dataclass(frozen=True)
class SharedFile:
    """A file that people see in a channel or a direct message."""

    name: str
    title: str
    channel_id: str
    content: bytes


class Files:
    """Uploads in three steps: an address, the content, and the channel."""

    def __init__(self) -> None:
        self.shared: list[SharedFile] = []
        self._announced: list[tuple[str, int]] = []
        self._contents: dict[str, bytes] = {}

    def begin(self, name: str, length: int) -> str:
        self._announced.append((name, length))
        return f"F{len(self._announced):010}"

    def receive(self, file_id: str, content: bytes) -> None:
        """Raises RefusalError unless the content has the length that was announced."""
        _, length = self._announced[int(file_id[1:]) - 1]
        if len(content) != length:
            raise RefusalError("invalid_length", f"{length} bytes were announced, {len(content)} came")
        self._contents[file_id] = content

    def share(self, file_id: str, title: str, channel_id: str) -> dict[str, Any]:
        name, _ = self._announced[int(file_id[1:]) - 1]
        self.shared.append(SharedFile(name, title, channel_id, self._contents[file_id]))
        return {"id": file_id, "title": title}


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
