"""Answers to render, from few words, and what a person reads of them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from balance_core.errors import ErrorKind
from balance_core.models import Account, Balance, BalanceReport, BalanceSummary, BalanceTotal, Failure
from balance_core.money import Money
from balance_slack.block_kit import View
from balance_slack.blocks import Message, render
from tests.local.rendering import render_message
from tests.local.simulators.slack_limits import refusal
from tests.local.simulators.slack_views import view_problems

NAMES = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax"}
CORRELATION_ID = "9f2c4e1ab07d3c55"
AS_OF = datetime(2026, 11, 21, 1, 45, 38, 960_000, UTC)


def money(amount: str | None, currency: str = "USD") -> Money | None:
    return None if amount is None else Money(Decimal(amount), currency)


def balance(*amounts: str | None, currency: str = "USD", as_of: datetime = AS_OF, **account: Any) -> Balance:
    """A balance of `available, pending, frozen`, in an account of the type DISBURSEMENT unless told otherwise."""
    available, pending, frozen = (money(amount, currency) for amount in (*amounts, None, None, None)[:3])
    return Balance(Account(**{"type": "DISBURSEMENT", **account}), currency, as_of, available, pending, frozen)


def total(*amounts: str | None, currency: str = "USD") -> BalanceTotal:
    return BalanceTotal(currency, *(money(amount, currency) for amount in amounts))


def failure(kind: ErrorKind = ErrorKind.TIMEOUT, message: str = "did not answer", **rest: Any) -> Failure:
    return Failure(kind, message, CORRELATION_ID, **{"provider": "payby", "account": "main", **rest})


def summary(*parts: BalanceReport | BalanceTotal | Failure) -> BalanceSummary:
    return BalanceSummary(
        AS_OF,
        totals=tuple(part for part in parts if isinstance(part, BalanceTotal)),
        reports=tuple(part for part in parts if isinstance(part, BalanceReport)),
        failures=tuple(part for part in parts if isinstance(part, Failure)),
    )


def report(provider: str, *balances: Balance, account: str = "main") -> BalanceReport:
    return BalanceReport(provider, account, balances)


def message(*parts: BalanceReport | BalanceTotal | Failure) -> Message:
    rendered = render(summary(*parts), NAMES, CORRELATION_ID)
    assert refusal(rendered.to_wire()) is None
    return rendered


def shown(*parts: BalanceReport | BalanceTotal | Failure) -> str:
    """What a person reads."""
    return render_message(message(*parts).to_wire())


def plain(*parts: BalanceReport | BalanceTotal | Failure) -> str:
    """What a person reads where there is no table: too many accounts, or a Slack that refuses it."""
    rendered = message(*parts)
    blocks = list(rendered.plain_blocks or rendered.blocks)
    assert "table" not in {block["type"] for block in blocks}
    assert not blocks or refusal({"text": rendered.text, "blocks": blocks}) is None
    return render_message({"text": rendered.text, "blocks": blocks})


def view_shown(view: View) -> str:
    """What a person reads of a view, which Slack takes."""
    assert view_problems(view, str(view["type"])) == []
    return render_message(view)


TOTAL = total("1784.63", "9248.93", "11.41")
PAGSMILE = report("pagsmile", balance("1008.29", type="settle"))
PAYERMAX = report("payermax", balance("776.34", "9248.93", "11.41", label="Payouts"))
NOT_USD = failure(ErrorKind.CURRENCY_NOT_SUPPORTED, "does not support it", currency="USD", provider_code="78001")
