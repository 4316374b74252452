"""One answer from several providers' answers. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from balance_core.currencies import DECIMALS
from balance_core.errors import ErrorKind
from balance_core.models import (
    Balance,
    BalanceSummary,
    BalanceTotal,
    Failure,
    Notice,
    NoticeKind,
    ProviderAnswer,
)
from balance_core.money import MoneyError, sum_known


def summarise(
    answers: Sequence[ProviderAnswer],
    correlation_id: str,
    generated_at: datetime,
    *,
    accounts: Collection[str] = (),
    include_zero: bool = True,
) -> BalanceSummary:
    """All reports, failures and notices in order, and one total for each currency, sorted by currency code.

    `accounts` are the question's. A provider's failure "has no such account" is dropped when another provider has the
    account, unless the question named it as `provider:account`. A currency whose sum does not fit Money gets a failure
    and no sums.

    Zero balances are summed even without `include_zero` and only then dropped, because a total of known zeros is 0 and
    not unknown. A currency with nothing left loses its total; a report with nothing left stays, empty.

    Every code outside ISO 4217 that is left gets one notice.
    """
    reports = tuple(report for answer in answers for report in answer.reports)
    known_accounts = {account.casefold() for answer in answers for account in answer.accounts}
    failures = [
        failure
        for answer in answers
        for failure in answer.failures
        if not (_is_unknown_account(failure, accounts) and (failure.account or "").casefold() in known_accounts)
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
            failures.append(_sum_too_large(currency, correlation_id))
    notices = tuple(notice for answer in answers for notice in answer.notices)
    summary = BalanceSummary(generated_at, tuple(totals), reports, tuple(failures), notices)
    return _with_foreign_codes(summary if include_zero else _without_zeros(summary))


def _without_zeros(summary: BalanceSummary) -> BalanceSummary:
    reports = tuple(
        replace(report, balances=tuple(balance for balance in report.balances if not balance.is_zero))
        for report in summary.reports
    )
    currencies = {balance.currency for report in reports for balance in report.balances}
    totals = tuple(total for total in summary.totals if total.currency in currencies)
    return replace(summary, totals=totals, reports=reports)


def _with_foreign_codes(summary: BalanceSummary) -> BalanceSummary:
    notices = tuple(
        Notice(NoticeKind.NOT_ISO_4217, f"{total.currency} is not an ISO 4217 code", currency=total.currency)
        for total in summary.totals
        if total.currency not in DECIMALS
    )
    return replace(summary, notices=(*summary.notices, *notices))


def _is_unknown_account(failure: Failure, accounts: Collection[str]) -> bool:
    """Whether a provider lacks an account that the question names without a provider."""
    is_refused = failure.kind is ErrorKind.INVALID_REQUEST and failure.field == "accounts"
    return is_refused and f"{failure.provider}:{failure.account}" not in accounts


def _total(currency: str, balances: Sequence[Balance]) -> BalanceTotal:
    return BalanceTotal(
        currency=currency,
        available=sum_known(balance.available for balance in balances),
        pending=sum_known(balance.pending for balance in balances),
        frozen=sum_known(balance.frozen for balance in balances),
    )


def _sum_too_large(currency: str, correlation_id: str) -> Failure:
    message = f"{currency} cannot be summed, because an account reports an impossibly large amount: ask its provider"
    return Failure(ErrorKind.BAD_RESPONSE, message, correlation_id, currency=currency)
