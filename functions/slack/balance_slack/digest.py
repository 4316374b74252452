"""The scheduled post: the totals for everybody in the channel, and the accounts in the thread below them. Pure."""

from collections.abc import Mapping, Sequence

from balance_core.models import BalanceSummary
from balance_slack.accounts import reports_by_provider
from balance_slack.block_kit import context, header
from balance_slack.blocks import (
    Message,
    as_of_blocks,
    summary_afterword,
    summary_blocks,
    summary_text,
    with_accounts,
)
from balance_slack.buttons import details_only
from balance_slack.limits import counted
from balance_slack.notes import note_blocks


def render_digest(
    summary: BalanceSummary,
    names: Mapping[str, str],
    correlation_id: str,
    heading: str,
    words: str | None = "",
    *,
    currencies: Sequence[str] = (),
) -> tuple[Message, Message | None]:
    """The post with the totals, and the reply with the accounts; None when there is no account.

    `heading` is plain text, `currencies` are those that the channel named. `words` are the question behind the post,
    for its Details button (see buttons.py); None where nobody may press it.
    """
    held = reports_by_provider(summary)
    number = sum(len(report.balances) for reports in held.values() for report in reports)
    accounts = counted(number, "account", "accounts")
    pointer = [context(f":thread: The {accounts} behind these totals: in the thread.")] if number else []
    totals = Message(
        "\n".join([heading, summary_text(summary, names, currencies)]),
        (
            header(heading),
            *summary_blocks(summary, names, currencies),
            *as_of_blocks(summary, names),
            *pointer,
            *note_blocks(summary, names, correlation_id),
            *([] if words is None else [details_only(words)]),
        ),
        afterword=summary_afterword(summary, names, correlation_id),
    )
    if not number:
        return totals, None
    # As of when, and what the dash means, stands in the post above.
    return totals, with_accounts(f"{heading}: {accounts}", [], [], summary, names, says_ages=False)
