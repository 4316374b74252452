"""The quiet lines below an answer: what nobody holds, what support needs, what the dash means, our reference."""

from collections.abc import Mapping
from operator import attrgetter

from balance_core.models import BalanceSummary
from balance_slack.accounts import empty_lines
from balance_slack.amounts import UNKNOWN, has_unknown
from balance_slack.block_kit import Block, context
from balance_slack.commands import Ask
from balance_slack.failures import outages, unsupported_lines
from balance_slack.limits import Lines, counted, cut
from balance_slack.mrkdwn import code

_ROOM = 800
_SUPPORT_ROOM = 800
# Sixty currencies fit; more end in `…`.
_MOST_ASKED_CHARACTERS = 300


def note_blocks(summary: BalanceSummary, names: Mapping[str, str], correlation_id: str) -> list[Block]:
    """At most three blocks, of which the last always has the reference."""
    support = Lines(attrgetter("support"), [outage for outage in outages(summary, names) if outage.has_support])
    texts = [quiet_note(summary, names), "\n".join(cut(support, _SUPPORT_ROOM, _left_out))]
    return list(map(context, [*filter(None, texts), reference_note(summary, correlation_id)]))


def quiet_note(summary: BalanceSummary, names: Mapping[str, str]) -> str:
    """What nobody holds, in mrkdwn without any word of a provider's; empty where there is nothing to say."""
    return "\n".join(cut([*unsupported_lines(summary, names), *empty_lines(summary, names)], _ROOM, _left_out))


def reference_note(summary: BalanceSummary, correlation_id: str) -> str:
    """What the dash means where one is shown, and our reference, in mrkdwn."""
    return f"{legend(summary)}Reference {code(correlation_id)}"


def asked_note(ask: Ask) -> str:
    """What was asked, as the command that asks it: without that, one provider's money reads as all there is."""
    return code(f"/balance {ask.words()}".strip(), _MOST_ASKED_CHARACTERS)


def legend(summary: BalanceSummary) -> str:
    """What the dash means, with a space at its end; empty where no dash is shown."""
    balances = [balance for report in summary.reports for balance in report.balances]
    is_needed = any(map(has_unknown, summary.totals)) or any(map(has_unknown, balances))
    return f"{UNKNOWN} means not reported by the provider. " if is_needed else ""


def _left_out(left: int) -> str:
    return f"… and {counted(left, 'more note', 'more notes')}."
