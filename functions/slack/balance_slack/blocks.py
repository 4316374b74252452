"""The answer as a Slack message: totals, then account by account, then what could not be answered and why. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from balance_core.models import BalanceSummary
from balance_slack.accounts import AccountGroup, account_groups, empty_lines, has_total_only
from balance_slack.amounts import UNKNOWN, Amounts, amounts_line, has_unknown
from balance_slack.failures import incomplete_sentence, outages, unsupported_lines
from balance_slack.limits import MESSAGE_BYTES, cut, pieces, size
from balance_slack.mrkdwn import code

# What matters most gets its room first; the accounts get all that is left.
_TOTALS_ROOM = 5000
_OUTAGES_ROOM = 2600
_QUIET_ROOM = 800
# A provider's title and the line that says what was left out; 30 providers stay below Slack's 50 blocks.
_GROUP_ROOM = 240
_MOST_GROUPS = 30

Block = dict[str, object]


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack is sent. `text` tells totals and outages by itself: notifications and screen readers show only it."""

    text: str
    blocks: tuple[Block, ...] = ()

    def to_wire(self) -> dict[str, object]:
        """The fields that Slack's message and response_url APIs share."""
        return {"text": self.text, "blocks": list(self.blocks)} if self.blocks else {"text": self.text}


def render(
    summary: BalanceSummary, names: Mapping[str, str], correlation_id: str, heading: str | None = None
) -> Message:
    """The message for an answer. `names` are display names by provider id; `heading` (plain text) stands on top.

    However long the answer is, the message stays within Slack's limits and says what it leaves out.
    """
    incomplete = incomplete_sentence(summary, names)
    found = outages(summary, names)
    head = [_header(heading)] if heading else []
    head += _sections(_totals(summary, "*Total {}:* {}"))
    head += _sections([f":warning: {incomplete}"] if incomplete else [])
    tail = _sections(_cut_outages([f":warning: {outage.sentence} {outage.support}".rstrip() for outage in found]))
    tail += [_context(line) for line in _footnotes(summary, names, correlation_id)]
    room = MESSAGE_BYTES - size([*head, *tail])
    text = [*_totals(summary, "Total {}: {}"), incomplete, *_cut_outages([outage.sentence for outage in found])]
    return Message(
        text="\n".join(line for line in (heading, *text) if line),
        blocks=(*head, *_account_blocks(account_groups(summary, names), room), *tail),
    )


def _totals(summary: BalanceSummary, form: str) -> list[str]:
    if not summary.totals:
        return ["No balance could be read." if summary.is_partial else "No balance other than zero."]
    lines = [form.format(total.currency, amounts_line(total)) for total in summary.totals]
    return cut(
        lines, _TOTALS_ROOM, lambda left: f"… and {_counted(left, 'more currency', 'more currencies')}: ask for one."
    )


def _cut_outages(lines: Sequence[str]) -> list[str]:
    return cut(lines, _OUTAGES_ROOM, lambda left: f"… and {_counted(left, 'more failure', 'more failures')}.")


def _account_blocks(groups: Sequence[AccountGroup], room: int) -> list[Block]:
    shown = min(len(groups), _MOST_GROUPS, room // _GROUP_ROOM)
    blocks: list[Block] = []
    for index, group in enumerate(groups[:shown]):
        # An equal share of what is left, so that one provider's thousand accounts do not hide another's three.
        share = room // (shown - index)
        sections = _sections([group.title, *cut(group.lines, share - size(group.title) - 1, _accounts_left_out)])
        room -= size(sections)
        blocks += sections
    if len(groups) > shown:
        blocks.append(
            _context(f"… and {_counted(len(groups) - shown, 'more provider', 'more providers')}: ask for one.")
        )
    return [{"type": "divider"}, *blocks] if blocks else []


def _accounts_left_out(left: int) -> str:
    return f"… and {_counted(left, 'more account', 'more accounts')}: ask for one currency or provider."


def _footnotes(summary: BalanceSummary, names: Mapping[str, str], correlation_id: str) -> list[str]:
    quiet = [*unsupported_lines(summary, names), *empty_lines(summary, names)]
    quiet = cut(quiet, _QUIET_ROOM, lambda left: f"… and {_counted(left, 'more note', 'more notes')}.")
    holders: tuple[Amounts, ...] = (
        *summary.totals,
        *(each for report in summary.reports for each in report.balances if not has_total_only(each)),
    )
    legend = f"{UNKNOWN} means not reported by the provider. " if any(map(has_unknown, holders)) else ""
    return [*(["\n".join(quiet)] if quiet else []), f"{legend}Reference {code(correlation_id)}"]


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _sections(lines: Sequence[str]) -> list[Block]:
    return [{"type": "section", "text": _mrkdwn(text)} for text in pieces(lines)]


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def _mrkdwn(text: str) -> dict[str, object]:
    # verbatim: Slack must not turn a word that looks like an address, a channel or a name into a link or a mention.
    return {"type": "mrkdwn", "text": text, "verbatim": True}
