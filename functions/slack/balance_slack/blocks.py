"""The answer as a Slack message: totals, who could not answer and why, then account by account. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from balance_core.models import BalanceSummary
from balance_slack.accounts import account_groups, accounts_left_out, group_blocks, reports_by_provider
from balance_slack.ages import as_of_lines
from balance_slack.block_kit import Block, context, sections
from balance_slack.failures import contact_lines, warning_lines
from balance_slack.limits import MESSAGE_BYTES, counted, cut, size
from balance_slack.notes import note_blocks, quiet_note, reference_note
from balance_slack.table import account_table
from balance_slack.totals import total_sections, total_texts

_AS_OF_ROOM = 800
_ACCOUNTS_LEFT_OUT = (
    "The accounts are left out: Slack did not take them. Asking about one currency or provider may show them."
)


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack is sent. `text` tells totals and outages by itself: notifications and screen readers show only it.

    `plain_blocks` say the same as `blocks` without a table, for a Slack that refuses that; empty where there is none.
    `afterword` (mrkdwn) is what `text` needs below it where Slack takes no blocks at all.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    plain_blocks: tuple[Block, ...] = ()
    afterword: str = ""

    @property
    def text_alone(self) -> str:
        """What is sent when Slack takes no blocks."""
        return "\n".join(filter(None, [self.text, self.afterword]))

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
    currencies: Sequence[str] = (),
    contact: str = "",
) -> Message:
    """The message for an answer. `names` are display names by provider id, `actions` its buttons.

    `note` (one safe line of mrkdwn) stands on top. `currencies` are those that the question named, `contact` (mrkdwn)
    is whom to tell of what will not pass by itself. However long the answer is, the message stays within Slack's limits
    and says what it leaves out.
    """
    top = [context(note)] if note else []
    tail = [*note_blocks(summary, names, correlation_id), *([actions] if actions else [])]
    text = "\n".join(filter(None, [note, summary_text(summary, names, currencies, contact)]))
    head = [*top, *summary_blocks(summary, names, currencies, contact)]
    rendered = with_accounts(text, head, tail, summary, names)
    behind = [summary_afterword(summary, names, correlation_id), rendered.afterword]
    return replace(rendered, afterword="\n".join(filter(None, behind)))


def summary_blocks(
    summary: BalanceSummary, names: Mapping[str, str], currencies: Sequence[str] = (), contact: str = ""
) -> list[Block]:
    """The totals, and below them who is missing from them, and whom to tell; the arguments are those of `render`."""
    warnings = [f":warning: {line}" for line in warning_lines(summary, names)]
    return [*total_sections(summary, currencies), *sections([*warnings, *contact_lines(summary, contact)])]


def summary_text(
    summary: BalanceSummary, names: Mapping[str, str], currencies: Sequence[str] = (), contact: str = ""
) -> str:
    """The same as text that stands alone."""
    lines = [*total_texts(summary, currencies), *warning_lines(summary, names), *contact_lines(summary, contact)]
    return "\n".join(lines)


def as_of_blocks(summary: BalanceSummary, names: Mapping[str, str]) -> list[Block]:
    """How fresh the figures are, by provider; nothing where there are none."""
    lines = _as_of_lines(summary, names)
    return [context("\n".join(lines))] if lines else []


def summary_afterword(summary: BalanceSummary, names: Mapping[str, str], correlation_id: str) -> str:
    """How fresh the figures are, and the notes without the providers' own words, of which text could make links."""
    lines = [*_as_of_lines(summary, names), quiet_note(summary, names), reference_note(summary, correlation_id)]
    return "\n".join(filter(None, lines))


def with_accounts(
    text: str,
    head: list[Block],
    tail: list[Block],
    summary: BalanceSummary,
    names: Mapping[str, str],
    *,
    says_ages: bool = True,
) -> Message:
    """A message with the accounts: in a table, which Slack puts at the end, or where they are too many, in sections.

    Its afterword says that they are left out. Without `says_ages` how fresh the figures are stands elsewhere.
    """
    afterword = _ACCOUNTS_LEFT_OUT if reports_by_provider(summary) else ""
    plain_room = MESSAGE_BYTES - size([*head, *tail])
    plain = (*head, *group_blocks(account_groups(summary, names), plain_room, accounts_left_out), *tail)
    rest = [*head, *(as_of_blocks(summary, names) if says_ages else []), *tail]
    table = account_table(summary, names, MESSAGE_BYTES - size(rest))
    return Message(text, (*rest, table), plain, afterword) if table else Message(text, plain, afterword=afterword)


def _as_of_lines(summary: BalanceSummary, names: Mapping[str, str]) -> list[str]:
    lines = as_of_lines(summary, names)
    return cut(lines, _AS_OF_ROOM, lambda left: f"… and {counted(left, 'more provider', 'more providers')}.")
