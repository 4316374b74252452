"""Slack as this project meets it: commands, pressed buttons and events go out, messages and views come in.

It refuses what Slack refuses and with Slack's words: a response_url answers in plain text with HTTP 400 (with 404 and
JSON when the URL is used up or old), the Web API answers HTTP 200 with {"ok":false,"error":"..."}.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import ClassVar

from tests.local.simulators.documents import parse_object, to_json
from tests.local.simulators.exchange import Answer, Clock, ReceivedRequest, RefusalError, json_answer, utc_now
from tests.local.simulators.faults import FAULTS, Fault, FaultName
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack_actions import ButtonPress, find_button
from tests.local.simulators.slack_api import PREFIX, RATE_LIMITED, WebApi, read_json, refused
from tests.local.simulators.slack_commands import CommandReply, SlashCommand
from tests.local.simulators.slack_events import HomeOpened
from tests.local.simulators.slack_messages import DeliveredMessage, Messages
from tests.local.simulators.slack_person import Person
from tests.local.simulators.slack_response_urls import PREFIXES, ResponseUrls, Source
from tests.local.simulators.slack_triggers import Triggers
from tests.local.simulators.slack_views import ShownView, Views

_DEFAULT_SCOPES = ("commands", "chat:write")


class SlackSimulator(SimulatorServer):
    """`channels` are those that the bot was invited to; `bot_token` is the only one that the Web API takes.

    `scopes` are those of the token.
    """

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
        scopes: Collection[str] = _DEFAULT_SCOPES,
    ) -> None:
        super().__init__()
        self._clock = clock
        self._response_urls = ResponseUrls()
        self._triggers = Triggers()
        self._messages = Messages()
        self._views = Views()
        self._api = WebApi(
            bot_token,
            channels,
            scopes,
            clock,
            messages=self._messages,
            views=self._views,
            triggers=self._triggers,
        )

    @property
    def refuses_blocks(self) -> bool:
        """Whether every message with blocks is refused with `invalid_blocks`, so that what comes instead shows."""
        return self._messages.refuses_blocks

    @refuses_blocks.setter
    def refuses_blocks(self, value: bool) -> None:
        self._messages.refuses_blocks = value

    @property
    def api_url(self) -> str:
        """The base of the Web API, with the slash at its end, as slack_sdk wants it."""
        return self.url + PREFIX

    @property
    def messages(self) -> list[DeliveredMessage]:
        """Every message that was taken, oldest first; a replacement is one more."""
        return self._messages.delivered

    @property
    def views(self) -> list[ShownView]:
        """Every modal that was opened, every Home tab that was published and every update, oldest first."""
        return self._views.history

    def wait_for_message(self, number: int, timeout_seconds: float = 60.0) -> DeliveredMessage:
        """Wait for the message with this number, counted from 1. Raises TimeoutError."""
        return self._messages.wait_for(number, timeout_seconds)

    def wait_for_view(self, number: int, timeout_seconds: float = 60.0) -> ShownView:
        """Wait for the view with this number, counted from 1. Raises TimeoutError."""
        return self._views.wait_for(number, timeout_seconds)

    def seen_by(self, user_id: str, channel_id: str) -> list[DeliveredMessage]:
        """What a person sees in a channel now, oldest first, replies in threads among it."""
        return self._messages.seen_by(user_id, channel_id)

    def home_of(self, user_id: str) -> ShownView | None:
        """A person's Home tab as it is now; None before the first publication."""
        return self._views.seen_by(user_id, "home")

    def modal_of(self, user_id: str) -> ShownView | None:
        """The modal that a person has open now."""
        return self._views.seen_by(user_id, "modal")

    def close_modal(self, view: ShownView) -> None:
        """Close a modal as its user does."""
        self._views.close(view.view_id)

    def delete_message(self, message: DeliveredMessage) -> None:
        """Take a message away for everybody, as Slack's administrators can."""
        self._messages.delete(message.ts)

    def new_command(self, text: str, **changes: str) -> SlashCommand:
        """A command with a response_url and a trigger_id of its own; `changes` are other fields of SlashCommand."""
        command = replace(SlashCommand(text, "", ""), **changes)
        url = self._new_url(Source(command.team_id, command.channel_id, command.user_id))
        return replace(command, response_url=url, trigger_id=self._triggers.new(command.user_id, self._clock()))

    def show_reply(self, command: SlashCommand, reply: CommandReply) -> None:
        """Show what the Request URL answered to a command. Raises ValueError for an answer that Slack does not show."""
        if reply.status != 200 or not reply.body:
            return
        source = Source(command.team_id, command.channel_id, command.user_id)
        try:
            self._messages.reply(source, parse_object(reply.body), self._clock())
        except RefusalError as error:
            raise ValueError(f"Slack does not show this answer: {error.message}") from error

    def new_press(self, surface: DeliveredMessage | ShownView, action_id: str, **who: str) -> ButtonPress:
        """The press of a button as it is shown now, with a trigger_id and, in a message, a response_url of its own.

        `who` are fields of Person; what only one person sees is pressed by them. Raises ValueError when the person
        sees no such button.
        """
        now, clock = self._present(surface), self._clock()
        person = Person(**({"user_id": surface.visible_to} if surface.visible_to else {}) | who)
        if now is None or now.visible_to not in (None, person.user_id):
            raise ValueError(f"{person.user_id} does not see this now")
        find_button(now.blocks, action_id)
        url = ""
        if isinstance(now, DeliveredMessage):
            url = self._new_url(Source(person.team_id, now.channel_id, person.user_id, now.ts))
        return ButtonPress(now, action_id, clock, self._triggers.new(person.user_id, clock), person, url)

    def new_home_opening(self, tab: str = "home", **who: str) -> HomeOpened:
        """A person opens a tab of the app's page now; `who` are fields of Person."""
        person = Person(**who)
        return HomeOpened(self._clock(), person, self.home_of(person.user_id), tab)

    def _present(self, surface: DeliveredMessage | ShownView) -> DeliveredMessage | ShownView | None:
        if isinstance(surface, DeliveredMessage):
            return self._messages.now_at(surface.ts)
        return self._views.now(surface.view_id)

    def _new_url(self, source: Source) -> str:
        return self.url + self._response_urls.new_path(source, self._clock())

    def answer(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        if request.route.startswith(PREFIXES):
            return self._answer_response_url(request, fault)
        if request.route.startswith(PREFIX):
            try:
                self.refuse_if(fault)
                return self._api.answer(request)
            except RefusalError as error:
                return refused(error)
        return Answer(404, b"no_such_path", {"Content-Type": "text/plain"})

    def _answer_response_url(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        problem = self._response_urls.problem(request.route, self._clock())
        if problem:
            return json_answer(to_json({"ok": False, "error": problem}).encode(), status=404)
        try:
            self.refuse_if(fault)
            self._respond(request)
        except RefusalError as error:
            status = {"internal_error": 500, RATE_LIMITED: 429}.get(error.code, 400)
            return Answer(status, error.code.encode(), {"Content-Type": "text/plain"})
        self._response_urls.count(request.route)
        return Answer(200, b"ok", {"Content-Type": "text/plain"})

    def _respond(self, request: ReceivedRequest) -> None:
        source = self._response_urls.source(request.route)
        payload = read_json(request, "invalid_payload")
        if payload.get("delete_original") and source.message_ts:
            self._messages.delete(source.message_ts)
        else:
            self._messages.respond(source, self.url + request.route, payload, self._clock())
