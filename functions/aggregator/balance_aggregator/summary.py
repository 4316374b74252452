"""Several providers' answers as one. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import add

from balance_core.errors import ErrorKind
from balance_core.models import Balance, BalanceSummary, BalanceTotal, Failure, ProviderAnswer
from balance_core.money import Money, MoneyError


def summarise(answers: Sequence[ProviderAnswer], correlation_id: str, generated_at: datetime) -> BalanceSummary:
    """The answers' reports and failures in their order, and one total for every currency in them, by currency code.

    "Has no such account" of one provider is left out when another provider has it: an account was asked for by its name
    alone. A currency whose sum has more digits than Money holds gets a failure and no sums.
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
    return BalanceSummary(generated_at, tuple(totals), reports, tuple(failures))


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
