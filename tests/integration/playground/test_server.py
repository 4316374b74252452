"""Who may talk to the playground's server, what it serves, how a page hears of a change, and how it ends."""

import socket
import threading
from pathlib import Path

import pytest

from tests.integration.playground.running import DANA, FINANCE, Browser, Playground
from tests.local.playground.__main__ import main
from tests.local.playground.masking import Mask
from tests.local.playground.scene import Scene
from tests.local.playground.web import PlaygroundServer

# A page that waits is answered after 25 seconds, changed or not.
_BEFORE_IT_ENDS_SECONDS = 20


def test_it_listens_on_this_machine_only(playground: Playground) -> None:
    assert playground.server.url.startswith("http://127.0.0.1:")
    port = int(playground.server.url.rpartition(":")[2])
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", port))


@pytest.mark.parametrize("target", ["/", "/page.js", "/api/state", "/api/changes?since=0"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", ""])
def test_another_name_gets_nothing(browser: Browser, target: str, host: str) -> None:
    reply = browser.get(target, {"Host": host.format(port=browser.host.rpartition(":")[2])})
    assert reply.status == 421
    assert reply.json.keys() == {"error"}


def test_localhost_is_this_machine(browser: Browser) -> None:
    host = browser.host.replace("127.0.0.1", "localhost")
    assert browser.get("/", {"Host": host}).status == 200
    assert browser.post("schedule", {}, {"Host": host, "Origin": f"http://{host}"}).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 421),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_another_site_does_nothing(playground: Playground, headers: dict[str, str], status: int) -> None:
    assert playground.browser.post("schedule", {}, headers).status == status
    assert playground.fired == 0


def test_the_page_loads_nothing_from_elsewhere(browser: Browser) -> None:
    page = browser.get("/")
    assert page.body == "the index.html"
    assert page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "target", ["/index.html", "/../deeds.py", "/%2e%2e/deeds.py", "/api/command", "/api/state?user=U"]
)
def test_there_is_nothing_else(browser: Browser, target: str) -> None:
    assert browser.get(target).status == 404


@pytest.mark.parametrize(
    ("deed", "said", "reason"),
    [
        ("dance", {}, "there is no dance"),
        ("command", [], "not a JSON object"),
        ("command", {"user": "U1", "channel": FINANCE, "text": ""}, "nobody here has the ID U1"),
        ("command", {"user": DANA, "channel": "C1", "text": ""}, "no such channel"),
        ("command", {"user": DANA, "channel": FINANCE}, "`text` must be a text"),
        ("press", {"user": DANA, "at": "ts", "action_id": "details"}, "`at` must name"),
        ("press", {"user": DANA, "at": {}, "action_id": "details"}, "does not see this"),
        ("fault", {"service": "slack", "fault": None}, "`fault` must be a text"),
    ],
)
def test_what_is_not_understood_is_refused(browser: Browser, deed: str, said: object, reason: str) -> None:
    reply = browser.post(deed, said)
    assert reply.status == 400
    assert reason in reply.json["error"]


def test_other_methods_do_nothing(browser: Browser) -> None:
    for method in ("PUT", "DELETE", "OPTIONS"):
        assert browser.send(method, "/api/state").status == 405


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("command", {"user": DANA, "channel": FINANCE, "text": "USD"}),
        ("home", {"user": DANA}),
        ("fault", {"service": "slack", "fault": "fail"}),
        ("refuse_blocks", {"is_on": True}),
        ("close_modal", {"user": DANA}),
    ],
)
def test_a_waiting_page_hears_of_a_change(browser: Browser, deed: str, said: object) -> None:
    revision = browser.state()["revision"]
    heard = threading.Event()

    def wait() -> None:
        browser.get(f"/api/changes?since={revision}")
        heard.set()

    page = threading.Thread(target=wait)
    page.start()
    browser.post(deed, said)
    page.join(_BEFORE_IT_ENDS_SECONDS)
    assert heard.is_set()
    assert browser.state()["revision"] != revision


def test_the_end_does_not_wait_for_a_waiting_page(playground: Playground) -> None:
    revision = playground.browser.state()["revision"]
    with socket.create_connection(("127.0.0.1", int(playground.server.url.rpartition(":")[2]))) as page:
        page.sendall(f"GET /api/changes?since={revision} HTTP/1.1\r\nHost: {playground.browser.host}\r\n\r\n".encode())
        end = threading.Thread(target=playground.server.close)
        end.start()
        end.join(_BEFORE_IT_ENDS_SECONDS)
        assert not end.is_alive()


def test_a_port_that_is_taken_is_refused_and_one_that_was_let_go_is_had_again(
    playground: Playground, tmp_path: Path
) -> None:
    company = playground.company
    scene, mask = Scene(company, playground.bot.url, lambda: None), Mask(company.secrets)
    port = int(playground.server.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        PlaygroundServer(scene, mask, tmp_path, port)
    playground.browser.state()
    playground.server.close()
    with PlaygroundServer(scene, mask, tmp_path, port) as again:
        assert Browser(again.url).state()["user"] == DANA


def test_without_the_built_page_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--page", str(tmp_path)]) == 2
    assert "make playground" in capsys.readouterr().err
