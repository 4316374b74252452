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
from balance_core.watch_requests import Press, PressKind, Preview, Problem
from balance_slack.access import AccessPolicy
from balance_slack.alert_form import AlertOf
from balance_slack.view.alert_forms import pressed_view, snooze_form, take_form
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import retry_button, sections
from balance_slack.view.history import render_history
from balance_slack.view.home import home_view, notice_view, retry_view
from balance_slack.view.message import missing_digest, render, render_digest
from balance_slack.view.modals import text_modal
from balance_slack.view.rule_form import Places, not_saved_view, preview_view, rule_form, saved_view
from balance_slack.view.texts import help_text, outdated_text
from balance_slack.view.watch import incident_message
from balance_slack.view.watch_details import alert_details
from balance_slack.view.watch_effect import Alert
from balance_slack.view.watch_list import Reader, removed_note, render_rules
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
from tests.unit.listed_cases import (
    critical,
    fine,
    frozen,
    low,
    never_seen,
    new,
    recovering,
    rule,
    so_far,
    unseen,
    watched,
)
from tests.unit.watch_cases import RULE, Watch, row


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
    yield from _alerts()
    yield from rules_and_alerts()
    yield from forms()
    yield from _with_other_buttons(Answer(many_balances(3, 3), Question(), NAMES))
    yield from _histories()
    for text in (help_text(NAMES, CONTACT), *map(outdated_text, HOSTILE)):
        yield _message("no answer", text, (*sections([text]), retry_button("USD")))
        for view in (notice_view(text), retry_view(text), text_modal("Balance Bot", text)):
            yield _view("notice", view)


def forms() -> Iterator[Sent]:
    """The forms of a rule and of an alert, what waits behind them, and what is said afterwards."""
    money = {"currency": "PHP", "provider": "payermax", "account": HOSTILE[0][:60], "type": HOSTILE[1][:60]}
    new = {**RULE, "target": money}
    accounts = [("payby", f"account {number}") for number in range(200)]
    places = Places(NAMES, accounts, [("payby", "T"), ("payermax", "T")])
    seen = Preview(since=NOW, snapshots=9, readings=0, notifications={}, longer_than_two_hours=1, shorter=1, missed=1)
    preview = preview_view(new, NAMES, seen, HOSTILE[:9], NOW, 30)
    yield _view("the form of a new rule", rule_form(new, places, "Asia/Manila", HOSTILE[:10]))
    yield _view("an empty form", rule_form({"channel": "", "owner": ""}, Places(NAMES), "UTC"))
    yield _view("the form of an old rule", rule_form({**new, "id": "php", "revision": 3}, places, "UTC"))
    yield _view("a preview", preview)
    yield _view("a saved rule", saved_view(new, NAMES, is_new=True))
    yield _view("a rule that was not saved", not_saved_view(Problem(field="target", problem=HOSTILE[0])))
    yield _view("the form of a promise", take_form(AlertOf("php", 3)))
    yield _view("the form of a snooze", snooze_form(AlertOf("php"), NOW))
    for kind in PressKind:
        for refusal in (None, "over"):
            yield _view("what a press did", pressed_view(Press(kind=kind, by="U1", until=NOW), refusal))


def _alerts() -> Iterator[Sent]:
    """The message of an incident in every state, and frozen money."""
    watch = Watch({**RULE, "link": "https://merchant.example.com/top-up"})
    effects: list[Any] = []
    for hour, thousands in enumerate((900, 900, 400, 400, 100, 100, 600, 900, 900, None, None, 400)):
        effects += watch.see(f"{hour:02}:00", thousands)
        if hour == 3:
            effects += watch.press("03:10", "take", until="05:00")
            effects += watch.press("03:20", "snooze", until="05:00", why=HOSTILE[0])
    effects += watch.edit("13:00", deleted="U0123456789")
    frozen = Watch({"id": "freeze", "kind": "freeze", "channel": "C0123456789", "owner": "C0123456789"})
    for clock, amount in (("06:00", "0"), ("06:15", "11.41")):
        effects += frozen.see(clock, row(clock, None, frozen=amount))
    for number, effect in enumerate(effects):
        if effect["where"] != "direct":
            message: Any = incident_message(Alert.of(watch.rule, effect, NAMES))
            yield _message(f"alert {number}, {effect['kind']}", message["text"], message["blocks"])


def rules_and_alerts() -> Iterator[Sent]:
    """The list of rules, Home, a digest and the details of alerts, with rules in every state and hostile words."""
    made = [critical(), low(), unseen(), never_seen(), recovering(), so_far(), new(), fine(), frozen()]
    for number, words in enumerate(HOSTILE):
        name = {"account": words[:256] or "-", "type": words[:256] or "-"}
        link = "https://example.com/<!here>`&"
        evil = Watch(rule(f"evil-{number}", channel=words[:256] or "-", owner=words[:256] or "-", link=link))
        evil.rule["target"] = {"currency": "PHP", "provider": "payermax", **name}
        evil.run("07:00")
        evil.press("08:00", "snooze", by=words[:256] or "-", until="12:00", why=words if words.strip() else "-")
        made.append(evil)
    rules = watched(*made, undelivered={"php": 2, **{each.rule["id"]: 1 for each in made[8:]}})
    answer = Answer(many_balances(3, 3), Question(), NAMES)
    for some in ([], rules[:1], rules[:9], rules, rules[9:]):
        for is_admin in (True, False):
            reader = Reader(is_admin, CONTACT, "payby")
            message = render_rules(some, Question(), reader, HOSTILE[:3], removed_note(RULE, NAMES))
            yield _message(f"{len(some)} rules", message.text, message.blocks)
        digest = render_digest(answer, rules=some)
        yield _message(f"digest with {len(some)} rules", digest.text, digest.blocks)
        yield _view(f"Home with {len(some)} rules", home_view(answer, AccessPolicy(), some))
    for message in (render_digest(answer, rules=None), missing_digest(Question(), rules)):
        yield _message("digest", message.text, message.blocks)
    yield _view("Home without the watch", retry_view("No answer.", None))
    for each in (None, *rules):
        yield _view("details of an alert", alert_details(each, 7))
        yield _view("details of an alert", alert_details(each, 1))


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
