"""What a member of the workspace can do, and what they see."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.local.aws.stack import STACK_NAME
from tests.local.company import Company
from tests.local.http_server import Request
from tests.local.playground.bot import Bot, Player
from tests.local.playground.fault_switches import FaultSwitches
from tests.local.playground.request_log import RequestLog
from tests.local.playground.slackbot import Slackbot
from tests.local.playground.workspace import WORKSPACE, Channel, Member, Workspace
from tests.local.simulators.exact_json import to_json
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack_commands import FORM, CommandReply, signed_headers
from tests.local.simulators.slack_forms import initial_values, with_ids
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_views import ShownView

_MOST_REQUESTS = 100
_ACKNOWLEDGEMENT_SECONDS = 3.0


class NotAcknowledgedError(Exception):
    """The bot did not acknowledge a request; the message is the error that Slack would show."""


class Controller:
    """A running bot as people see it; safe to use from several threads.

    `company` is running, `fire_schedule` fires the schedule of the digest, `acknowledgement_seconds` is how long Slack
    waits for an acknowledgement, and `player` plays the day if the bot has a clock of its own.
    """

    def __init__(
        self,
        company: Company,
        bot: Bot,
        fire_schedule: Callable[[], None] | None = None,
        acknowledgement_seconds: float = _ACKNOWLEDGEMENT_SECONDS,
        *,
        workspace: Workspace = WORKSPACE,
        player: Player | None = None,
    ) -> None:
        self._bot, self._acknowledgement_seconds = bot, acknowledgement_seconds
        self._fire_schedule = fire_schedule
        self._player = player
        self.workspace = workspace
        self._slack = company.slack
        services: dict[str, SimulatorServer] = {**company.providers, "slack": company.slack}
        self._log = RequestLog(services)
        self._switches = FaultSwitches(services)
        self._slackbot = Slackbot(company.slack.clock)
        self._signing_secret = json.loads(company.secrets[f"{STACK_NAME}/slack-signing"])["signing_secret"]
        self._lock = threading.Lock()
        self._changes = 0

    @property
    def revision(self) -> str:
        """A string that changes whenever somebody would see something new."""
        slack = self._slack
        day = self._player.to_json() if self._player else ""
        return f"{self._changes}-{self._log.collect()}-{len(slack.deliveries)}-{len(slack.views)}-{day}"

    def command(self, user: str, channel: str, text: str) -> None:
        """Type `/balance text`. Raises ValueError for an unknown member or channel."""
        person, place = self.workspace.member(user).person, self.workspace.channel(channel)
        who = {"user_id": person.user_id, "user_name": person.user_name}
        where = {"team_id": person.team_id, "team_domain": person.team_domain, "channel_name": place.name}
        command = self._slack.new_command(text, channel_id=place.id, **who, **where)
        try:
            reply = self._post(command.body(), FORM)
        except NotAcknowledgedError as error:
            self._slackbot.say(user, channel, f"/balance failed with the error “{error}”")
        else:
            self._slack.show_reply(command, reply)
        self._count_change()

    def press(
        self, user: str, at: dict[str, str], action_id: str, block_id: str = "", values: dict[str, Any] | None = None
    ) -> None:
        """Press a button of a message or view, which is filled in with `values`.

        Without `block_id`, only one block may have such a button.

        Raises ValueError if the button is gone; NotAcknowledgedError.
        """
        member = self.workspace.member(user)
        surface = self._surface(member, at)
        press = self._slack.new_press(surface, action_id, block_id=block_id, **vars(member.person))
        self._post(replace(press, values=values or {}).body(), FORM)

    def submit(self, user: str, view: str, values: dict[str, Any]) -> None:
        """Submit the topmost modal with `values` as in new_submission; the bot's answer decides what is shown next.

        Raises ValueError if that is impossible, or if Slack does not accept the answer; NotAcknowledgedError.
        """
        member = self.workspace.member(user)
        modal = self._surface(member, {"view": view})
        assert isinstance(modal, ShownView)
        submission = self._slack.new_submission(modal, values, **vars(member.person))
        try:
            self._slack.show_submitted(submission, self._post(submission.body(), FORM))
        finally:
            self._count_change()

    def open_home(self, user: str) -> None:
        """Open the bot's Home tab. Raises NotAcknowledgedError."""
        opened = self._slack.new_home_opening(**vars(self.workspace.member(user).person))
        self._post(to_json(opened.payload()).encode(), "application/json")

    def close_modal(self, user: str) -> None:
        """Close the topmost modal, if there is one."""
        if modal := self._slack.modal_of(user):
            self._slack.close_modal(modal)
        self._count_change()

    def close_all_modals(self, user: str) -> None:
        """Close every modal of a person."""
        while modal := self._slack.modal_of(user):
            self._slack.close_modal(modal)
        self._count_change()

    def fire_schedule(self) -> None:
        """Fire the schedule of the digest now. Raises ValueError where a day fires its own schedules."""
        if self._fire_schedule is None:
            raise ValueError("the day that is played fires its own schedules")
        self._fire_schedule()

    def play(self, is_playing: bool) -> None:
        """Play the day, or pause. Raises ValueError when there is none."""
        self._day().play(is_playing)

    def step(self) -> None:
        """Play the next quarter of an hour. Raises ValueError when there is no day."""
        self._day().step()

    def set_fault(self, service: str, fault: str) -> None:
        """Apply a fault to a provider or to Slack; an empty text removes it. Raises ValueError."""
        self._switches.set(service, fault or None)
        self._count_change()

    def refuse_blocks(self, is_on: bool) -> None:
        """Let Slack refuse every message with blocks, or accept them again."""
        self._slack.refuses_blocks = is_on
        self._count_change()

    def seen_by(self, user: str) -> dict[str, object]:
        """The state of the page for this member, by default the first: see page/src/api.ts. Raises ValueError.

        Nothing is masked yet.
        """
        member = self.workspace.member(user) if user else self.workspace.members[0]
        channels = self.workspace.seen_by(member)
        revision = self.revision  # first, so that a change in the meantime leads to another revision
        home = self._slack.home_of(member.id)
        return {
            "revision": revision,
            "user": member.id,
            "people": [{"id": each.id, "name": each.name, "role": each.role} for each in self.workspace.members],
            "names": self.workspace.names,
            "channels": [vars(channel) for channel in channels],
            "messages": [message for channel in channels for message in self._messages(member, channel)],
            "home": home and self._view(home),
            "modals": [self._view(modal) for modal in self._slack.modals_of(member.id)],
            "day": self._player and self._player.to_json(),
            "services": self._switches.to_json(),
            "refuses_blocks": self._slack.refuses_blocks,
            "requests": self._log.last(_MOST_REQUESTS),
        }

    def _day(self) -> Player:
        if self._player is None:
            raise ValueError("no day is played here: make playground DAY=php-dry")
        return self._player

    def _count_change(self) -> None:
        with self._lock:
            self._changes += 1

    def _messages(self, member: Member, channel: Channel) -> list[dict[str, object]]:
        said = [_message(message) for message in self._slack.seen_by(member.id, channel.id)]
        return sorted([*said, *self._slackbot.said_to(member.id, channel.id)], key=lambda message: str(message["ts"]))

    def _view(self, view: ShownView) -> dict[str, Any]:
        return {
            "id": view.view_id,
            "payload": {**view.payload, "blocks": with_ids(view.blocks)},
            "values": initial_values(view.blocks, view.channel_id),
            "errors": self._slack.errors_of_view(view),
        }

    def _surface(self, member: Member, place: Mapping[str, str]) -> DeliveredMessage | ShownView:
        messages = [
            message
            for channel in self.workspace.seen_by(member)
            for message in self._slack.seen_by(member.id, channel.id)
        ]
        for message in messages:
            if message.ts == place.get("message"):
                return message
        for view in (self._slack.modal_of(member.id), self._slack.home_of(member.id)):
            if view and view.view_id == place.get("view"):
                return view
        raise ValueError(f"{member.name} no longer sees this message or view")

    def _post(self, body: bytes, media_type: str) -> CommandReply:
        """Sign and post as Slack does. Raises NotAcknowledgedError with Slack's error code."""
        headers = signed_headers(self._signing_secret, body, datetime.now(UTC), media_type)
        lower = {name.lower(): value for name, value in headers.items()}
        self._log.add(Request("POST", "/", lower, body))
        try:
            reply = self._bot.post(headers, body)
        except OSError as exc:
            raise NotAcknowledgedError("operation_timeout") from exc
        if reply.elapsed_ms > self._acknowledgement_seconds * 1000:
            raise NotAcknowledgedError("operation_timeout")
        if reply.status != 200:
            raise NotAcknowledgedError("dispatch_failed")
        return reply


def _message(message: DeliveredMessage) -> dict[str, object]:
    return {
        "ts": message.ts,
        "channel": message.channel_id,
        "thread_ts": message.thread_ts,
        "sender": "bot",
        "at": message.delivered_at.isoformat(),
        "is_private": message.visible_to is not None,
        "text": message.text,
        "blocks": with_ids(message.blocks),
        "payload": message.payload,
    }
