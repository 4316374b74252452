"""Answers to render, built from few words, and what a person reads of them in Slack."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from balance_aggregator.summary import summarise
from balance_core.errors import ErrorKind
from balance_core.models import (
    Account,
    Balance,
    BalanceReport,
    BalanceSummary,
    BalanceTotal,
    Failure,
    Notice,
    NoticeKind,
    ProviderAnswer,
)
from balance_core.money import Money
from balance_core.question import Question
from balance_slack.view.answer import Answer
from balance_slack.view.blocks import View
from balance_slack.view.message import Message, render
from tests.clock import NOW
from tests.local.rendering import render_message
from tests.local.simulators.block_kit import refusal, view_problems

NAMES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax"}
CORRELATION_ID = "9f2c4e1ab07d3c55"
CONTACT = "<@U0ADMIN0001>"

Part = BalanceReport | BalanceTotal | Failure | Notice


def money(amount: str | None, currency: str = "USD") -> Money | None:
    return None if amount is None else Money(Decimal(amount), currency)


def balance(*amounts: str | None, currency: str = "USD", minutes_old: int = 0, **account: Any) -> Balance:
    """A balance of `available, pending, frozen, total`, in an account of the type DISBURSEMENT by default."""
    as_of = NOW - timedelta(minutes=minutes_old)
    parts = (money(amount, currency) for amount in (*amounts, None, None, None, None)[:4])
    return Balance(Account(**{"type": "DISBURSEMENT", **account}), currency, as_of, *parts)


def total(*amounts: str | None, currency: str = "USD") -> BalanceTotal:
    return BalanceTotal(currency, *(money(amount, currency) for amount in amounts))


def failure(kind: ErrorKind = ErrorKind.TIMEOUT, message: str = "did not answer", **rest: Any) -> Failure:
    """A failure of PayBy's account `main` by default."""
    return Failure(kind, message, CORRELATION_ID, **{"provider": "payby", "account": "main", **rest})


def notice(kind: NoticeKind = NoticeKind.UNREAD_ROWS, message: str = "1 of 8 rows is unread", **rest: Any) -> Notice:
    """A notice about PayBy's account `main` by default."""
    return Notice(kind, message, **{"provider": "payby", "account": "main", **rest})


def report(provider: str, *balances: Balance, account: str = "main") -> BalanceReport:
    return BalanceReport(provider, account, balances)


def summary(*parts: Part, include_zero: bool = True) -> BalanceSummary:
    """The aggregator's answer that consists of `parts`, with its own totals unless `parts` has some."""
    reports = tuple(part for part in parts if isinstance(part, BalanceReport))
    failures = tuple(part for part in parts if isinstance(part, Failure))
    notices = tuple(part for part in parts if isinstance(part, Notice))
    answers = [ProviderAnswer("any", NOW, reports=reports, failures=failures, notices=notices)]
    made = summarise(answers, CORRELATION_ID, NOW, include_zero=include_zero)
    return replace(made, totals=tuple(part for part in parts if isinstance(part, BalanceTotal)) or made.totals)


def answer(*parts: Part, contact: str = CONTACT, ignored: tuple[str, ...] = (), **question: Any) -> Answer:
    """The answer that consists of `parts`, without zeros, to the question with these fields."""
    asked = Question(correlation_id=CORRELATION_ID, **question)
    return Answer(summary(*parts, include_zero=asked.include_zero), asked, NAMES, contact, ignored)


def message(*parts: Part, **question: Any) -> Message:
    """The message for that answer, which Slack accepts in every form."""
    rendered = render(answer(*parts, **question), can_share=False)
    for form in rendered.forms():
        assert refusal(form) is None
    return rendered


def shown(*parts: Part, **question: Any) -> list[str]:
    """The lines that a person reads in the message, without its buttons."""
    return lines_of(next(message(*parts, **question).forms()))


def lines_of(form: Mapping[str, object]) -> list[str]:
    """The lines of a message, without its buttons."""
    return [line for line in render_message(form).split("\n") if not line.startswith(("[", "="))]


def view_shown(view: View) -> str:
    """What a person reads in a modal or on the Home tab, which Slack accepts."""
    assert view_problems(view, str(view["type"])) == []
    return render_message(view)


PAGSMILE = report("pagsmile", balance("1008.29", None, "0", type="partner account", label="Card issuing account"))
PAYERMAX = report(
    "payermax",
    balance("776.34", label="Payouts"),
    balance(None, "9248.93", type="SETTLE", label="Funds not yet settled"),
    balance(None, None, "11.41", type="FREEZE", label="Frozen"),
)
NOT_HELD = failure(ErrorKind.CURRENCY_NOT_SUPPORTED, "does not hold it", currency="USD", provider_code="78001")
NOT_ASKED = failure(ErrorKind.CURRENCY_NOT_SUPPORTED, "is not in the settings", currency="USD")
TIME = "21 Nov 2026 at 01:45 UTC"
