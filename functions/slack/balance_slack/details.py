"""The dialogs: an answer's details with everything that is known, help, and a short notice. Pure."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from balance_core.models import Account, Balance, BalanceSummary, Failure
from balance_slack.accounts import OwnedBalance, account_groups, accounts_left_out, group_blocks, several_accounts
from balance_slack.ages import as_of_words
from balance_slack.amounts import marked_line, unbroken
from balance_slack.block_kit import Block, View, context, divider, plain_text, sections
from balance_slack.blocks import summary_blocks
from balance_slack.commands import EVERYTHING, Ask
from balance_slack.limits import Lines, counted, cut
from balance_slack.mrkdwn import code, date, escape
from balance_slack.notes import asked_note, legend

# Together with thirty providers at most 95 of the 100 blocks: two sections together hold more than 3,000 characters.
_ACCOUNTS_ROOM = 70_000
_FAILURES_ROOM = 12_000


def details_view(summary: BalanceSummary, names: Mapping[str, str], correlation_id: str, ask: Ask = EVERYTHING) -> View:
    """What was asked, every account with every figure, and every failure with what a support ticket needs.

    The dialog hides the question, and who opens it from a shared answer or a digest never saw one.
    """
    asked = f"Asked {date(summary.generated_at)}: {asked_note(ask)} · reference {code(correlation_id)}"
    return _modal(
        "Balance details",
        *summary_blocks(summary, names, ask.currencies),
        context(f"{legend(summary)}{asked}"),
        *group_blocks(account_groups(summary, names, _account_line), _ACCOUNTS_ROOM, accounts_left_out),
        *_failure_blocks(summary, names),
    )


def loading_view(text: str) -> View:
    """What stands in the dialog until the answer comes: `text` is mrkdwn."""
    return _modal("Balance details", *sections([f":hourglass_flowing_sand: {text}"]))


def help_view(text: str) -> View:
    """How to ask, in mrkdwn."""
    return _modal("Balance Bot: help", *sections(text.split("\n")))


def notice_view(text: str) -> View:
    """One text (mrkdwn) and nothing else."""
    return _modal("Balance Bot", *sections(text.split("\n")))


def _account_line(owned: OwnedBalance, *, is_named: bool, now: datetime | None) -> str:
    owner, balance = owned
    as_of = f" · {as_of_words(balance.as_of, now)}" if now else ""
    return f"• {_account_words(balance.account, owner if is_named else None)}\n{_figures(balance)}{as_of}"


def _account_words(account: Account, owner: str | None) -> str:
    label = [f"*{escape(account.label, 60)}*"] if account.label else []
    named = (("", account.type), ("name ", account.name), ("number ", account.number))
    own = [f"{word}{code(text)}" for word, text in named if text is not None]
    ours = [f"account {escape(owner, 60)} in our settings"] if owner else []
    return " · ".join([*label, *own, *ours])


def _figures(balance: Balance) -> str:
    return marked_line(balance) + (f" · {unbroken(f'{balance.total.display()} in total')}" if balance.total else "")


def _failure_blocks(summary: BalanceSummary, names: Mapping[str, str]) -> list[Block]:
    lines = cut(
        Lines(partial(_failure_line, names=names, several=several_accounts(summary)), summary.failures),
        _FAILURES_ROOM,
        lambda left: f"… and {counted(left, 'more', 'more')}.",
    )
    return [divider(), *sections(["*What could not be answered*", *lines])] if lines else []


def _failure_line(failure: Failure, names: Mapping[str, str], several: frozenset[str]) -> str:
    who = escape(names.get(failure.provider, failure.provider), 60) if failure.provider else "The question:"
    account = f"account {escape(failure.account, 60)}" if failure.account and failure.provider in several else None
    places = ", ".join(filter(None, (account, failure.currency)))
    named = (("code", failure.provider_code), ("trace", failure.trace_id), ("field", failure.field))
    proof = [f"{word} {code(text, 100)}" for word, text in named if text is not None]
    kind = failure.kind.replace("_", " ")
    message = escape(failure.message, 400).rstrip(".")
    return " · ".join([f"• {who}{f' ({places})' if places else ''} {message}", kind, *proof])


def _modal(title: str, *blocks: Block) -> View:
    return {"type": "modal", "title": plain_text(title), "close": plain_text("Close"), "blocks": list(blocks)}
