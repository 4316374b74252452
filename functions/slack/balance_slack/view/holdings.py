"""What is held in each currency: the total, and a row for each provider and each of its merchant accounts.

Account types are added up here: a row says what one merchant account holds, and the details say in which accounts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from balance_core.models import Balance, BalanceSummary, BalanceTotal
from balance_core.money import Money, MoneyError, sum_known
from balance_slack.view.change import Change

# A provider's id and the name of one of its accounts (None for all of them), in words.
PlaceName = Callable[[str, str | None], str]


@dataclass(frozen=True, slots=True)
class Row:
    """What one place holds in one currency. `parts` are its merchant accounts, if several of them hold the currency.

    `place` is `PayerMax`, or `PayerMax uae` for one of several accounts; `name` is that of the account alone in a part,
    and `place` otherwise. Neither is escaped. `change` is that of what is available; None where it is not known.
    """

    place: str
    name: str
    amounts: BalanceTotal
    parts: tuple["Row", ...] = ()
    change: Money | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held in one currency. `rows` add up to `total`; there are none if it is held at one `place` only.

    `change` is that of the total's available money; None where it is not known.
    """

    total: BalanceTotal
    rows: tuple[Row, ...] = ()
    place: str = ""
    change: Money | None = None

    @property
    def all_rows(self) -> Iterator[Row]:
        """The rows, and below each of them its parts."""
        for row in self.rows:
            yield row
            yield from row.parts

    @property
    def leaves(self) -> Iterator[Row]:
        """The rows without those that are sums of others; the total itself if there are no rows."""
        if not self.rows:
            yield Row(self.place, self.place, self.total)
        for row in self.rows:
            yield from row.parts or (row,)


def known_amounts(amounts: BalanceTotal | Balance) -> Iterator[tuple[str, Money]]:
    """What is reported of the three, each with its word: `available`, `pending`, `frozen`."""
    for word, money in (("available", amounts.available), ("pending", amounts.pending), ("frozen", amounts.frozen)):
        if money is not None:
            yield word, money


def holdings(summary: BalanceSummary, place: PlaceName, change: Change | None = None) -> list[Holding]:
    """What the answer says about each currency, by code; providers in its order, their accounts by name."""
    held: dict[str, dict[str, dict[str, list[Balance]]]] = {}
    for report in summary.reports:
        for balance in report.balances:
            accounts = held.setdefault(balance.currency, {}).setdefault(report.provider, {})
            accounts.setdefault(report.account, []).append(balance)
    totals = {total.currency: total for total in summary.totals}
    return [
        _holding(totals.get(code, BalanceTotal(code, None, None, None)), held.get(code, {}), place, change)
        for code in sorted({*totals, *held})
    ]


def _holding(
    total: BalanceTotal, held: dict[str, dict[str, list[Balance]]], place: PlaceName, change: Change | None
) -> Holding:
    rows = tuple(_row(total.currency, provider, accounts, place, change) for provider, accounts in held.items())
    moved = change.of(total.currency) if change else None
    if len(rows) == 1:
        return Holding(total, rows[0].parts, rows[0].name, moved)
    return Holding(total, rows, change=moved)


def _row(
    currency: str, provider: str, accounts: dict[str, list[Balance]], place: PlaceName, change: Change | None
) -> Row:
    def moved(account: str | None = None) -> Money | None:
        return change.of(currency, provider, account) if change else None

    amounts = _sums(currency, [balance for balances in accounts.values() for balance in balances])
    if len(accounts) == 1:
        name = place(provider, next(iter(accounts)))
        return Row(name, name, amounts, change=moved())
    whole = place(provider, None)
    by_name = sorted(accounts.items())
    parts = tuple(
        Row(place(provider, name), name, _sums(currency, balances), change=moved(name)) for name, balances in by_name
    )
    return Row(whole, whole, amounts, parts, moved())


def _sums(currency: str, balances: Sequence[Balance]) -> BalanceTotal:
    if len(balances) == 1:
        (one,) = balances
        return BalanceTotal(currency, one.available, one.pending, one.frozen)
    return BalanceTotal(
        currency,
        _sum(balance.available for balance in balances),
        _sum(balance.pending for balance in balances),
        _sum(balance.frozen for balance in balances),
    )


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    """The sum, unknown if it is impossibly large: the aggregator has said so in a failure."""
    try:
        return sum_known(amounts)
    except MoneyError:
        return None
