"""A running playground, and what a person does at its page."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.local.company import Holdings
from tests.local.playground.__main__ import PAGE
from tests.local.playground.masking import Mask
from tests.local.playground.scene import Scene
from tests.local.playground.web import PlaygroundServer
from tests.local.playground.workspace import CHANNELS, MEMBERS, WORKSPACE_PARAMETERS, found_workspace
from tests.local.system import LocalSystem


@dataclass(frozen=True)
class Playground:
    """The whole system behind the page at `url`."""

    url: str
    system: LocalSystem
    scene: Scene

    @property
    def asked(self) -> int:
        """How many requests the providers got so far, when nothing more is on its way."""
        self.system.settle()
        return sum(len(provider.requests) for provider in self.system.company.providers.values())

    def prolong_pauses(self) -> None:
        """Let no pause that has begun be over, however long the browser needs for the next click."""
        self.system.settle()
        self.system.claims.prolong()

    def tidy(self) -> None:
        """Mend what was broken, end every pause, and take away what anybody sees."""
        slack = self.system.company.slack
        for service in (*self.system.company.providers, "slack"):
            self.scene.switches.turn(service, None)
        slack.refuses_blocks = False
        self.system.settle()
        self.system.claims.forget()
        for member, channel in product(MEMBERS, CHANNELS):
            for message in slack.seen_by(member.id, channel.id):
                slack.delete_message(message)
        for view in slack.views:
            slack.close_modal(view)


@contextmanager
def running_playground(keys: Path, logs: Path, holdings: Holdings | None = None) -> Iterator[Playground]:
    """The playground with the page that was built for `make playground`; one at a time in a process."""
    company = found_workspace(keys, holdings)
    with LocalSystem(company, parameters=WORKSPACE_PARAMETERS, logs=logs) as system:
        scene = Scene(company, system.url, system.fire_schedule, patience_seconds=60)
        with PlaygroundServer(scene, Mask(company.secrets), PAGE) as server:
            playground = Playground(server.url, system, scene)
            # The first answer, for which every function starts, takes what the machine takes.
            system.command("")
            playground.tidy()
            yield playground


class Visitor:
    """A person at the page. Every wait ends as soon as what is waited for is there."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        expect(page.get_by_test_id("composer")).to_be_visible()
        self.messages = page.get_by_test_id("messages").get_by_test_id("message")
        self.modal = page.get_by_test_id("modal")
        self.home = page.get_by_test_id("home")

    def type(self, text: str) -> None:
        """Type into the channel, and press Enter."""
        composer = self.page.get_by_test_id("composer")
        composer.fill(text)
        composer.press("Enter")

    def ask(self, text: str) -> Locator:
        """Type a command and wait for its answer, which is the newest message then."""
        answers = self.messages.filter(has=self.page.get_by_test_id("action-details"))
        answer = answers.nth(answers.count())
        self.type(text)
        expect(answer).to_be_visible()
        return answer

    def go(self, place: str) -> None:
        """Choose `home-tab` or `channel-finance` from the list of places, on a phone from the menu."""
        menu = self.page.get_by_role("button", name="Menu")
        if menu.is_visible():
            menu.click()
        with self._until_done("home") if place == "home-tab" else nullcontext():
            self.page.get_by_test_id(place).click()

    def become(self, name: str) -> None:
        """See with another member's eyes."""
        user = self.page.get_by_test_id("user")
        (label,) = [text for text in user.locator("option").all_inner_texts() if text.startswith(f"{name} ")]
        user.select_option(label=label)

    def switch(self, service: str, fault: str) -> None:
        """Break a service, or mend it with an empty `fault`."""
        choice = self.behind_the_scenes().get_by_test_id(f"fault-{service}")
        with self._until_done("fault"):
            choice.select_option(fault)
        self.close_panel()

    def refuse_blocks(self) -> None:
        """Let Slack refuse them."""
        choice = self.behind_the_scenes().get_by_test_id("refuse-blocks")
        with self._until_done("refuse_blocks"):
            choice.check()
        self.close_panel()

    def fire_schedule(self) -> None:
        """Let the digest come now."""
        button = self.behind_the_scenes().get_by_test_id("fire-schedule")
        with self._until_done("schedule"):
            button.click()
        self.close_panel()

    def close_panel(self) -> None:
        """See the channel again, which the panel covers on a phone."""
        self.page.get_by_role("button", name="Close the panel").click()

    def behind_the_scenes(self) -> Locator:
        """The panel, with its switches."""
        scenes, panel = self.page.get_by_test_id("scenes"), self.page.get_by_test_id("panel")
        if scenes.get_attribute("aria-expanded") == "false":
            scenes.click()
        panel.get_by_role("tab", name="Switches").click()
        return panel

    def _until_done(self, deed: str) -> AbstractContextManager[object]:
        """Leaves its block when the server has answered the page's request for a deed."""
        answered: AbstractContextManager[object] = self.page.expect_response(f"**/api/{deed}")
        return answered
