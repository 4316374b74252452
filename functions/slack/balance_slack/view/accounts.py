"""The accounts of an answer: as lines grouped by provider, and as Slack's table.

Source for the table: docs.slack.dev, Block Kit, "Table block": at most 100 rows of 20 cells, and 10,000 characters in
all cells; one table in a message, none in a view. Slack also refuses an empty cell, which is not documented. Text in a
`rich_text` cell is literal: Slack reads no mrkdwn in it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from balance_core.models import Account, Balance, BalanceReport
from balance_slack.view.amounts import (
    age,
    as_of_text,
    is_same_minute,
    lone_total,
    marked_line,
    open_places,
    shown,
    unbroken,
    unread_places,
    zero_text,
)
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import Block, Lines, context, cut, divider, sections, size, visible_size
from balance_slack.view.mrkdwn import code, escape, literal
from balance_slack.view.texts import counted

# Bytes for a provider's title and the line that says what was left out.
_GROUP_ROOM = 240
_MAX_GROUPS = 30
_MAX_TABLE_ACCOUNTS = 99
_MAX_TABLE_BYTES = 9500
_TABLE_COLUMNS = ("Account", "Available", "Pending", "Frozen")
_TABLE_COLUMN_SETTINGS = [{"align": "left", "is_wrapped": True}, *[{"align": "right"}] * 3]

# A balance with the name under which its account is configured.
OwnedBalance = tuple[str, Balance]
# Renders an account: whether with its configured name, and with the time of its figures unless `now` is None.
AccountLine = Callable[[bool, datetime | None, OwnedBalance], str]


def account_blocks(answer: Answer, room: int, render: AccountLine | None = None) -> list[Block]:
    """The accounts below a line, grouped by provider, within `room` bytes; `render` replaces the usual line.

    Where a provider's accounts are cut, a line says how many were left out.
    """
    groups = [_group(answer, provider, render or _line) for provider in answer.reports_by_provider]
    shown_groups = max(0, min(len(groups), _MAX_GROUPS, room // _GROUP_ROOM))
    blocks_by_index: dict[int, list[Block]] = {}
    # Equal shares, so that one provider's thousand accounts do not hide another's three; the shortest group first, so
    # that the long ones get what the short ones leave.
    for index in sorted(range(shown_groups), key=lambda each: len(groups[each][1])):
        (title, lines), share = groups[index], room // (shown_groups - len(blocks_by_index))
        hint = ": ask for one currency or provider"
        kept = cut(lines, share - size(title) - 1, "more account", "more accounts", hint)
        blocks_by_index[index] = sections([title, *kept])
        room -= size(blocks_by_index[index])
    blocks = [divider()] if groups else []
    for index in range(shown_groups):
        blocks += blocks_by_index[index]
    if len(groups) > shown_groups:
        more = counted(len(groups) - shown_groups, "more provider", "more providers")
        blocks.append(context(f"… and {more}: ask for one."))
    return blocks


def empty_lines(answer: Answer) -> list[str]:
    """A line for every account without balances, unless a notice explains it, so that nobody must interpret silence.

    It claims zero only for what was read.
    """
    unread, explained = unread_places(answer.summary), open_places(answer.summary)
    lines = []
    for report in answer.summary.reports:
        if not report.balances and (report.provider, report.account) not in explained:
            account = f", account {escape(report.account)}" if report.provider in answer.with_several_accounts else ""
            is_partial = bool({(report.provider, report.account), (report.provider, None)} & unread)
            lines.append(f"{answer.name(report.provider)}{account}: {zero_text(is_partial=is_partial)}.")
    return lines


def account_table(answer: Answer, room: int) -> Block | None:
    """The accounts as a table; None when there are none, or too many for Slack's limits or for `room` bytes."""
    if not 1 <= len(answer.balances) <= _MAX_TABLE_ACCOUNTS:
        return None
    rows = [
        _row(owned, answer.names.get(provider, provider), answer.now, is_named=provider in answer.with_several_accounts)
        for provider, reports in answer.reports_by_provider.items()
        for owned in _owned_balances(reports)
    ]
    rows.insert(0, [_cell(title) for title in _TABLE_COLUMNS])
    table: Block = {"type": "table", "column_settings": _TABLE_COLUMN_SETTINGS, "rows": rows}
    return table if visible_size(table) <= min(room, _MAX_TABLE_BYTES) else None


def _owned_balances(reports: Iterable[BalanceReport]) -> list[OwnedBalance]:
    return [(report.account, balance) for report in reports for balance in report.balances]


def _group(answer: Answer, provider: str, render: AccountLine) -> tuple[str, Lines[OwnedBalance]]:
    """A provider's title and the lines of its accounts."""
    held = _owned_balances(answer.reports_by_provider[provider])
    # A time that all figures share is said once, in the title.
    is_shared = is_same_minute([balance for _, balance in held])
    shared = f" · {as_of_text(held[0][1].as_of, answer.now)}" if is_shared else ""
    is_named, now = provider in answer.with_several_accounts, None if is_shared else answer.now
    return f"*{answer.name(provider)}*{shared}", Lines(partial(render, is_named, now), held)


def _line(is_named: bool, now: datetime | None, owned: OwnedBalance) -> str:
    owner, balance = owned
    total = lone_total(balance)
    amounts = _in_no_sum(unbroken(total.display())) if total else marked_line(balance)
    as_of = f" · {as_of_text(balance.as_of, now)}" if now else ""
    return f"• {_account_text(balance.account, owner if is_named else None)} · {amounts}{as_of}"


def _account_text(account: Account, owner: str | None) -> str:
    """The configured name and our label for the account, then the provider's own words in code style."""
    ours = [escape(word) for word in (owner, account.label) if word]
    own = [code(word) for word in (account.type, account.name or account.number) if word is not None]
    return " ".join(filter(None, (" · ".join(ours), *own)))


def _row(owned: OwnedBalance, provider: str, now: datetime, *, is_named: bool) -> list[Block]:
    owner, balance = owned
    amounts = (balance.available, balance.pending, balance.frozen)
    first = _account_cell(balance, provider, owner if is_named else None, now)
    return [first, *(_cell(shown(money)) for money in amounts)]


def _account_cell(balance: Balance, provider: str, owner: str | None, now: datetime) -> Block:
    account = balance.account
    elements = [_text(literal(provider), bold=True)]
    elements += [_text(f" · {literal(word)}") for word in (owner, account.label) if word]
    for word in (account.type, account.name or account.number):
        elements += [_text(" "), _text(literal(word), code=True)] if word is not None else []
    elements += [_text(f" · {note}") for note in _cell_notes(balance, now)]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _cell_notes(balance: Balance, now: datetime) -> list[str]:
    notes = [age(balance.as_of, now)]
    if total := lone_total(balance):
        notes.append(_in_no_sum(total.display()))
    elif not balance.known:
        # Three dashes do not name the currency.
        notes.append(balance.currency)
    return [note for note in notes if note]


def _in_no_sum(total: str) -> str:
    return f"{total} in total (in no sum: ask the provider whether it can be used)"


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": text}


def _text(text: str, **style: bool) -> Block:
    return {"type": "text", "text": text, **({"style": style} if style else {})}
