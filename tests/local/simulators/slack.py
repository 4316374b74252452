"""Slack as this project uses it: it sends commands, pressed buttons and events, and receives messages and views.

It refuses what Slack refuses, in Slack's words: a response_url answers HTTP 400 with plain text (404 with JSON once the
URL is used up or expired), the Web API answers HTTP 200 with {"ok":false,"error":"..."}.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from tests.local.http_server import Request, Response
from tests.local.simulators.answers import Clock, RefusalError, json_answer, utc_now
from tests.local.simulators.exact_json import parse_object, to_json
from tests.local.simulators.faults import FAULTS, Fault, FaultName
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack_actions import ButtonPress, find_button
from tests.local.simulators.slack_api import PREFIX, RATE_LIMITED, UPLOADS, SharedFile, WebApi, read_json, refused
from tests.local.simulators.slack_commands import CommandReply, SlashCommand
from tests.local.simulators.slack_events import HomeOpened
from tests.local.simulators.slack_messages import DeliveredMessage, Messages
from tests.local.simulators.slack_person import Person
from tests.local.simulators.slack_response_urls import PREFIXES, ResponseUrl, Source, new_path
from tests.local.simulators.slack_triggers import Triggers
from tests.local.simulators.slack_views import ShownView, Views

_WAITING = "Still waiting"


class SlackSimulator(SimulatorServer):
    """One workspace. The bot was invited to `channels`; the Web API accepts only `bot_token`."""

    known_faults = FAULTS.keys() - {FaultName.LIE}
    codes_of_faults: ClassVar[Mapping[FaultName, tuple[str, str]]] = {
        FaultName.SYSTEM_ERROR: ("internal_error", ""),
        FaultName.RATE_LIMITED: (RATE_LIMITED, ""),
    }

    def __init__(
        self,
        bot_token: str,
        channels: Collection[str] = ("C0123456789",),
        clock: Clock = utc_now,
    ) -> None:
        super().__init__()
        self._clock = clock
        self._answering = threading.Lock()
        self._response_urls: dict[str, ResponseUrl] = {}
        self._triggers = Triggers()
        self._messages = Messages()
        self._views = Views()
        self._api = WebApi(
            bot_token,
            channels,
            clock,
            messages=self._messages,
            views=self._views,
            triggers=self._triggers,
        )

    @property
    def refuses_blocks(self) -> bool:
        """Whether every message with blocks is refused with `invalid_blocks`, to show the fallback."""
        return self._messages.refuses_blocks

    @refuses_blocks.setter
    def refuses_blocks(self, value: bool) -> None:
        self._messages.refuses_blocks = value

    @property
    def domain(self) -> str:
        """Its host and port, a value for SLACK_DOMAIN."""
        return urlsplit(self.url).netloc

    @property
    def api_url(self) -> str:
        """The base URL of the Web API, with a slash at the end, as slack_sdk expects it."""
        return self.url + PREFIX

    @property
    def messages(self) -> list[DeliveredMessage]:
        """Every message that was accepted, oldest first; a replacement counts as one more.

        Whether somebody was told to wait depends on how busy this machine is, so that is in `deliveries` only.
        """
        return [message for message in self.deliveries if not message.text.startswith(_WAITING)]

    @property
    def deliveries(self) -> list[DeliveredMessage]:
        """The messages, and the lines that ask people to wait."""
        return list(self._messages.delivered)

    @property
    def views(self) -> list[ShownView]:
        """Every modal that was opened, every Home tab that was published, and every update, oldest first."""
        return list(self._views.history)

    @property
    def files(self) -> list[SharedFile]:
        """Every file that was uploaded and shared, oldest first."""
        return list(self._api.files.shared)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the bot token allows."""
        return self._api.scopes

    @scopes.setter
    def scopes(self, value: tuple[str, ...]) -> None:
        self._api.scopes = value

    def seen_by(self, user_id: str, channel_id: str) -> list[DeliveredMessage]:
        """What a person sees in a channel now, oldest first, including replies in threads."""
        return self._messages.seen_by(user_id, channel_id)

    def home_of(self, user_id: str) -> ShownView | None:
        """A person's Home tab as it is now; None until it is published."""
        return self._views.seen_by(user_id, "home")

    def modal_of(self, user_id: str) -> ShownView | None:
        """The modal that a person has open now, if any."""
        return self._views.seen_by(user_id, "modal")

    def close_modal(self, view: ShownView) -> None:
        """Close a modal, as its user does."""
        self._views.close(view.view_id)

    def delete_message(self, message: DeliveredMessage) -> None:
        """Delete a message for everybody, as a Slack administrator can."""
        self._messages.delete(message.ts)

    def new_command(self, text: str, **changes: str) -> SlashCommand:
        """A command with a new response_url and trigger_id; `changes` are other fields of SlashCommand."""
        command = SlashCommand(text=text, **changes)
        url = self._new_url(Source(command.team_id, command.channel_id, command.user_id))
        return replace(command, response_url=url, trigger_id=self._triggers.new(command.user_id, self._clock()))

    def show_reply(self, command: SlashCommand, reply: CommandReply) -> None:
        """Show what the Request URL answered to a command. Raises ValueError when Slack would not show it."""
        if reply.status != 200 or not reply.body:
            return
        source = Source(command.team_id, command.channel_id, command.user_id)
        try:
            self._messages.reply(source, parse_object(reply.body), self._clock())
        except RefusalError as error:
            raise ValueError(f"Slack would not show this answer: {error.message}") from error

    def new_press(self, surface: DeliveredMessage | ShownView, action_id: str, **who: str) -> ButtonPress:
        """A press of a button as it is shown now, with a new trigger_id and, in a message, a new response_url.

        `who` are fields of Person; by default the person to whom the surface is visible presses. Raises ValueError when
        the person sees no such button.
        """
        now, clock = self._present(surface), self._clock()
        person = Person(**({"user_id": surface.visible_to} if surface.visible_to else {}) | who)
        if now is None or now.visible_to not in (None, person.user_id):
            raise ValueError(f"{person.user_id} does not see this message or view")
        find_button(now.blocks, action_id)
        url = ""
        if isinstance(now, DeliveredMessage):
            url = self._new_url(Source(person.team_id, now.channel_id, person.user_id, now.ts))
        return ButtonPress(now, action_id, clock, self._triggers.new(person.user_id, clock), person, url)

    def new_home_opening(self, tab: str = "home", **who: str) -> HomeOpened:
        """A person opens a tab of the app's Home now; `who` are fields of Person."""
        person = Person(**who)
        return HomeOpened(self._clock(), person, self.home_of(person.user_id), tab)

    def _present(self, surface: DeliveredMessage | ShownView) -> DeliveredMessage | ShownView | None:
        if isinstance(surface, DeliveredMessage):
            return self._messages.now_at(surface.ts)
        return self._views.now(surface.view_id)

    def _new_url(self, source: Source) -> str:
        path = new_path(source)
        self._response_urls[path] = ResponseUrl(source, self._clock())
        return self.url + path

    def answer(self, request: Request, fault: Fault | None) -> Response:
        with self._answering:
            if request.route.startswith(UPLOADS):
                self._api.files.receive(request.route.removeprefix(UPLOADS), request.body)
                return Response(200, b"OK", {"Content-Type": "text/plain"})
            self._api.url = self.url.rstrip("/")
            if request.route.startswith(PREFIXES):
                return self._answer_response_url(request, fault)
            try:
                self.refuse_if(fault)
                return self._api.answer(request)
            except RefusalError as error:
                return refused(error)

    def _answer_response_url(self, request: Request, fault: Fault | None) -> Response:
        used = self._response_urls.get(request.route)
        problem = used.problem(self._clock()) if used else "expired_url"
        if used is None or problem:
            return json_answer(to_json({"ok": False, "error": problem}).encode(), status=404)
        try:
            self.refuse_if(fault)
            self._respond(used.source, request)
        except RefusalError as error:
            status = {"internal_error": 500, RATE_LIMITED: 429}.get(error.code, 400)
            return Response(status, error.code.encode(), {"Content-Type": "text/plain"})
        used.count += 1
        return Response(200, b"ok", {"Content-Type": "text/plain"})

    def _respond(self, source: Source, request: Request) -> None:
        payload = read_json(request, "invalid_payload")
        if payload.get("delete_original") and source.message_ts:
            self._messages.delete(source.message_ts)
        else:
            self._messages.respond(source, self.url + request.route, payload, self._clock())
