"""The accounts of an answer as Slack's table: one row for each, amounts right-aligned.

Source: docs.slack.dev, Block Kit, "Table block": 100 rows of 20 cells, 10,000 characters in all cells together, one
table in a message, in messages only. An empty cell is refused, which stands nowhere. A cell of rich_text is literal:
Slack reads no mrkdwn in it.
"""

from collections.abc import Mapping
from datetime import datetime

from balance_core.models import Balance, BalanceSummary
from balance_slack.accounts import has_total_only, reports_by_provider, several_accounts
from balance_slack.ages import age
from balance_slack.amounts import shown
from balance_slack.block_kit import Block
from balance_slack.limits import visible_size
from balance_slack.mrkdwn import literal

_MOST_ACCOUNTS = 99
_MOST_BYTES = 9500
_COLUMNS = ("Account", "Available", "Pending", "Frozen")
_AMOUNT_COLUMN = {"align": "right"}


def account_table(summary: BalanceSummary, names: Mapping[str, str], room: int) -> Block | None:
    """The table, or None when there is nothing to put into it or it would not fit Slack's limits and `room` bytes."""
    held = reports_by_provider(summary)
    if not 1 <= sum(len(report.balances) for reports in held.values() for report in reports) <= _MOST_ACCOUNTS:
        return None
    several, now = several_accounts(summary), summary.generated_at
    rows = [
        _row(balance, names.get(provider, provider), report.account if provider in several else None, now)
        for provider, reports in held.items()
        for report in reports
        for balance in report.balances
    ]
    header = [_raw(title) for title in _COLUMNS]
    settings = [{"align": "left", "is_wrapped": True}, *[_AMOUNT_COLUMN] * 3]
    table: Block = {"type": "table", "column_settings": settings, "rows": [header, *rows]}
    return table if visible_size(table) <= min(room, _MOST_BYTES) else None


def _row(balance: Balance, provider: str, owner: str | None, now: datetime) -> list[Block]:
    amounts = (balance.available, balance.pending, balance.frozen)
    return [_account(balance, provider, owner, now), *(_raw(shown(money)) for money in amounts)]


def _account(balance: Balance, provider: str, owner: str | None, now: datetime) -> Block:
    account = balance.account
    elements = [_text(literal(provider, 60), bold=True)]
    elements += [_text(f" · {literal(word, 60)}") for word in (owner, account.label) if word]
    for word in (account.type, account.name or account.number):
        elements += [_text(" "), _text(literal(word, 60), code=True)] if word is not None else []
    elements += [_text(f" · {note}") for note in _notes(balance, now)]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _notes(balance: Balance, now: datetime) -> list[str]:
    notes = [age(balance.as_of, now)]
    if balance.total is not None and has_total_only(balance):
        notes.append(f"{balance.total.display()} in total (in no sum: ask the provider whether it can be used)")
    elif not balance.known:
        # Three dashes do not tell the currency.
        notes.append(balance.currency)
    return [note for note in notes if note]


def _raw(text: str) -> Block:
    return {"type": "raw_text", "text": text}


def _text(text: str, **style: bool) -> Block:
    return {"type": "text", "text": text, **({"style": style} if style else {})}
