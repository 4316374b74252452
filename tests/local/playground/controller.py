"""What a member of the workspace can do, and what they see."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.local.aws.stack import STACK_NAME
from tests.local.company import Company
from tests.local.http_server import Request
from tests.local.playground.fault_switches import FaultSwitches
from tests.local.playground.request_log import RequestLog
from tests.local.playground.slackbot import Slackbot
from tests.local.playground.workspace import CHANNELS, MEMBERS, NAMES, Channel, Member, find_channel, find_member
from tests.local.simulators.exact_json import to_json
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack_commands import FORM, CommandReply, post, signed_headers
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_views import ShownView

_MOST_REQUESTS = 100
_ACKNOWLEDGEMENT_SECONDS = 3.0


class NotAcknowledgedError(Exception):
    """The bot did not acknowledge a request; the message is the error that Slack would show."""


class Controller:
    """A running bot as people see it; safe to use from several threads.

    `company` is running, `url` is the bot's Request URL, `fire_schedule` fires the schedule of the digest, and
    `acknowledgement_seconds` is how long Slack waits for an acknowledgement.
    """

    def __init__(
        self,
        company: Company,
        url: str,
        fire_schedule: Callable[[], None],
        acknowledgement_seconds: float = _ACKNOWLEDGEMENT_SECONDS,
    ) -> None:
        self._url, self._acknowledgement_seconds = url, acknowledgement_seconds
        self._fire_schedule = fire_schedule
        self._slack = company.slack
        services: dict[str, SimulatorServer] = {**company.providers, "slack": company.slack}
        self._log = RequestLog(services)
        self._switches = FaultSwitches(services)
        self._slackbot = Slackbot()
        self._signing_secret = json.loads(company.secrets[f"{STACK_NAME}/slack-signing"])["signing_secret"]
        self._lock = threading.Lock()
        self._changes = 0

    @property
    def revision(self) -> str:
        """A string that changes whenever somebody would see something new."""
        slack = self._slack
        return f"{self._changes}-{self._log.collect()}-{len(slack.deliveries)}-{len(slack.views)}"

    def command(self, user: str, channel: str, text: str) -> None:
        """Type `/balance text`. Raises ValueError for an unknown member or channel."""
        person, place = find_member(user).person, find_channel(channel)
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

    def press(self, user: str, at: dict[str, str], action_id: str) -> None:
        """Press a button of a message or view. Raises ValueError if it is gone; NotAcknowledgedError."""
        member = find_member(user)
        press = self._slack.new_press(self._surface(member, at), action_id, **vars(member.person))
        self._post(press.body(), FORM)

    def open_home(self, user: str) -> None:
        """Open the bot's Home tab. Raises NotAcknowledgedError."""
        opened = self._slack.new_home_opening(**vars(find_member(user).person))
        self._post(to_json(opened.payload()).encode(), "application/json")

    def close_modal(self, user: str) -> None:
        """Close the topmost modal, if there is one."""
        if modal := self._slack.modal_of(user):
            self._slack.close_modal(modal)
        self._count_change()

    def fire_schedule(self) -> None:
        """Fire the schedule of the digest now."""
        self._fire_schedule()

    def set_fault(self, service: str, fault: str) -> None:
        """Apply a fault to a provider or to Slack; an empty text removes it. Raises ValueError."""
        self._switches.set(service, fault or None)
        self._count_change()

    def refuse_blocks(self, is_on: bool) -> None:
        """Let Slack refuse every message with blocks, or accept them again."""
        self._slack.refuses_blocks = is_on
        self._count_change()

    def seen_by(self, user: str) -> dict[str, object]:
        """The state of the page for this member, not masked yet: see page/src/api.ts. Raises ValueError."""
        member = find_member(user)
        revision = self.revision  # first, so that a change in the meantime leads to another revision
        home, modal = self._slack.home_of(member.id), self._slack.modal_of(member.id)
        return {
            "revision": revision,
            "user": member.id,
            "people": [{"id": each.id, "name": each.name, "role": each.role} for each in MEMBERS],
            "names": NAMES,
            "channels": [vars(channel) for channel in CHANNELS],
            "messages": [message for channel in CHANNELS for message in self._messages(member, channel)],
            "home": home and _view(home),
            "modal": modal and _view(modal),
            "services": self._switches.to_json(),
            "refuses_blocks": self._slack.refuses_blocks,
            "requests": self._log.last(_MOST_REQUESTS),
        }

    def _count_change(self) -> None:
        with self._lock:
            self._changes += 1

    def _messages(self, member: Member, channel: Channel) -> list[dict[str, object]]:
        said = [_message(message) for message in self._slack.seen_by(member.id, channel.id)]
        return sorted([*said, *self._slackbot.said_to(member.id, channel.id)], key=lambda message: str(message["ts"]))

    def _surface(self, member: Member, place: Mapping[str, str]) -> DeliveredMessage | ShownView:
        messages = [message for channel in CHANNELS for message in self._slack.seen_by(member.id, channel.id)]
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
            reply = post(self._url, headers, body)
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
        "blocks": message.blocks,
        "payload": message.payload,
    }


def _view(view: ShownView) -> dict[str, Any]:
    return {"id": view.view_id, "payload": view.payload}
