"""Every surface on which Slack shows one answer: messages, the digest, the Home tab and the details."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from balance_slack.access import AccessPolicy
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import Block, View
from balance_slack.view.details import details_view
from balance_slack.view.home import home_view
from balance_slack.view.message import Message, render, render_digest, render_shared

SHARER = "<@U0SHARER01>"


@dataclass(frozen=True)
class Surface:
    """A message's text and blocks (none where the text is sent alone), or a view and its blocks."""

    name: str
    text: str = ""
    blocks: Sequence[Block] = field(default=(), repr=False)
    view: View | None = field(default=None, repr=False)


def surfaces(answer: Answer, policy: AccessPolicy) -> Iterator[Surface]:
    """All of them. A message that has a table also comes without it, and every message also comes without blocks."""
    yield from _forms("answer", render(answer, can_share=True))
    yield from _forms("shared", render_shared(answer, f"{SHARER} shared this"))
    yield from _forms("digest", render_digest(answer))
    yield _view("Home tab", home_view(answer, policy))
    yield _view("details", details_view(answer))


def _forms(name: str, message: Message) -> Iterator[Surface]:
    for number, form in enumerate(message.forms()):
        blocks: Any = form.get("blocks", ())
        yield Surface(f"{name}, form {number}", str(form["text"]), blocks)


def _view(name: str, view: View) -> Surface:
    blocks: Any = view["blocks"]
    return Surface(name, blocks=blocks, view=view)
