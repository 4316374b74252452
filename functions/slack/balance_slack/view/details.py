"""The modals: an answer's details with everything that is known, help, and a short notice."""

from datetime import datetime
from functools import partial

from balance_core.models import Account, Balance, Failure, Notice
from balance_slack.view.accounts import OwnedBalance, account_blocks
from balance_slack.view.amounts import as_of_text, marked_line, unbroken
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import Block, Lines, View, context, cut, divider, plain_text, sections
from balance_slack.view.message import legend, question_text, summary_blocks
from balance_slack.view.mrkdwn import code, date, escape

# In bytes. With thirty providers this makes at most 95 of the 100 blocks: two sections together hold more than 3,000
# characters.
_ACCOUNTS_ROOM = 60_000
_FAILURES_ROOM = 12_000
_NOTICES_ROOM = 12_000


def details_view(answer: Answer) -> View:
    """What was asked, every account with every figure, and every failure with what a support ticket needs.

    The modal covers the question, and a reader of a shared answer or a digest never saw it.
    """
    question = f"{question_text(answer.question)} · reference {code(answer.question.correlation_id)}"
    return _modal(
        "Balance details",
        *summary_blocks(answer),
        context(f"{legend(answer)}Asked {date(answer.now)}: {question}"),
        *account_blocks(answer, _ACCOUNTS_ROOM, _account_line),
        *_failure_blocks(answer),
        *_notice_blocks(answer),
    )


def text_modal(title: str, text: str) -> View:
    """One text (mrkdwn) in a modal that can only be closed."""
    return _modal(title, *sections(text.split("\n")))


def _account_line(is_named: bool, now: datetime | None, owned: OwnedBalance) -> str:
    owner, balance = owned
    as_of = f" · {as_of_text(balance.as_of, now)}" if now else ""
    return f"• {_account_text(balance.account, owner if is_named else None)}\n{_figures(balance)}{as_of}"


def _account_text(account: Account, owner: str | None) -> str:
    label = [f"*{escape(account.label)}*"] if account.label else []
    named = (("", account.type), ("name ", account.name), ("number ", account.number))
    own = [f"{word}{code(text)}" for word, text in named if text is not None]
    ours = [f"account {escape(owner)} in our settings"] if owner else []
    return " · ".join([*label, *own, *ours])


def _figures(balance: Balance) -> str:
    return marked_line(balance) + (f" · {unbroken(f'{balance.total.display()} in total')}" if balance.total else "")


def _failure_blocks(answer: Answer) -> list[Block]:
    lines = cut(Lines(partial(_failure_line, answer), answer.summary.failures), _FAILURES_ROOM, "more", "more")
    return [divider(), *sections(["*What could not be answered*", *lines])] if lines else []


def _notice_blocks(answer: Answer) -> list[Block]:
    lines = cut(Lines(partial(_notice_line, answer), answer.summary.notices), _NOTICES_ROOM, "more", "more")
    return [divider(), *sections(["*About these figures*", *lines])] if lines else []


def _notice_line(answer: Answer, notice: Notice) -> str:
    subject = f"{answer.name(notice.provider)}: " if notice.provider else ""
    is_named = notice.account and notice.provider in answer.with_several_accounts
    account = f"account {escape(str(notice.account))}" if is_named else None
    place = f"at {code(notice.place, 400)}" if notice.place else None
    line = f"• {subject}{escape(notice.message, 400).rstrip('.')}"
    return " · ".join(filter(None, (line, account, notice.kind.replace("_", " "), place)))


def _failure_line(answer: Answer, failure: Failure) -> str:
    subject = answer.name(failure.provider) if failure.provider else "The question:"
    is_named = failure.account and failure.provider in answer.with_several_accounts
    account = f"account {escape(str(failure.account))}" if is_named else None
    places = ", ".join(filter(None, (account, failure.currency)))
    message = escape(failure.message, 400).rstrip(".")
    named = (("code", failure.provider_code), ("trace", failure.trace_id), ("field", failure.field))
    support = [f"{word} {code(text, 100)}" for word, text in named if text is not None]
    line = f"• {subject}{f' ({places})' if places else ''} {message}"
    return " · ".join([line, failure.kind.replace("_", " "), *support])


def _modal(title: str, *blocks: Block) -> View:
    return {"type": "modal", "title": plain_text(title), "close": plain_text("Close"), "blocks": list(blocks)}
