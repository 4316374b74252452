"""A running playground, and what a person does on its page."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.local.company import PROVIDERS, ProviderSetUp
from tests.local.history import seed_history
from tests.local.playground.__main__ import PAGE
from tests.local.playground.controller import Controller
from tests.local.playground.masking import mask_for
from tests.local.playground.web import PlaygroundServer
from tests.local.playground.workspace import CHANNELS, MEMBERS, WORKSPACE_PARAMETERS, create_workspace
from tests.local.system import LocalSystem


@dataclass(frozen=True)
class Playground:
    """The whole system behind the page at `url`."""

    url: str
    system: LocalSystem
    controller: Controller

    @property
    def asked(self) -> int:
        """How many requests the providers have received, once no more are on their way."""
        self.system.settle()
        return sum(len(provider.requests) for provider in self.system.company.providers.values())

    def prolong_cooldowns(self) -> None:
        """Let no cooldown end before the next click, however slow the browser is."""
        self.system.settle()
        self.system.requests_table.prolong()

    def reset(self) -> None:
        """Remove every fault, cooldown, message and view."""
        slack = self.system.company.slack
        for service in (*self.system.company.providers, "slack"):
            self.controller.set_fault(service, "")
        slack.refuses_blocks = False
        self.system.settle()
        self.system.requests_table.clear()
        for member, channel in product(MEMBERS, CHANNELS):
            for message in slack.seen_by(member.id, channel.id):
                slack.delete_message(message)
        for view in slack.views:
            slack.close_modal(view)


@contextmanager
def running_playground(
    keys: Path, logs: Path, providers: Mapping[str, ProviderSetUp] = PROVIDERS, *, has_history: bool = False
) -> Iterator[Playground]:
    """A playground with the page that `make` built and perhaps a history; only one at a time in a process."""
    company = create_workspace(keys, providers)
    with LocalSystem(company, parameters=WORKSPACE_PARAMETERS, logs=logs) as system:
        if has_history:
            seed_history(system.dynamodb, datetime.now(UTC), company.providers)
        controller = Controller(company, system.url, system.fire_schedule, acknowledgement_seconds=60)
        with PlaygroundServer(controller, mask_for(company), PAGE) as server:
            playground = Playground(server.url, system, controller)
            # Every function's cold start happens here, and not during a test.
            system.command("")
            playground.reset()
            yield playground


class Visitor:
    """A person using the page."""

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
        """Type a command and wait for its answer, which is then the newest message."""
        answers = self.messages.filter(has=self.page.get_by_test_id("action-details"))
        answer = answers.nth(answers.count())
        self.type(text)
        expect(answer).to_be_visible()
        return answer

    def go(self, place: str) -> None:
        """Open `home-tab` or `channel-finance` from the sidebar, which is a menu on a phone."""
        menu = self.page.get_by_role("button", name="Menu")
        if menu.is_visible():
            menu.click()
        with self._until_done("home") if place == "home-tab" else nullcontext():
            self.page.get_by_test_id(place).click()

    def become(self, name: str) -> None:
        """Switch to another member."""
        user = self.page.get_by_test_id("user")
        (label,) = [text for text in user.locator("option").all_inner_texts() if text.startswith(f"{name} ")]
        user.select_option(label=label)

    def switch(self, service: str, fault: str) -> None:
        """Apply a fault to a service; an empty `fault` removes it."""
        choice = self.behind_the_scenes().get_by_test_id(f"fault-{service}")
        with self._until_done("fault"):
            choice.select_option(fault)
        self.close_panel()

    def refuse_blocks(self) -> None:
        """Let Slack refuse messages with blocks."""
        choice = self.behind_the_scenes().get_by_test_id("refuse-blocks")
        with self._until_done("refuse_blocks"):
            choice.check()
        self.close_panel()

    def fire_schedule(self) -> None:
        """Fire the schedule of the digest."""
        button = self.behind_the_scenes().get_by_test_id("fire-schedule")
        with self._until_done("schedule"):
            button.click()
        self.close_panel()

    def close_panel(self) -> None:
        """Close the panel, which covers the channel on a phone."""
        self.page.get_by_role("button", name="Close the panel").click()

    def behind_the_scenes(self) -> Locator:
        """Open the panel with the switches."""
        scenes, panel = self.page.get_by_test_id("scenes"), self.page.get_by_test_id("panel")
        if scenes.get_attribute("aria-expanded") == "false":
            scenes.click()
        panel.get_by_role("tab", name="Switches").click()
        return panel

    def _until_done(self, action: str) -> AbstractContextManager[object]:
        """Wait at the end of the block until the server has answered the page's request for an action."""
        answered: AbstractContextManager[object] = self.page.expect_response(f"**/api/{action}")
        return answered
