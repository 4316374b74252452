"""Every surface on which Slack shows one answer: messages, the digest, the Home tab and the details."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from balance_slack.access import AccessPolicy
from balance_slack.commands import words_of
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import Block, View, answer_buttons
from balance_slack.view.details import details_view
from balance_slack.view.home import home_view
from balance_slack.view.message import Message, render, render_digest

SHARER = "<@U0SHARER01>"
_THREAD = "digest's thread"


@dataclass(frozen=True)
class Surface:
    """A message's text and blocks (none where the text is sent alone), or a view and its blocks."""

    name: str
    text: str = ""
    blocks: Sequence[Block] = field(default=(), repr=False)
    view: View | None = field(default=None, repr=False)
    shows_totals: bool = True
    shows_accounts: bool = False


def surfaces(answer: Answer, policy: AccessPolicy) -> Iterator[Surface]:
    """All of them, with everything around the answer that may make them longer.

    A message that has a table also comes without it, and every message also comes as its text alone.
    """
    buttons = answer_buttons(words_of(answer.question), can_share=True)
    yield from _forms("answer", render(answer, buttons, f"Shared by {SHARER}"))
    totals, accounts = render_digest(answer, "Balances at all providers")
    yield Surface("digest", totals.text, totals.blocks)
    yield _text_alone("digest", totals)
    if accounts:
        yield from _forms(_THREAD, accounts)
    yield _view("Home tab", home_view(answer, policy))
    yield _view("details", details_view(answer))


def _forms(name: str, message: Message) -> Iterator[Surface]:
    shows_totals = name != _THREAD
    yield Surface(name, message.text, message.blocks, None, shows_totals, shows_accounts=True)
    if message.plain_blocks:
        plain_name = f"{name} without a table"
        yield Surface(plain_name, message.text, message.plain_blocks, None, shows_totals, shows_accounts=True)
    yield _text_alone(name, message, shows_totals=shows_totals)


def _text_alone(name: str, message: Message, *, shows_totals: bool = True) -> Surface:
    *_, last = message.forms()
    return Surface(f"{name} without blocks", str(last["text"]), shows_totals=shows_totals)


def _view(name: str, view: View) -> Surface:
    blocks: Any = view["blocks"]
    return Surface(name, blocks=blocks, view=view, shows_accounts=True)
