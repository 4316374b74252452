"""The playground before a small bot of the tests' own, and the page's part of the conversation with it."""

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from slack_sdk import WebClient, WebhookClient
from slack_sdk.signature import SignatureVerifier

from tests.local.company import BOT_TOKEN, SIGNING_SECRET, Company
from tests.local.playground.masking import Mask
from tests.local.playground.scene import Scene
from tests.local.playground.web import PlaygroundServer
from tests.local.playground.workspace import found_workspace
from tests.local.simulators.exchange import Answer, ReceivedRequest, json_answer
from tests.local.simulators.faults import Fault
from tests.local.simulators.server import SimulatorServer

DANA, ELI, GUS = "U0123456789", "U0000000666", "U0GUEST0001"
FINANCE, RANDOM = "C0123456789", "C0RANDOM001"


def text_block(text: str) -> dict[str, Any]:
    """A section."""
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


class SmallBot(SimulatorServer):
    """Stands for the function behind the Request URL; takes only what is signed, and answers before it acknowledges.

    A command is answered with a button, a pressed button with a modal, an opened Home tab with a view.
    """

    def __init__(self, api_url: str) -> None:
        super().__init__()
        self.slack = WebClient(BOT_TOKEN, base_url=api_url)

    def answer(self, request: ReceivedRequest, fault: Fault | None) -> Answer:
        if not SignatureVerifier(SIGNING_SECRET).is_valid_request(request.body, dict(request.headers)):
            return Answer(401, b"")
        if request.media_type == "application/json":
            event = json.loads(request.body)["event"]
            home = {"type": "home", "blocks": [text_block(f"Home of {event['user']}")]}
            self.slack.views_publish(user_id=event["user"], view=home)
            return Answer(200, b"")
        form = dict(parse_qsl(request.body.decode()))
        if "payload" in form:
            payload = json.loads(form["payload"])
            view: dict[str, Any] = {
                "type": "modal",
                "title": {"type": "plain_text", "text": "Details"},
                "blocks": [text_block("All")],
            }
            self.slack.views_open(trigger_id=payload["trigger_id"], view=view)
            return Answer(200, b"")
        button = {"type": "button", "action_id": "details", "text": {"type": "plain_text", "text": "Details"}}
        blocks = [text_block(f"Answer to {form['text']}"), {"type": "actions", "elements": [button]}]
        WebhookClient(form["response_url"]).send(text="Answer", blocks=blocks)
        return json_answer(b'{"response_type":"ephemeral","text":"Asking"}')


@dataclass(frozen=True)
class Reply:
    """An HTTP answer of the playground."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


class Browser:
    """Sends what a browser sends for the page at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.host = urlsplit(url).netloc

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Reply:
        """GET; `headers` add to what a browser sends, or replace it."""
        return self.send("GET", target, None, headers)

    def post(self, deed: str, said: object, headers: Mapping[str, str] | None = None) -> Reply:
        """POST `said` as JSON to /api/`deed`; `headers` add to what a browser sends, or replace it."""
        own = {"Origin": self.url, "Content-Type": "application/json"}
        return self.send("POST", f"/api/{deed}", json.dumps(said).encode(), {**own, **(headers or {})})

    def state(self, user: str = DANA) -> Any:
        """What a member sees."""
        return self.get(f"/api/state?user={user}").json

    def send(
        self, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Any request, with the page's Host unless `headers` name another."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, target, body, {"Host": self.host, **(headers or {})})
            response = connection.getresponse()
            return Reply(response.status, dict(response.headers), response.read().decode())
        finally:
            connection.close()


class Playground:
    """A running one; `fired` counts how often the schedule was let fire."""

    def __init__(self, company: Company, bot: SmallBot, page: Path) -> None:
        self.company, self.bot = company, bot
        self.fired = 0
        scene = Scene(company, bot.url, self._fire)
        self.server = PlaygroundServer(scene, Mask(company.secrets), page)
        self.browser = Browser(self.server.url)

    def _fire(self) -> None:
        self.fired += 1


@contextmanager
def running_playground(keys: Path, page: Path) -> Iterator[Playground]:
    """A playground without providers, whose page is three made-up files in `page`."""
    for name in ("index.html", "page.js", "page.css"):
        (page / name).write_text(f"the {name}")
    company = found_workspace(keys)
    for unused in company.providers.values():
        unused.stop()
    with company.slack, SmallBot(company.slack.api_url) as bot:
        running = Playground(company, bot, page)
        with running.server:
            yield running
