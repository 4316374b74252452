"""The playground before the whole system: everything a newcomer tries, and nothing secret in what the page gets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.canary.company import key_canary
from tests.canary.search import Canary, Kind, Search
from tests.integration.playground.running import DANA, ELI, FINANCE, GUS, RANDOM, Browser
from tests.local.company import BOT_TOKEN, SIGNING_SECRET
from tests.local.playground.masking import Mask
from tests.local.playground.scene import Scene
from tests.local.playground.web import PlaygroundServer
from tests.local.playground.workspace import MEMBERS, WORKSPACE_PARAMETERS, found_workspace
from tests.local.simulators.documents import to_json
from tests.local.simulators.keys import key_pair
from tests.local.system import LocalSystem

_KEYS = ("merchant", "pagsmile", "payby", "payermax")
# As they come in requests and in the forms of Slack: what is found this way must have been made by the run.
_MADE_MEANWHILE = {
    Kind.SIGNATURE: re.compile(r'"sign": ?"([^"]{100,})"|"x-slack-signature": ?"v0=([0-9a-f]{64})"'),
    Kind.TRIGGER: re.compile(r"trigger_id\W{1,10}\d+\.\d+\.([0-9a-f]{32})"),
    Kind.RESPONSE_URL: re.compile(r"/(?:commands|actions)/T\w+/\d+/([0-9a-f]{24})"),
}


@dataclass(frozen=True)
class Seen:
    """What the members saw in the end, as it left the server, and the same before it was masked."""

    sent: dict[str, str]
    unmasked: str
    states: dict[str, Any]


@pytest.fixture(scope="module")
def seen(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    company, logs = found_workspace(keys), tmp_path_factory.mktemp("logs")
    with LocalSystem(company, parameters=WORKSPACE_PARAMETERS, logs=logs) as system:
        scene = Scene(company, system.url, system.fire_schedule, patience_seconds=60)
        with PlaygroundServer(scene, Mask(company.secrets), logs) as server:
            _try_everything(Browser(server.url), system)
            sent = {each.id: Browser(server.url).get(f"/api/state?user={each.id}").body for each in MEMBERS}
            states = {each.id: Browser(server.url).state(each.id) for each in MEMBERS}
            yield Seen(sent, "".join(to_json(scene.seen_by(each)) for each in MEMBERS), states)


def _try_everything(browser: Browser, system: LocalSystem) -> None:
    assert browser.post("fault", {"service": "payermax", "fault": "lie"}).status == 200
    deeds: list[tuple[str, object]] = [("schedule", {})]
    for user, channel in ((DANA, FINANCE), (ELI, FINANCE), (GUS, RANDOM)):
        deeds += [("command", {"user": user, "channel": channel, "text": "USD"}), ("home", {"user": user})]
    for deed, said in deeds:
        assert browser.post(deed, said).status == 200
        # One after the other: when a dozen functions start at once, an answer may come too late and without buttons.
        system.settle()
    (answer,) = [each for each in browser.state()["messages"] if "share" in str(each["blocks"]) and each["is_private"]]
    for action_id in ("details", "refresh", "share"):
        press = {"user": DANA, "at": {"message": answer["ts"]}, "action_id": action_id}
        assert browser.post("press", press).status == 200
        # While a pressed Refresh asks, the answer has no buttons.
        system.settle()


def _canaries(keys: Path, unmasked: str) -> list[Canary]:
    decoy = key_pair(keys, "decoy")
    made = [
        Canary(f"{kind.value} {text[:6]}", kind, (text.encode(),))
        for kind, pattern in _MADE_MEANWHILE.items()
        for found in pattern.finditer(unmasked)
        for text in found.groups()
        if text
    ]
    return [
        *(key_canary(name, key_pair(keys, name), decoy) for name in _KEYS),
        Canary("signing secret", Kind.TOKEN, (SIGNING_SECRET.encode(),)),
        Canary("bot token", Kind.TOKEN, (BOT_TOKEN.encode(),)),
        *made,
    ]


def test_nothing_secret_is_sent_to_the_page(seen: Seen, keys: Path) -> None:
    canaries = _canaries(keys, seen.unmasked)
    assert {canary.kind for canary in canaries} == {Kind.KEY, Kind.TOKEN, *_MADE_MEANWHILE}
    search = Search(canaries)
    # The search finds them where nothing is masked, so what it does not find is not there.
    found = {canary.kind for canary in search.find(seen.unmasked)}
    assert found == {Kind.TOKEN, *_MADE_MEANWHILE}
    for sent in seen.sent.values():
        assert {canary.name for canary in search.find(sent)} == set()


def test_each_member_sees_what_the_bot_lets_them_see(seen: Seen) -> None:
    for user in (ELI, GUS):
        (refusal,) = [each for each in seen.states[user]["messages"] if each["is_private"]]
        assert user in refusal["text"]
        assert "897,993.88" not in str(seen.states[user]["home"])
    (shared,) = [
        each for each in seen.states[ELI]["messages"] if not each["is_private"] and "Shared by" in str(each["blocks"])
    ]
    assert shared["channel"] == FINANCE
    assert seen.states[DANA]["modal"]["payload"]["type"] == "modal"
    assert "897,993.88" in str(seen.states[DANA]["home"])


def test_the_digest_stands_above_its_thread(seen: Seen) -> None:
    messages = seen.states[ELI]["messages"]
    threads = {each["thread_ts"] for each in messages if each["thread_ts"]}
    parents = {each["ts"]: each["channel"] for each in messages if each["ts"] in threads}
    assert len(parents) == len(threads) == 2
    assert set(parents.values()) == {"C0123456789", "C0BRANCH001"}


def test_the_requests_to_everybody_are_shown(seen: Seen) -> None:
    services = {request["service"] for request in seen.states[DANA]["requests"]}
    assert services == {"pagsmile", "payby", "payermax", "slack", "bot"}
