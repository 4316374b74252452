"""A running playground, and what a person does on its page."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.local.aws.stack import STACK_NAME
from tests.local.company import DIGEST_CHANNEL, PROVIDERS, ProviderSetUp
from tests.local.history import seed_history
from tests.local.paths import INSTALLED, PROJECT
from tests.local.playground.__main__ import PAGE
from tests.local.playground.bot import BotAtUrl
from tests.local.playground.controller import Controller
from tests.local.playground.masking import mask_for
from tests.local.playground.web import PlaygroundServer
from tests.local.playground.workspace import DANA, MEMBERS, WORKSPACE, WORKSPACE_PARAMETERS, create_workspace
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

    @property
    def snapshots(self) -> int:
        """How many snapshots were taken, once no more are on their way."""
        self.system.settle()
        return sum(each["detail-type"] == "BalancesCollected" for each in self.system.bus.published)

    def take_snapshot(self) -> None:
        """Let the watch's schedule take a snapshot, and the watch look at it."""
        self.system.fire_schedule(name="watch")
        self.system.settle()

    def watch(self, *rules: Mapping[str, object]) -> None:
        """Have Dana add rules, each with at least a target and a warning level; the watch looks at their money."""
        for rule in rules:
            given = {"channel": DIGEST_CHANNEL, "owner": DANA.user_id, "in_a_row": 1, **rule}
            save = {"request": "save", "rule": given, "by": DANA.user_id}
            result = self.system.functions.invoke(f"{STACK_NAME}-watch:live", json.dumps(save).encode())
            assert json.loads(result.payload)["rule"], result.payload
        if rules:
            self.take_snapshot()

    def prolong_cooldowns(self) -> None:
        """Let no cooldown end before the next click, however slow the browser is."""
        self.system.settle()
        self.system.requests_table.prolong()

    def reset(self) -> None:
        """Remove every fault, cooldown, message, view and rule."""
        slack = self.system.company.slack
        for service in (*self.system.company.providers, "slack"):
            self.controller.set_fault(service, "")
        slack.refuses_blocks = False
        self.system.settle()
        self.system.requests_table.clear()
        self._forget_rules()
        for member in MEMBERS:
            for channel in WORKSPACE.seen_by(member):
                for message in slack.seen_by(member.id, channel.id):
                    slack.delete_message(message)
        for view in slack.views:
            slack.close_modal(view)

    def _forget_rules(self) -> None:
        table = f"{STACK_NAME}-WatchTable"
        for item in self.system.dynamodb.scan(TableName=table)["Items"]:
            self.system.dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("place", "entry")})


@contextmanager
def running_playground(
    keys: Path, logs: Path, providers: Mapping[str, ProviderSetUp] = PROVIDERS, *, has_history: bool = False
) -> Iterator[Playground]:
    """A playground with the page that `make` built and perhaps a history; only one at a time in a process."""
    company = create_workspace(keys, providers)
    with LocalSystem(company, parameters=WORKSPACE_PARAMETERS, logs=logs) as system:
        if has_history:
            seed_history(system.dynamodb, datetime.now(UTC), company.providers)
        controller = Controller(company, BotAtUrl(system.url), system.fire_schedule, acknowledgement_seconds=60)
        with PlaygroundServer(controller, mask_for(company), PAGE) as server:
            playground = Playground(server.url, system, controller)
            # Every function's cold start happens here, and not during a test.
            system.command("")
            playground.reset()
            yield playground


@contextmanager
def day_played(name: str) -> Iterator[str]:
    """The URL of a playground with a day, in a process of its own, because a day replaces AWS in its process."""
    packages = [str(INSTALLED / each) for each in ("slack", "layer")]
    path = os.pathsep.join([*packages, *filter(None, sys.path)])
    command = [sys.executable, "-m", "tests.local.playground", "--port", "0", "--day", name]
    with subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, "the playground did not start"
            yield found[0]
        finally:
            process.send_signal(signal.SIGTERM)


class Visitor:
    """A person using the page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        expect(page.get_by_test_id("composer")).to_be_visible()
        self.messages = page.get_by_test_id("messages").get_by_test_id("message")
        self.modal = page.get_by_test_id("modal")
        self.home = page.get_by_test_id("home")
        self.title = self.modal.locator("h2").first

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

    def rules(self) -> Locator:
        """Ask for the list of rules, which is then the newest message."""
        lists = self.messages.filter(has=self.page.get_by_role("heading", name=re.compile(r"\brules?\b")))
        newest = lists.nth(lists.count())
        self.type("/balance watch")
        expect(newest).to_be_visible()
        return newest

    def fill(self, label: str, text: str) -> None:
        """Enter text into a field of the modal, or `2026-11-30T08:15` into one for a date and time."""
        self.field(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a menu or of radio buttons in the modal by its text."""
        expect(self.field(label)).to_be_visible()
        group = self.modal.get_by_role("radiogroup", name=label)
        if group.count():
            group.get_by_role("radio", name=option).check()
        else:
            self.field(label).select_option(label=option)

    def field(self, label: str) -> Locator:
        """The field of the modal with this label; "(optional)" may follow it."""
        return self.modal.get_by_label(_label(label))

    def error(self, label: str) -> Locator:
        """The error that is shown at a field of the modal."""
        return self.modal.locator(".field").filter(has=self.page.get_by_label(_label(label))).locator(".field-error")

    def submit(self) -> None:
        """Submit the modal, and wait until the bot has acknowledged it."""
        with self._until_done("submit"):
            self.modal.get_by_test_id("modal-submit").click()

    def close_modal(self) -> None:
        """Press the modal's button to close it, or to go back."""
        closed = self.modal.element_handle()
        self.modal.get_by_test_id("modal-close").click()
        closed.wait_for_element_state("hidden")

    def play_until(self, clock: str) -> None:
        """Press *+15 min* until a day's clock is at `clock`, such as `06:45`."""
        now = self.page.get_by_test_id("day-time")
        while (now.get_attribute("title") or "") < clock:
            before = now.get_attribute("title") or ""
            with self._until_done("step"):
                self.page.get_by_test_id("day-step").click()
            # Within a step, the clock is between two quarters of an hour.
            expect(now).to_have_attribute("title", re.compile(rf"^(?!{before})\d\d:(00|15|30|45) UTC$"))

    def go(self, place: str) -> None:
        """Open `home-tab`, `messages-tab` or `channel-finance` from the sidebar, which is a menu on a phone."""
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


def _label(words: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(words)}( \(optional\))?$")
