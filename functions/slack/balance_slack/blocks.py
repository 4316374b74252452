"""The answer as a Slack message: totals, who could not answer and why, then account by account. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from balance_core.models import BalanceSummary
from balance_slack.accounts import account_groups, accounts_left_out, group_blocks
from balance_slack.ages import as_of_lines
from balance_slack.block_kit import Block, context, header, sections
from balance_slack.failures import warning_lines
from balance_slack.limits import MESSAGE_BYTES, counted, cut, size
from balance_slack.notes import note_blocks
from balance_slack.table import account_table
from balance_slack.totals import total_sections, total_texts

_AS_OF_ROOM = 800


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack is sent. `text` tells totals and outages by itself: notifications and screen readers show only it.

    `plain_blocks` say the same as `blocks` without a table, for a Slack that refuses that; empty where there is none.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    plain_blocks: tuple[Block, ...] = ()

    def to_wire(self) -> dict[str, object]:
        """The fields that Slack's message and response_url APIs share."""
        return {"text": self.text, "blocks": list(self.blocks)} if self.blocks else {"text": self.text}


def render(
    summary: BalanceSummary,
    names: Mapping[str, str],
    correlation_id: str,
    *,
    actions: Block | None = None,
    note: str | None = None,
    heading: str | None = None,
) -> Message:
    """The message for an answer. `names` are display names by provider id, `actions` its buttons.

    `heading` (plain text) and `note` (one safe line of mrkdwn) stand on top. However long the answer is, the message
    stays within Slack's limits and says what it leaves out.
    """
    top = [*([header(heading)] if heading else []), *([context(note)] if note else [])]
    tail = [*note_blocks(summary, names, correlation_id), *([actions] if actions else [])]
    text = "\n".join([*filter(None, (heading, note)), summary_text(summary, names)])
    return with_accounts(text, [*top, *summary_blocks(summary, names)], tail, summary, names)


def summary_blocks(summary: BalanceSummary, names: Mapping[str, str]) -> list[Block]:
    """The totals, and below them who is missing from them."""
    warnings = [f":warning: {line}" for line in warning_lines(summary, names)]
    return [*total_sections(summary), *sections(warnings)]


def summary_text(summary: BalanceSummary, names: Mapping[str, str]) -> str:
    """The same as text that stands alone."""
    return "\n".join([*total_texts(summary), *warning_lines(summary, names)])


def as_of_blocks(summary: BalanceSummary, names: Mapping[str, str]) -> list[Block]:
    """How fresh the figures are, by provider; nothing where there are none."""
    lines = as_of_lines(summary, names)
    kept = cut(lines, _AS_OF_ROOM, lambda left: f"… and {counted(left, 'more provider', 'more providers')}.")
    return [context("\n".join(kept))] if kept else []


def with_accounts(
    text: str, head: list[Block], tail: list[Block], summary: BalanceSummary, names: Mapping[str, str]
) -> Message:
    """A message with the accounts: in a table, which Slack puts at the end, or where they are too many, in sections."""
    plain_room = MESSAGE_BYTES - size([*head, *tail])
    plain = (*head, *group_blocks(account_groups(summary, names), plain_room, accounts_left_out), *tail)
    rest = [*head, *as_of_blocks(summary, names), *tail]
    table = account_table(summary, names, MESSAGE_BYTES - size(rest))
    return Message(text, (*rest, table), plain) if table else Message(text, plain)
