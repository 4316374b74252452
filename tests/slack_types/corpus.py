"""Everything with blocks that the bot sends to Slack, made of answers and words that are hard to show.

Acknowledgements and notices below a message are text alone, about which no type and no block's limit has a say.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from balance_core.models import BalanceSummary
from balance_slack import details, home
from balance_slack.access import AccessPolicy, Refused
from balance_slack.block_kit import View, sections
from balance_slack.blocks import render
from balance_slack.buttons import answer_actions, details_only, refresh_only
from balance_slack.commands import Mistake, parse
from balance_slack.digest import render_digest
from balance_slack.notices import ASKING
from balance_slack.replies import help_text, mistake_text, no_answer_text, outdated_text, refusal_text
from tests.local.simulators.slack_limits import refusal
from tests.local.simulators.slack_views import view_problems
from tests.rendering.answers import (
    CODES,
    CORRELATION_ID,
    HOSTILE,
    NAMES,
    every_currency,
    hostile,
    many_balances,
    many_failures,
    mixture,
)
from tests.rendering.faces import CONTACT, faces


@dataclass(frozen=True)
class Sent:
    """A message's blocks or a whole view; `surface` is the type in surfaces.ts that it must have."""

    surface: str
    name: str
    value: Any
    text: str = ""

    def problems(self) -> list[str]:
        """Which of Slack's documented limits it does not keep to."""
        if self.surface != "Message":
            return view_problems(self.value, self.surface.lower())
        found = refusal({"text": self.text, "blocks": self.value})
        return [f"{found[0]}: {found[1]}"] if found else []


def everything(mixed: int = 30) -> Iterator[Sent]:
    """Every kind of message and view about every answer; `mixed` answers are put together at random."""
    for name, summary in _answers(random.Random(4), mixed):
        for face in faces(summary):
            full_name = f"{name}, {face.name}"
            if face.view:
                yield _view(full_name, face.view)
            elif face.blocks:
                yield _message(full_name, face.text, face.blocks)
    yield from _with_other_buttons(many_balances(3, 3))
    for text in _texts():
        yield _message("no answer", text, (*sections([text]), refresh_only("USD")))
        for view in (home.notice_view(text), home.retry_view(text), home.asking_view(text), details.notice_view(text)):
            yield _view("notice", view)
    yield _view("loading", details.loading_view(ASKING))
    yield _view("help", details.help_view(help_text(NAMES, CONTACT)))


def _answers(chance: random.Random, mixed: int) -> Iterator[tuple[str, BalanceSummary]]:
    for size, spread in ((0, 1), (1, 1), (3, 3), (40, 31), (99, 3), (100, 31), (1000, 3)):
        yield f"{size} accounts at {spread} providers", many_balances(size, spread)
    for index, words in enumerate(HOSTILE):
        yield f"hostile words {index}", hostile(words)
    for count in (1, 60, len(CODES)):
        yield f"{count} currencies", every_currency(count)
    for count in (1, 100):
        yield f"{count} failures", many_failures(count)
    for index in range(mixed):
        summary = mixture(chance)
        # More accounts than a table can show look like any others, and take their time.
        if sum(len(report.balances) for report in summary.reports) < 100:
            yield f"mixed {index}", summary


def _with_other_buttons(summary: BalanceSummary) -> Iterator[Sent]:
    """What `faces` leaves out, because it is shorter: questions about everything, a shared answer, an empty policy."""
    for actions in (answer_actions("", can_share=False), details_only("")):
        message = render(summary, NAMES, CORRELATION_ID, actions=actions)
        yield _message("other buttons", message.text, message.blocks)
    post, _ = render_digest(summary, NAMES, CORRELATION_ID, "Balances at all providers", words=None)
    yield _message("no button", post.text, post.blocks)
    yield _view("nobody allowed", home.home_view(summary, NAMES, CORRELATION_ID, AccessPolicy(), CONTACT))


def _texts() -> Iterator[str]:
    yield no_answer_text(CORRELATION_ID, CONTACT)
    for words in HOSTILE:
        yield outdated_text(words)
        yield refusal_text([Refused("this channel", words, "SlackAllowedChannelIds")], CONTACT)
        meant = parse(words, NAMES)
        if isinstance(meant, Mistake):
            yield mistake_text(meant)


def _message(name: str, text: str, blocks: Any) -> Sent:
    return Sent("Message", name, list(blocks), text)


def _view(name: str, view: View) -> Sent:
    return Sent(str(view["type"]).capitalize(), name, view)
