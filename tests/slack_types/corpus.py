"""Everything with blocks that the bot sends to Slack, made from answers and words that are hard to show.

Acknowledgements and notices below a message have no blocks, so they are not here.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from balance_core.history.days import DayFigure
from balance_core.history.periods import History, HistoryPoint
from balance_core.models import BalanceSummary
from balance_core.question import Period, Question
from balance_slack.access import AccessPolicy
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import retry_button, sections
from balance_slack.view.details import text_modal
from balance_slack.view.history import render_history
from balance_slack.view.home import home_view, notice_view, retry_view
from balance_slack.view.message import render, render_digest
from balance_slack.view.texts import help_text, outdated_text
from tests.clock import NOW
from tests.rendering.answers import (
    CODES,
    HOSTILE,
    NAMES,
    every_currency,
    hostile,
    many_accounts,
    many_balances,
    many_failures,
    mixture,
)
from tests.rendering.judge import CONTACT, refused
from tests.rendering.surfaces import Surface
from tests.rendering.trial import crowded_surfaces


@dataclass(frozen=True)
class Sent:
    """A message's blocks or a whole view; `type_name` is its type in surfaces.ts."""

    type_name: str
    name: str
    value: Any
    text: str = ""

    def problems(self) -> list[str]:
        """Which of Slack's documented limits it exceeds."""
        if self.type_name == "Message":
            return refused(Surface(self.name, self.text, self.value))
        return refused(Surface(self.name, view=self.value))


def everything(mixed: int = 30) -> Iterator[Sent]:
    """Every kind of message and view about every answer; `mixed` of the answers are random."""
    for name, summary in _answers(random.Random(4), mixed):
        for surface in crowded_surfaces(summary):
            full_name = f"{name}, {surface.name}"
            if surface.view:
                yield _view(full_name, surface.view)
            elif surface.blocks:
                yield _message(full_name, surface.text, surface.blocks)
    yield from _with_other_buttons(Answer(many_balances(3, 3), Question(), NAMES))
    yield from _histories()
    for text in (help_text(NAMES, CONTACT), *map(outdated_text, HOSTILE)):
        yield _message("no answer", text, (*sections([text]), retry_button("USD")))
        for view in (notice_view(text), retry_view(text), text_modal("Balance Bot", text)):
            yield _view("notice", view)


def _answers(chance: random.Random, mixed: int) -> Iterator[tuple[str, BalanceSummary]]:
    for size, spread in ((0, 1), (1, 1), (3, 3), (40, 31), (99, 3), (100, 31), (1000, 3)):
        yield f"{size} accounts at {spread} providers", many_balances(size, spread)
    yield "merchant accounts", many_accounts(6)
    for index, words in enumerate(HOSTILE):
        yield f"hostile words {index}", hostile(words)
    for count in (1, 60, len(CODES)):
        yield f"{count} currencies", every_currency(count)
    for count in (1, 100):
        yield f"{count} failures", many_failures(count)
    for index in range(mixed):
        summary = mixture(chance)
        # More accounts than a table can show look like any others, and take long.
        if sum(len(report.balances) for report in summary.reports) < 100:
            yield f"mixed {index}", summary


def _with_other_buttons(answer: Answer) -> Iterator[Sent]:
    """What the surfaces leave out because it is shorter: fewer buttons, and a policy that allows nobody."""
    for message in (render(answer, can_share=False), render_digest(answer, has_details=False)):
        yield _message("fewer buttons", message.text, message.blocks)
    yield _view("nobody allowed", home_view(answer, AccessPolicy()))


def _histories() -> Iterator[Sent]:
    """A history with and without its chart, and with amounts below zero."""
    for amounts in (("1", "2", None, "3"), ("1", "-2"), ("9" * 20, "1")):
        points = tuple(
            HistoryPoint(since=NOW + timedelta(days=day), available=amount, at=NOW, gaps=not amount, is_charted=True)
            for day, amount in enumerate(amounts)
        )
        figure = DayFigure(closing=amounts[-1], closing_at=NOW, lowest=amounts[-1], lowest_at=NOW, gaps=1)
        history = History(currency="USD", provider="payby", period=Period.WEEK, figure=figure, points=points)
        question = Question(currencies=("USD",), history=Period.WEEK)
        message = render_history(history, question, NAMES, UTC)
        for blocks in (message.blocks, message.plain_blocks):
            yield _message("history", message.text, blocks)


def _message(name: str, text: str, blocks: Any) -> Sent:
    return Sent("Message", name, list(blocks), text)


def _view(name: str, view: Any) -> Sent:
    return Sent(str(view["type"]).capitalize(), name, view)
