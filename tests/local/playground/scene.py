"""What a member of the workspace does, and what they see then."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.local.aws.stack import STACK_NAME
from tests.local.company import Company
from tests.local.playground.faults import Switches
from tests.local.playground.slackbot import Slackbot
from tests.local.playground.wire_log import WireLog
from tests.local.playground.workspace import CHANNELS, MEMBERS, NAMES, Channel, Member
from tests.local.simulators.documents import to_json
from tests.local.simulators.exchange import ReceivedRequest
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack_commands import FORM, CommandReply, post, signed_headers
from tests.local.simulators.slack_messages import DeliveredMessage
from tests.local.simulators.slack_views import ShownView

_MOST_REQUESTS = 100
_PATIENCE_SECONDS = 3.0


class NotAcknowledgedError(Exception):
    """The bot did not take what Slack sent it; the text is what Slack would show."""


class Scene:
    """A running bot as people see it; safe to use from several threads.

    `company` is running, `url` is the bot's Request URL, and `fire_schedule` lets the schedule of the digest fire now.
    Slack waits `patience_seconds` for an acknowledgement.
    """

    def __init__(
        self,
        company: Company,
        url: str,
        fire_schedule: Callable[[], None],
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        self._url, self._patience_seconds = url, patience_seconds
        self.fire_schedule = fire_schedule
        self._slack = company.slack
        services: dict[str, SimulatorServer] = {**company.providers, "slack": company.slack}
        self._log = WireLog(services)
        self.switches = Switches(services)
        self._slackbot = Slackbot()
        self._signing_secret = json.loads(company.secrets[f"{STACK_NAME}/slack-signing"])["signing_secret"]
        self._lock = threading.Lock()
        self._touched = 0

    @property
    def revision(self) -> str:
        """Another text after every change of what anybody sees."""
        slack = self._slack
        return f"{self._touched}-{self._log.notice()}-{len(slack.messages)}-{len(slack.views)}"

    def touch(self) -> None:
        """Note a change that no request told of."""
        with self._lock:
            self._touched += 1

    def command(self, member: Member, channel: Channel, text: str) -> None:
        """Type `/balance text`."""
        person, where = member.person, {"channel_id": channel.id, "channel_name": channel.name}
        who = {"user_id": person.user_id, "user_name": person.user_name}
        team = {"team_id": person.team_id, "team_domain": person.team_domain}
        command = self._slack.new_command(text, **who, **team, **where)
        try:
            reply = self._post(command.body(), FORM)
        except NotAcknowledgedError as error:
            self._slackbot.say(member.id, channel.id, f"/balance failed with the error “{error}”")
        else:
            self._slack.show_reply(command, reply)
        self.touch()

    def press(self, member: Member, place: Mapping[str, str], action_id: str) -> None:
        """Press a button of the message or view at `place`. Raises ValueError when it is gone, NotAcknowledgedError."""
        press = self._slack.new_press(self._surface(member, place), action_id, **vars(member.person))
        self._post(press.body(), FORM)

    def open_home(self, member: Member) -> None:
        """Open the bot's Home tab. Raises NotAcknowledgedError."""
        opened = self._slack.new_home_opening(**vars(member.person))
        self._post(to_json(opened.payload()).encode(), "application/json")

    def close_modal(self, member: Member) -> None:
        """Close the topmost modal, if there is one."""
        if modal := self._slack.modal_of(member.id):
            self._slack.close_modal(modal)
        self.touch()

    def refuse_blocks(self, is_on: bool) -> None:
        """Let Slack refuse every message that has blocks, or take them again."""
        self._slack.refuses_blocks = is_on
        self.touch()

    def seen_by(self, member: Member) -> dict[str, object]:
        """Everything that this member sees, with what is the same for all; not masked yet. See page/src/api.ts."""
        revision = self.revision  # before the rest: what changes meanwhile is then noticed as a change
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
            "services": self.switches.to_wire(),
            "refuses_blocks": self._slack.refuses_blocks,
            "requests": [entry.to_wire() for entry in self._log.last(_MOST_REQUESTS)],
        }

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
        raise ValueError(f"{member.name} does not see this any more")

    def _post(self, body: bytes, media_type: str) -> CommandReply:
        """Sign and post as Slack does. Raises NotAcknowledgedError with Slack's word for what went wrong."""
        headers = signed_headers(self._signing_secret, body, datetime.now(UTC), media_type)
        lower = {name.lower(): value for name, value in headers.items()}
        self._log.add(ReceivedRequest("POST", "/", lower, body))
        try:
            reply = post(self._url, headers, body)
        except OSError as exc:
            raise NotAcknowledgedError("operation_timeout") from exc
        if reply.elapsed_ms > self._patience_seconds * 1000:
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
