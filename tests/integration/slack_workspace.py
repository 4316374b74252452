"""A simulated workspace with a clock that a test sets, and posts to it as the app makes them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.clock import Clock
from tests.integration.wire import send
from tests.local.simulators.exchange import Answer, ReceivedRequest
from tests.local.simulators.faults import Fault
from tests.local.simulators.server import SimulatorServer
from tests.local.simulators.slack import SlackSimulator
from tests.local.simulators.slack_messages import DeliveredMessage

TOKEN = "xoxb-1-2-right"
CHANNEL = "C0123456789"
DANA, ALEX = "U0123456789", "U0222222222"


class Workspace:
    """Slack, its clock, and what the app may do there."""

    def __init__(self, slack: SlackSimulator, clock: Clock) -> None:
        self.slack = slack
        self.clock = clock

    def respond(self, url: str, **payload: Any) -> tuple[int, str]:
        """Post to a response_url."""
        reply = send(url, json.dumps(payload).encode(), {"Content-Type": "application/json"})
        return reply.status, reply.body.decode()

    def call(self, method: str, **parameters: Any) -> Any:
        """Call the Web API with JSON."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
        return json.loads(send(self.slack.api_url + method, json.dumps(parameters).encode(), headers).body)

    def answered(self, blocks: Any = (), **payload: Any) -> DeliveredMessage:
        """An answer to a command of Dana's, as delivered."""
        url = self.slack.new_command("USD").response_url
        assert self.respond(url, text="answer", blocks=list(blocks), **payload) == (200, "ok")
        return self.slack.messages[-1]

    def shown(self, user_id: str = DANA) -> list[str]:
        """The texts that a person sees in the channel now."""
        return [message.text for message in self.slack.seen_by(user_id, CHANNEL)]


class RequestUrl(SimulatorServer):
    """Stands for the function behind the Request URL, and keeps what is posted to it."""

    def answer(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        return Answer(200, b"")


@contextmanager
def workspace() -> Iterator[Workspace]:
    """A workspace that is served until the end of the with block."""
    clock = Clock()
    with SlackSimulator(TOKEN, clock=clock) as slack:
        yield Workspace(slack, clock)


def plain(text: str) -> dict[str, str]:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def button(action_id: str = "refresh", **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": plain("Press me"), **more}


def home(*buttons: dict[str, Any]) -> dict[str, Any]:
    """A Home tab with buttons."""
    return {"type": "home", "blocks": [actions(*buttons)]}


def actions(*buttons: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An actions block."""
    return {"type": "actions", "elements": list(buttons), **more}
