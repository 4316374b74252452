"""Several providers' answers as one. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from operator import add

from balance_core.errors import ErrorKind
from balance_core.models import Balance, BalanceSummary, BalanceTotal, Failure, ProviderAnswer
from balance_core.money import Money, MoneyError


def summarise(
    answers: Sequence[ProviderAnswer], correlation_id: str, generated_at: datetime, *, include_zero: bool = True
) -> BalanceSummary:
    """The answers' reports and failures in their order, and one total for every currency in them, by currency code.

    "Has no such account" of one provider is left out when another provider has it: an account was asked for by its name
    alone. A currency whose sum has more digits than Money holds gets a failure and no sums.

    Without `include_zero` balances of zero are left out after they were summed, so that what is known to be zero is not
    taken for unknown, and with them the currencies in which nobody holds anything. The reports stay, if only empty.
    """
    reports = tuple(report for answer in answers for report in answer.reports)
    known_accounts = {account for answer in answers for account in answer.accounts}
    failures = [
        failure for answer in answers for failure in answer.failures if not _is_elsewhere(failure, known_accounts)
    ]
    by_currency: dict[str, list[Balance]] = {}
    for balance in (balance for report in reports for balance in report.balances):
        by_currency.setdefault(balance.currency, []).append(balance)
    totals = []
    for currency, balances in sorted(by_currency.items()):
        try:
            totals.append(_total(currency, balances))
        except MoneyError:
            totals.append(BalanceTotal(currency, None, None, None))
            failures.append(_absurd_sum(currency, correlation_id))
    summary = BalanceSummary(generated_at, tuple(totals), reports, tuple(failures))
    return summary if include_zero else _without_zeros(summary)


def _without_zeros(summary: BalanceSummary) -> BalanceSummary:
    reports = tuple(
        replace(report, balances=tuple(balance for balance in report.balances if not balance.is_zero))
        for report in summary.reports
    )
    held = {balance.currency for report in reports for balance in report.balances}
    return replace(summary, totals=tuple(total for total in summary.totals if total.currency in held), reports=reports)


def _is_elsewhere(failure: Failure, known_accounts: set[str]) -> bool:
    about_account = failure.kind is ErrorKind.INVALID_REQUEST and failure.field == "accounts"
    return about_account and failure.account in known_accounts


def _total(currency: str, balances: Sequence[Balance]) -> BalanceTotal:
    return BalanceTotal(
        currency=currency,
        available=_sum(balance.available for balance in balances),
        pending=_sum(balance.pending for balance in balances),
        frozen=_sum(balance.frozen for balance in balances),
    )


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    """The exact sum of what is known; None, and not 0, when nothing is."""
    known = [money for money in amounts if money is not None]
    return reduce(add, known) if known else None


def _absurd_sum(currency: str, correlation_id: str) -> Failure:
    message = f"{currency} cannot be summed, an account reports an absurdly large amount: ask its provider"
    return Failure(ErrorKind.BAD_RESPONSE, message, correlation_id, currency=currency)
