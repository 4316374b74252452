"""The playground in front of the whole system: who may use its server, what each member sees, and what is masked."""

import http.client
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.local.company import BOT_TOKEN, SIGNING_SECRET
from tests.local.day.curves import CURVES
from tests.local.day.people import ANA, BEN, MONEY
from tests.local.paths import PROJECT
from tests.local.playground.bot import BotAtUrl
from tests.local.playground.controller import Controller
from tests.local.playground.day import day_at_the_page
from tests.local.playground.masking import MASKED, mask_for
from tests.local.playground.web import PlaygroundServer
from tests.local.playground.workspace import MEMBERS, WORKSPACE_PARAMETERS, create_workspace
from tests.local.simulators.exact_json import to_json
from tests.local.system import LocalSystem

_PAGE = PROJECT / "tests" / "local" / "playground" / "page"
_DANA, _, _ELI, _GUS = (member.id for member in MEMBERS)
_FINANCE, _RANDOM = "C0123456789", "C0RANDOM001"
# Trigger ids and response URLs come into being while the system runs; the pattern finds them in unmasked text.
_GENERATED = re.compile(r"trigger_id\W{1,10}\d+\.\d+\.([0-9a-f]{32})|/(?:commands|actions)/T\w+/\d+/([0-9a-f]{24})")


class Browser:
    """Sends what a browser sends for the page."""

    def __init__(self, server: PlaygroundServer, controller: Controller, system: LocalSystem) -> None:
        self.server, self.controller, self._system = server, controller, system

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        return self._send("GET", path, b"", headers or {})

    def act(self, action: str, details: object, headers: Mapping[str, str] | None = None) -> int:
        """Perform an action, and wait for everything that it starts, so that one does not delay the next."""
        own = {"Origin": self.server.url, "Content-Type": "application/json"}
        status, _ = self._send("POST", f"/api/{action}", json.dumps(details).encode(), own | dict(headers or {}))
        self._system.settle()
        return status

    def state(self, user: str) -> Any:
        return json.loads(self.get(f"/api/state?user={user}")[1])

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.server.address, timeout=60)
        try:
            connection.request(method, path, body, {"Host": self.server.address, **headers})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def browser(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A playground after three members have asked, and one has pressed every button."""
    company, folder = create_workspace(keys), tmp_path_factory.mktemp("playground")
    (folder / "index.html").write_text("the page")
    with LocalSystem(company, parameters=WORKSPACE_PARAMETERS, logs=folder / "logs") as system:
        controller = Controller(company, BotAtUrl(system.url), system.fire_schedule, acknowledgement_seconds=60)
        with PlaygroundServer(controller, mask_for(company), folder) as server:
            browser = Browser(server, controller, system)
            assert browser.act("fault", {"service": "payermax", "fault": "lie"}) == 200
            assert browser.act("schedule", {}) == 200
            for user, channel in ((_DANA, _FINANCE), (_ELI, _FINANCE), (_GUS, _RANDOM)):
                assert browser.act("command", {"user": user, "channel": channel, "text": "USD"}) == 200
                assert browser.act("home", {"user": user}) == 200
            messages = browser.state(_DANA)["messages"]
            (answer,) = [each for each in messages if each["is_private"] and "share" in str(each["blocks"])]
            for action_id in ("details", "refresh", "share"):
                press = {"user": _DANA, "at": {"message": answer["ts"]}, "action_id": action_id}
                assert browser.act("press", press) == 200
            yield browser


def test_nothing_secret_is_sent_to_the_page(browser: Browser, keys: Path) -> None:
    unmasked = "".join(to_json(browser.controller.seen_by(member.id)) for member in MEMBERS)
    sent = "".join(browser.get(f"/api/state?user={member.id}")[1] for member in MEMBERS)
    key_lines = {line for path in keys.iterdir() for line in path.read_text().splitlines() if len(line) == 64}
    generated = {group for found in _GENERATED.finditer(unmasked) for group in found.groups() if group}
    assert key_lines
    assert len(generated) > 2
    assert [each for each in {SIGNING_SECRET, BOT_TOKEN, *key_lines, *generated} if each in sent] == []


def test_the_page_shows_every_request_with_its_secret_headers_masked(browser: Browser) -> None:
    requests = browser.state(_DANA)["requests"]
    assert {request["service"] for request in requests} == {"pagsmile", "payby", "payermax", "slack", "bot"}
    headers = {name: value for request in requests for name, value in request["headers"].items()}
    assert {headers[name] for name in ("x-slack-signature", "sign", "authorization")} == {MASKED}
    assert any("text = USD" in request["body"] for request in requests if request["service"] == "bot")


@pytest.mark.parametrize("path", ["/", "/api/state", "/api/changes?since=0"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", ""])
def test_a_request_for_another_host_name_is_refused(browser: Browser, path: str, host: str) -> None:
    status, body = browser.get(path, {"Host": host})
    assert (status, json.loads(body).keys()) == (421, {"error"})


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Origin": "http://evil.example"}, 403), ({"Origin": ""}, 403), ({"Content-Type": "text/plain"}, 415)],
)
def test_another_site_cannot_perform_an_action(browser: Browser, headers: dict[str, str], status: int) -> None:
    assert browser.act("close_modal", {"user": _DANA}, headers) == status
    assert browser.state(_DANA)["modals"]


def test_only_the_files_of_the_page_are_served(browser: Browser) -> None:
    assert browser.get("/") == (200, "the page")
    assert [browser.get(path)[0] for path in ("/logs", "/%2e%2e/web.py", "/index.html")] == [404] * 3


def test_the_lock_file_names_no_registry_and_has_a_hash_for_every_package() -> None:
    packages = json.loads((_PAGE / "package-lock.json").read_text())["packages"]
    installed = {path: package for path, package in packages.items() if path}
    assert not [path for path, package in installed.items() if "resolved" in package]
    assert not [path for path, package in installed.items() if not package["integrity"].startswith("sha512-")]


def test_a_day_is_played_behind_the_page() -> None:
    with day_at_the_page(CURVES["php-dry"], acknowledgement_seconds=60) as (_, controller):
        controller.command(ANA, MONEY, "PHP")
        for _ in range(4):
            controller.step()
        seen = _seen_by(controller, ANA)
        answer, alert = seen["messages"]
        assert (seen["day"]["now"], seen["day"]["is_playing"]) == ("2026-11-30T06:45+00:00", False)
        assert (answer["is_private"], answer["text"]) == (True, "PHP 5,900,000.00 available, 0.00 frozen.")
        assert alert["text"].startswith("PHP at PayerMax is low: 430,000.00 available")
        assert [each["text"] for each in _seen_by(controller, BEN)["messages"]] == [alert["text"]]
        controller.press(ANA, {"message": answer["ts"]}, "details")
        controller.step()
        assert "DISBURSEMENT" in str(_seen_by(controller, ANA)["modals"])
        controller.close_all_modals(ANA)
        assert _seen_by(controller, ANA)["modals"] == []
        controller.press(BEN, {"message": alert["ts"]}, "watch_take")
        controller.step()
        (form,) = _seen_by(controller, BEN)["modals"]
        controller.submit(BEN, form["id"], {"minutes": "30"})
        controller.step()
        assert "You are on it until" in str(_seen_by(controller, BEN)["modals"])


def _seen_by(controller: Controller, user: str) -> Any:
    return controller.seen_by(user)
