"""The accounts of an answer, one line each, grouped by provider."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, Failure
from balance_slack.ages import as_of_words, is_one_minute
from balance_slack.amounts import marked_line, unbroken
from balance_slack.block_kit import Block, context, divider, sections
from balance_slack.limits import Lines, counted, cut, size
from balance_slack.mrkdwn import code, escape

# A provider's title and the line that says what was left out.
_GROUP_ROOM = 240
_MOST_GROUPS = 30


# A balance with the name under which its account is configured.
OwnedBalance = tuple[str, Balance]


@dataclass(frozen=True, slots=True)
class AccountGroup:
    """One provider's accounts: a title and a line for each, in mrkdwn."""

    title: str
    lines: Lines[OwnedBalance]


class AccountLine(Protocol):
    """Words an account: with the name in its secret if `is_named`, with the time of its figures if `now` is given."""

    def __call__(self, owned: OwnedBalance, *, is_named: bool, now: datetime | None) -> str: ...


def several_accounts(summary: BalanceSummary) -> frozenset[str]:
    """The providers at which more than one account is configured, as far as the answer shows: those need its name."""
    parts: tuple[BalanceReport | Failure, ...] = (*summary.reports, *summary.failures)
    seen = {(part.provider, part.account) for part in parts if part.account}
    owners = Counter(provider for provider, _ in seen if provider)
    return frozenset(provider for provider, accounts in owners.items() if accounts > 1)


def reports_by_provider(summary: BalanceSummary) -> dict[str, list[BalanceReport]]:
    """The reports that hold something, in the answer's order."""
    held: dict[str, list[BalanceReport]] = {}
    for report in summary.reports:
        if report.balances:
            held.setdefault(report.provider, []).append(report)
    return held


def account_groups(
    summary: BalanceSummary, names: Mapping[str, str], word: AccountLine | None = None
) -> list[AccountGroup]:
    """The groups of all providers that hold something, in the answer's order, with `word` for their lines."""
    several = several_accounts(summary)
    groups = []
    for provider, reports in reports_by_provider(summary).items():
        # One time for the whole provider stands in its title and not in every line.
        held = owned_balances(reports)
        is_shared = is_one_minute([balance for _, balance in held])
        shared = f" · {as_of_words(held[0][1].as_of, summary.generated_at)}" if is_shared else ""
        line = partial(word or _line, is_named=provider in several, now=None if is_shared else summary.generated_at)
        groups.append(AccountGroup(f"*{escape(names.get(provider, provider), 60)}*{shared}", Lines(line, held)))
    return groups


def owned_balances(reports: Iterable[BalanceReport]) -> list[OwnedBalance]:
    """Every balance of the reports, in their order."""
    return [(report.account, balance) for report in reports for balance in report.balances]


def group_blocks(groups: Sequence[AccountGroup], room: int, left_out: Callable[[int], str]) -> list[Block]:
    """The groups within `room` bytes, below a line; `left_out(n)` is said where n accounts of a provider were cut."""
    shown = max(0, min(len(groups), _MOST_GROUPS, room // _GROUP_ROOM))
    texts: dict[int, list[Block]] = {}
    # An equal share of what is left, so that one provider's thousand accounts do not hide another's three; the short
    # ones first, so that the thousand get what the three leave.
    for index in sorted(range(shown), key=lambda each: len(groups[each].lines)):
        group, share = groups[index], room // (shown - len(texts))
        texts[index] = sections([group.title, *cut(group.lines, share - size(group.title) - 1, left_out)])
        room -= size(texts[index])
    blocks = [divider()] if groups else []
    for index in range(shown):
        blocks += texts[index]
    if len(groups) > shown:
        left = counted(len(groups) - shown, "more provider", "more providers")
        blocks.append(context(f"… and {left}: ask for one."))
    return blocks


def accounts_left_out(left: int) -> str:
    """What is said where accounts were cut."""
    return f"… and {counted(left, 'more account', 'more accounts')}: ask for one currency or provider."


def account_words(account: Account, owner: str | None) -> str:
    """Whose account it is and what it is for, in our words, then the provider's own in code style."""
    ours = [escape(word, 60) for word in (owner, account.label) if word]
    own = [code(word) for word in (account.type, account.name or account.number) if word is not None]
    return " ".join(filter(None, (" · ".join(ours), *own)))


def has_total_only(balance: Balance) -> bool:
    """Whether nothing but its total is known, as of an account of a type that nobody here knows: it is in no sum."""
    parts = (balance.available, balance.pending, balance.frozen)
    return balance.total is not None and parts == (None, None, None)


def empty_lines(summary: BalanceSummary, names: Mapping[str, str]) -> list[str]:
    """A line for everyone who answered and has nothing to show, so that silence never has to be interpreted.

    It says zero only of what was read.
    """
    several = several_accounts(summary)
    unread = unread_places(summary)
    lines = []
    for report in summary.reports:
        if not report.balances:
            account = f", account {escape(report.account, 60)}" if report.provider in several else ""
            name = escape(names.get(report.provider, report.provider), 60)
            is_part = (report.provider, report.account) in unread or (report.provider, None) in unread
            lines.append(f"{name}{account}: {zero_words(is_part)}.")
    return lines


def unread_places(summary: BalanceSummary) -> set[tuple[str | None, str | None]]:
    """The providers and accounts where there may be money that nobody read: they failed, or were never asked."""
    return {
        (failure.provider, failure.account)
        for failure in summary.failures
        if failure.kind.is_outage or failure.is_unasked
    }


def zero_words(is_part: bool) -> str:
    """What is said where nothing but zero was found; `is_part` tells whether there may be more that was not read."""
    return "no balance other than zero in what was read" if is_part else "no balance other than zero"


def _line(owned: OwnedBalance, *, is_named: bool, now: datetime | None) -> str:
    owner, balance = owned
    if balance.total is not None and has_total_only(balance):
        amounts = f"{unbroken(balance.total.display())} in total (in no sum: ask the provider whether it can be used)"
    else:
        amounts = marked_line(balance)
    as_of = f" · {as_of_words(balance.as_of, now)}" if now else ""
    return f"• {account_words(balance.account, owner if is_named else None)} · {amounts}{as_of}"
