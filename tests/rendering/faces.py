"""Every face that one answer has in Slack, with everything around it that makes it longer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from balance_core.models import BalanceSummary
from balance_slack.access import AccessPolicy
from balance_slack.block_kit import Block, View
from balance_slack.blocks import Message, render
from balance_slack.buttons import answer_actions
from balance_slack.commands import Ask
from balance_slack.details import details_view
from balance_slack.digest import render_digest
from balance_slack.home import home_view
from tests.rendering.answers import CODES, CORRELATION_ID, NAMES

SHARER, CONTACT, CHANNEL = "<@U0SHARER01>", "<@U0ADMIN0001>", "<#C0FINANCE01>"
OWN_MENTIONS = (SHARER, CONTACT, CHANNEL)
_ACTIONS = answer_actions(" ".join(CODES[:40]), can_share=True)
_ACCESS = AccessPolicy(
    team_ids=frozenset({"T0COMPANY1"}),
    channel_ids=frozenset({CHANNEL[2:-1], "D0123ABCD"}),
    user_ids=frozenset(f"U9LISTED{number:04}" for number in range(200)),
    share_channel_ids=frozenset({"*"}),
)


@dataclass(frozen=True)
class Face:
    """A message's text and blocks, or a view with its blocks. Of a text alone and a digest's first post none is
    expected to show an account.
    """

    name: str
    text: str = ""
    blocks: Sequence[Block] = field(default=(), repr=False)
    view: View | None = field(default=None, repr=False)
    shows_accounts: bool = True


def faces(summary: BalanceSummary) -> Iterator[Face]:
    """All of them, text alone included; the plain form only where there is a table."""
    note = f"Shared by {SHARER}"
    answer = render(summary, NAMES, CORRELATION_ID, actions=_ACTIONS, note=note, currencies=CODES, contact=CONTACT)
    yield from _message("answer", answer)
    post, thread = render_digest(summary, NAMES, CORRELATION_ID, "Balances at all providers", "USD", currencies=CODES)
    yield Face("digest", post.text, post.blocks, shows_accounts=False)
    yield _alone("digest", post)
    if thread:
        yield from _message("digest's thread", thread)
    yield _view("Home tab", home_view(summary, NAMES, CORRELATION_ID, _ACCESS, CONTACT))
    yield _view("details", details_view(summary, NAMES, CORRELATION_ID, Ask(tuple(CODES))))


def _message(name: str, message: Message) -> Iterator[Face]:
    yield Face(name, message.text, message.blocks)
    if message.plain_blocks:
        yield Face(f"{name} without a table", message.text, message.plain_blocks)
    yield _alone(name, message)


def _alone(name: str, message: Message) -> Face:
    return Face(f"{name} without blocks", message.text_alone, shows_accounts=False)


def _view(name: str, view: View) -> Face:
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    return Face(name, blocks=blocks, view=view)
