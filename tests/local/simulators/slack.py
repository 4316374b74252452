"""Slack as this project uses it: it sends commands, pressed buttons and events, and receives messages and views.

It refuses what Slack refuses, in Slack's words: a response_url answers HTTP 400 with plain text (404 with JSON once the
URL is used up or expired), the Web API answers HTTP 200 with {"ok":false,"error":"..."}.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlsplit

from tests.local.http_server import Request, Response
from tests.local.simulators.answers import Clock, RefusalError, json_answer, utc_now
from tests.local.simulators.exact_json import parse_object, to_json
from tests.local.simulators.faults import FAULTS, Fault, FaultName
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack_actions import ButtonPress, Submission, find_button
from tests.local.simulators.slack_api import PREFIX, RATE_LIMITED, UPLOADS, SharedFile, WebApi, read_json, refused
from tests.local.simulators.slack_commands import CommandReply, SlashCommand
from tests.local.simulators.slack_events import HomeOpened
from tests.local.simulators.slack_forms import check_filled, state_of
from tests.local.simulators.slack_messages import DeliveredMessage, Messages
from tests.local.simulators.slack_person import Person
from tests.local.simulators.slack_response_urls import PREFIXES, ResponseUrl, Source, new_path
from tests.local.simulators.slack_triggers import Triggers
from tests.local.simulators.slack_views import ShownView, Views

_WAITING = "Still waiting"


class SlackSimulator(SimulatorServer):
    """One workspace. The bot was invited to `channels`; the Web API accepts only `bot_token`.

    `people` can get a direct message. `may_look`: the app has the optional scopes to read what was posted.
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
        *,
        people: Collection[str] = (),
        may_look: bool = False,
    ) -> None:
        super().__init__()
        self.clock = clock
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
            people=people,
            may_look=may_look,
        )

    def archive(self, channel_id: str) -> None:
        """Archive a channel, so that nothing can be posted or edited there."""
        self._api.archived.add(channel_id)

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

    def modals_of(self, user_id: str) -> list[ShownView]:
        """The modals that a person has open now, the topmost last."""
        return self._views.all_of(user_id, "modal")

    def errors_of(self, user_id: str) -> Mapping[str, str]:
        """The errors that the topmost modal of a person shows, by block_id."""
        modal = self.modal_of(user_id)
        return self.errors_of_view(modal) if modal else {}

    def errors_of_view(self, view: ShownView) -> Mapping[str, str]:
        """The errors that an open view shows, by block_id."""
        return self._views.errors_of(view.view_id)

    def close_modal(self, view: ShownView) -> None:
        """Close a modal, as its user does; with `clear_on_close`, also those below it."""
        self._views.close(view.view_id)

    def delete_message(self, message: DeliveredMessage) -> None:
        """Delete a message for everybody, as a Slack administrator can."""
        self._messages.delete(message.ts)

    def new_command(self, text: str, **changes: str) -> SlashCommand:
        """A command with a new response_url and trigger_id; `changes` are other fields of SlashCommand."""
        command = SlashCommand(text=text, **changes)
        url = self._new_url(Source(command.team_id, command.channel_id, command.user_id))
        return replace(command, response_url=url, trigger_id=self._new_trigger(command.user_id, command.channel_id))

    def show_reply(self, command: SlashCommand, reply: CommandReply) -> None:
        """Show what the Request URL answered to a command. Raises ValueError when Slack would not show it."""
        if reply.status != 200 or not reply.body:
            return
        source = Source(command.team_id, command.channel_id, command.user_id)
        try:
            self._messages.reply(source, parse_object(reply.body), self.clock())
        except RefusalError as error:
            raise ValueError(f"Slack would not show this answer: {error.message}") from error

    def new_press(
        self, surface: DeliveredMessage | ShownView, action_id: str, *, block_id: str = "", value: str = "", **who: str
    ) -> ButtonPress:
        """A press of a button as it is shown now, with a new trigger_id and, in a message, a new response_url.

        `block_id` or the button's `value` say which one is meant where several blocks have such a button. `who` are
        fields of Person; by default the person to whom the surface is visible presses. Raises ValueError when the
        person does not see exactly one such button.
        """
        person = _person(surface, who)
        now, clock = self._seen_now(surface, person), self.clock()
        button = find_button(now.blocks, action_id, block_id=block_id, value=value)
        url, channel_id = "", now.channel_id
        if isinstance(now, DeliveredMessage):
            url = self._new_url(Source(person.team_id, channel_id, person.user_id, now.ts))
        trigger_id = self._new_trigger(person.user_id, channel_id)
        return ButtonPress(now, action_id, clock, trigger_id, person, url, button["block_id"])

    def new_submission(self, view: ShownView, values: Mapping[str, Any], **who: str) -> Submission:
        """A person fills in the modal that they see, and submits it; the errors that it showed are gone.

        `values` by block_id as in state_of; what is not given stays as it is at first. `who` are fields of Person.
        Raises ValueError when Slack would not send the form, such as while a required field is empty.
        """
        person = _person(view, who)
        now = self._seen_now(view, person)
        if not isinstance(now, ShownView) or now != self.modal_of(person.user_id):
            raise ValueError("this is not the topmost modal")
        if "submit" not in now.payload:
            raise ValueError("this modal cannot be submitted")
        check_filled(now.blocks, state_of(now.blocks, values, now.channel_id))
        self._views.forget_errors(now)
        return Submission(now, values, self._new_trigger(person.user_id, now.channel_id), person)

    def show_submitted(self, submission: Submission, reply: CommandReply) -> None:
        """Do with the modal what the Request URL answered: close it, or show errors or another view.

        Raises ValueError when Slack would tell the person that it had trouble; the modal then stays.
        """
        try:
            with self._answering:
                self._views.submitted(submission.view, reply.status, reply.body, self.clock())
        except RefusalError as error:
            raise ValueError(f"Slack would not accept this answer: {error.code}: {error.message}") from error

    def new_home_opening(self, tab: str = "home", **who: str) -> HomeOpened:
        """A person opens a tab of the app's Home now; `who` are fields of Person."""
        person = Person(**who)
        return HomeOpened(self.clock(), person, self.home_of(person.user_id), tab)

    def _seen_now(self, surface: DeliveredMessage | ShownView, person: Person) -> DeliveredMessage | ShownView:
        now = self._present(surface)
        if now is None or now.visible_to not in (None, person.user_id):
            raise ValueError(f"{person.user_id} does not see this message or view")
        return now

    def _present(self, surface: DeliveredMessage | ShownView) -> DeliveredMessage | ShownView | None:
        if isinstance(surface, DeliveredMessage):
            return self._messages.now_at(surface.ts)
        return self._views.now(surface.view_id)

    def _new_trigger(self, user_id: str, channel_id: str) -> str:
        return self._triggers.new(user_id, self.clock(), channel_id)

    def _new_url(self, source: Source) -> str:
        path = new_path(source)
        self._response_urls[path] = ResponseUrl(source, self.clock())
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
        problem = used.problem(self.clock()) if used else "expired_url"
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
            self._messages.respond(source, self.url + request.route, payload, self.clock())


def _person(surface: DeliveredMessage | ShownView, who: Mapping[str, str]) -> Person:
    """By default the person to whom the surface is visible."""
    return Person(**({"user_id": surface.visible_to} if surface.visible_to else {}) | dict(who))
