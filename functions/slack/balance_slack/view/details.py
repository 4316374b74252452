"""The modals: an answer's details with everything that is known, help, and a short notice."""

from collections.abc import Mapping, Sequence
from functools import partial

from balance_core.models import Account, Balance, BalanceTotal, Failure, Notice
from balance_core.money import MoneyError
from balance_slack.view.amounts import NO_BREAK, NOTHING_REPORTED, age, figure, unbroken, unreported
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import Block, Lines, View, context, cut, divider, sections, size
from balance_slack.view.headline import subject
from balance_slack.view.holdings import known_amounts
from balance_slack.view.modals import modal
from balance_slack.view.mrkdwn import code, date, escape
from balance_slack.view.texts import counted, listed

# A line may break behind the dot, and not before it.
_BETWEEN = f"{NO_BREAK}· "
# In bytes. With thirty providers this makes at most 95 of the 100 blocks: two sections together hold more than 3,000
# characters.
_ACCOUNTS_ROOM = 60_000
_FAILURES_ROOM = 12_000
_NOTICES_ROOM = 12_000
# Bytes for a provider's title and the line that says what was left out.
_GROUP_ROOM = 240
_MAX_GROUPS = 30

# The name under which the account is configured, and what it holds in one currency.
_Owned = tuple[str, Balance]


def details_view(answer: Answer) -> View:
    """What was asked, every account with every figure, and every failure with what a support ticket needs.

    The modal covers the question, and a reader of a shared answer or a digest never saw it. An answer that was not kept
    was asked again.
    """
    how = "as you saw it. Nothing was asked again." if answer.is_kept else "asked again: the answer above was not kept."
    return modal(
        "Details",
        *sections([f"*{escape(answer.currency or subject(answer), 200)}*, {how}"]),
        context(f"{date(answer.now)} · reference {code(answer.question.correlation_id)}"),
        *_account_blocks(answer, _ACCOUNTS_ROOM),
        *_failure_blocks(answer),
        *_notice_blocks(answer),
        divider(),
        context(
            f"*available* can be used now{_BETWEEN}*pending* is on its way{_BETWEEN}*frozen* is held back{_BETWEEN}"
            "not reported does not mean zero"
        ),
        context(f"Something wrong? Give {answer.contact} the reference above."),
    )


def _account_blocks(answer: Answer, room: int) -> list[Block]:
    """The accounts, grouped by provider; where some are cut, a line says how many.

    Providers get equal shares of the room, so that one provider's thousand accounts do not hide another's three; the
    shortest group first, so that the long ones get what the short ones leave.
    """
    by_provider: dict[str, list[_Owned]] = {}
    for report in answer.summary.reports:
        if report.balances:
            by_provider.setdefault(report.provider, []).extend((report.account, each) for each in report.balances)
    shown = dict(list(by_provider.items())[:_MAX_GROUPS])
    sizes = sorted(shown, key=lambda provider: len(shown[provider]))
    blocks: dict[str, list[Block]] = {}
    for provider in sizes:
        share = room // (len(shown) - len(blocks)) - _GROUP_ROOM
        lines = Lines(partial(_account_line, answer, provider, _unreported(shown[provider])), shown[provider])
        kept = cut(lines, share, "more account", "more accounts", ": ask for one currency or provider")
        blocks[provider] = sections([f"*{escape(answer.name(provider))}*", *kept])
        room -= size(blocks[provider])
    more = len(by_provider) - len(shown)
    left_out = [context(f"… and {counted(more, 'more provider', 'more providers')}: ask for one.")] if more else []
    return [*([divider()] if shown else []), *(block for provider in shown for block in blocks[provider]), *left_out]


def _unreported(held: Sequence[_Owned]) -> Mapping[tuple[str, str], list[str]]:
    """For each account and currency, the words of the amounts that no balance reports.

    A provider may report available, pending and frozen money as three accounts: then nothing is unreported.
    """
    known: dict[tuple[str, str], set[str]] = {}
    for owner, balance in held:
        known.setdefault((owner, balance.currency), set()).update(word for word, _ in known_amounts(balance))
    every = BalanceTotal("", None, None, None)
    return {key: [word for word in unreported(every) if word not in words] for key, words in known.items()}


def _account_line(
    answer: Answer, provider: str, unreported_words: Mapping[tuple[str, str], Sequence[str]], owned: _Owned
) -> str:
    """`Payouts: 776.34 available · DISBURSEMENT`: our label, then the provider's own words in code style."""
    owner, balance = owned
    account = balance.account
    # What to type for this account alone.
    named = [code(f"{provider}:{owner}")] if answer.accounts[provider] > 1 else []
    label = _BETWEEN.join([*named, escape(account.label) if account.label else code(account.type)])
    notes = _figures(balance, has_code=answer.currency is None)
    if words := unreported_words[owner, balance.currency]:
        notes.append(f"{listed(words)} not reported")
    if old := age(balance.as_of, answer.now):
        notes.append(f":warning: {old}")
    own = _own_words(account)
    line = f"{label}: {_BETWEEN.join(notes)}"
    if not own:
        return line
    return f"{line}{_BETWEEN}{own[0]}" if len(own) == 1 else f"{line}\n{_BETWEEN.join(own)}"


def _figures(balance: Balance, *, has_code: bool) -> list[str]:
    prefix = f"{balance.currency}{NO_BREAK}" if has_code else ""
    figures = [f"{prefix}{figure(money)}{NO_BREAK}{word}" for word, money in known_amounts(balance)]
    if balance.total and _says_more(balance):
        figures.append(f"{prefix}{figure(balance.total)}{NO_BREAK}{unbroken('in total')}")
    return figures or [f"{balance.currency}: {NOTHING_REPORTED}"]


def _says_more(balance: Balance) -> bool:
    """Whether the provider's own total is not simply what is available and frozen."""
    try:
        difference = balance.difference
    except MoneyError:
        # The other two are impossibly large.
        return True
    return difference is None or not difference.is_zero


def _own_words(account: Account) -> list[str]:
    own = [code(account.type)] if account.label else []
    own += [f"name {code(account.name)}"] if account.name is not None else []
    return [*own, *([f"number {code(account.number)}"] if account.number is not None else [])]


def _failure_blocks(answer: Answer) -> list[Block]:
    lines = cut(Lines(partial(_failure_line, answer), answer.summary.failures), _FAILURES_ROOM, "more", "more")
    return [divider(), *sections(["*Not in the answer*", *lines])] if lines else []


def _notice_blocks(answer: Answer) -> list[Block]:
    lines = cut(Lines(partial(_notice_line, answer), answer.summary.notices), _NOTICES_ROOM, "more", "more")
    return [divider(), *sections(["*About these figures*", *lines])] if lines else []


def _notice_line(answer: Answer, notice: Notice) -> str:
    place = f"{escape(answer.place(notice.provider, notice.account))}: " if notice.provider else ""
    line = f"• {place}{escape(notice.message, 400).rstrip('.')}"
    where = f"at {code(notice.place, 400)}" if notice.place else None
    return _BETWEEN.join(filter(None, (line, where)))


def _failure_line(answer: Answer, failure: Failure) -> str:
    place = escape(answer.place(failure.provider, failure.account)) if failure.provider else "The question:"
    currency = f" ({failure.currency})" if failure.currency and failure.currency != answer.currency else ""
    message = escape(failure.message, 400).rstrip(".")
    named = (("code", failure.provider_code), ("trace", failure.trace_id), ("field", failure.field))
    support = [f"{word} {code(text, 100)}" for word, text in named if text is not None]
    return _BETWEEN.join([f"• {place}{currency} {message}", *support])
