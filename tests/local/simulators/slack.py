"""Slack as this project meets it: slash commands go out, response_url posts and Web API calls come in.

It refuses what Slack refuses and with Slack's words: a response_url answers in plain text with HTTP 400 (with 404 and
JSON when the URL is used up or old), the Web API answers HTTP 200 with {"ok":false,"error":"..."}.
"""

import secrets
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from tests.local.simulators.documents import parse_json, parse_object, to_json
from tests.local.simulators.exchange import Answer, Clock, ReceivedRequest, RefusalError, json_answer, utc_now
from tests.local.simulators.faults import FAULTS, Fault, FaultName
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack_commands import SlashCommand
from tests.local.simulators.slack_limits import refusal
from tests.local.simulators.slack_response_urls import PREFIX, ResponseUrls

_API = "/api/"
_RATE_LIMITED = "ratelimited"


@dataclass(frozen=True)
class DeliveredMessage:
    """A message that people see. `destination` is the channel id or the whole response_url."""

    destination: str
    payload: Mapping[str, Any]
    delivered_at: datetime

    @property
    def text(self) -> str:
        """The top-level text."""
        return str(self.payload["text"])

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The blocks; empty when the message has none."""
        return list(self.payload.get("blocks") or [])


class SlackSimulator(SimulatorServer):
    """`channels` are those that the bot was invited to; `bot_token` is the only one that the Web API takes.

    While `refuses_blocks` is true every message with blocks gets `invalid_blocks`.
    """

    known_faults = FAULTS.keys() - {FaultName.LIE}
    codes_of_faults: ClassVar[Mapping[FaultName, tuple[str, str]]] = {
        FaultName.SYSTEM_ERROR: ("internal_error", ""),
        FaultName.RATE_LIMITED: (_RATE_LIMITED, ""),
    }

    def __init__(self, bot_token: str, channels: Collection[str] = ("C0123456789",), clock: Clock = utc_now) -> None:
        super().__init__()
        self.refuses_blocks = False
        self._bot_token = bot_token
        self._channels = channels
        self._clock = clock
        self._response_urls = ResponseUrls()
        self._delivery = threading.Condition()
        self._messages: list[DeliveredMessage] = []
        self._methods = {"auth.test": self._auth_test, "chat.postMessage": self._post_message}

    @property
    def api_url(self) -> str:
        """The base of the Web API, with the slash at its end, as slack_sdk wants it."""
        return self.url + _API

    @property
    def messages(self) -> list[DeliveredMessage]:
        """Every message that was taken, oldest first."""
        with self._delivery:
            return list(self._messages)

    def wait_for_message(self, number: int, timeout_seconds: float = 10.0) -> DeliveredMessage:
        """Wait for the message with this number, counted from 1. Raises TimeoutError."""
        with self._delivery:
            if not self._delivery.wait_for(lambda: len(self._messages) >= number, timeout_seconds):
                raise TimeoutError(f"{len(self._messages)} messages came in {timeout_seconds} s, not {number}")
            return self._messages[number - 1]

    def new_command(self, text: str, **changes: str) -> SlashCommand:
        """A command with a response_url and a trigger_id of its own; `changes` are other fields of SlashCommand."""
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        command = replace(SlashCommand(text, "", trigger_id), **changes)
        return replace(command, response_url=self.url + self._response_urls.new_path(command.team_id, self._clock()))

    def answer(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        if request.route.startswith(PREFIX):
            return self._answer_response_url(request, fault)
        if request.route.startswith(_API):
            return self._answer_api(request, fault)
        return Answer(404, b"no_such_path", {"Content-Type": "text/plain"})

    def _answer_response_url(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        problem = self._response_urls.problem(request.route, self._clock())
        if problem:
            return json_answer(to_json({"ok": False, "error": problem}).encode(), status=404)
        try:
            self.refuse_if(fault)
            self._deliver(self.url + request.route, _read_json(request, "invalid_payload"))
        except RefusalError as error:
            status = {"internal_error": 500, _RATE_LIMITED: 429}.get(error.code, 400)
            return Answer(status, error.code.encode(), {"Content-Type": "text/plain"})
        self._response_urls.count(request.route)
        return Answer(200, b"ok", {"Content-Type": "text/plain"})

    def _answer_api(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        try:
            self.refuse_if(fault)
            parameters = _read_parameters(request)
            self._authenticate(request, parameters)
            method = self._methods.get(request.route.removeprefix(_API), _unknown_method)
            document = {"ok": True, **method(parameters)}
        except RefusalError as error:
            document = {"ok": False, "error": error.code, "response_metadata": {"messages": [error.message]}}
            if error.code == _RATE_LIMITED:
                return json_answer(to_json(document).encode(), 429, {"Retry-After": "1"})
        return json_answer(to_json(document).encode())

    def _authenticate(self, request: ReceivedRequest, parameters: Mapping[str, Any]) -> None:
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
        number = self._deliver(str(channel), parameters)
        ts = f"{int(self._clock().timestamp())}.{number:06}"
        message = {"type": "message", "text": parameters["text"], "ts": ts, "blocks": parameters.get("blocks") or []}
        return {"channel": channel, "ts": ts, "message": message}

    def _deliver(self, destination: str, payload: Mapping[str, Any]) -> int:
        refused = refusal(payload)
        if refused is None and self.refuses_blocks and payload.get("blocks"):
            refused = ("invalid_blocks", ["this simulator was told to refuse blocks"])
        if refused:
            code, reasons = refused
            raise RefusalError(code, "; ".join(reasons))
        with self._delivery:
            self._messages.append(DeliveredMessage(destination, payload, self._clock()))
            self._delivery.notify_all()
            return len(self._messages)


def _unknown_method(_: Mapping[str, Any]) -> dict[str, Any]:
    raise RefusalError("unknown_method", "this simulator knows auth.test and chat.postMessage")


def _read_json(request: ReceivedRequest, error: str) -> dict[str, Any]:
    try:
        return parse_object(request.body)
    except ValueError as exc:
        raise RefusalError(error, "the body is not a JSON object") from exc


def _read_parameters(request: ReceivedRequest) -> dict[str, Any]:
    """Parameters of a Web API call from a JSON body or from a form, in which `blocks` is JSON text."""
    if not request.body:
        return {}
    if request.media_type == "application/json":
        return _read_json(request, "invalid_json")
    parameters: dict[str, Any] = dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
    if "blocks" in parameters:
        try:
            parameters["blocks"] = parse_json(parameters["blocks"])
        except ValueError as exc:
            raise RefusalError("invalid_blocks_format", "blocks is not JSON") from exc
    return parameters
