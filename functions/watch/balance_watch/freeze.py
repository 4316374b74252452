"""Frozen money that rises: for a rule of kind `freeze`, over every merchant and currency. Pure.

A merchant is one merchant account at a provider. Its frozen money is the sum over all of its rows, because PayerMax
keeps frozen money in a row of its own.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import add

from balance_core.money import Money
from balance_core.watch_effects import Status
from balance_core.watch_rules import Rule
from balance_watch.evidence import Figure, Snapshot, sort_out
from balance_watch.state import Base, Merchant, Rise, State

_Holding = tuple[str, str, str]


def look_for_rises(rule: Rule, state: State, snapshot: Snapshot) -> None:
    """Note in `state` where more is frozen than at the last look that saw every known frozen row of a merchant."""
    memory = state.frozen
    merchants = {(each.provider, each.account): each for each in memory.merchants}
    bases = {(each.provider, each.account, each.currency): each for each in memory.bases}
    figures = {figure.key: figure for figure in state.figures}
    seen = {figure.key: figure for row in snapshot.readings for figure in row.figures(("frozen",))}
    for key, figure in seen.items():
        merchant = merchants.get((figure.provider, figure.account))
        if key not in figures and merchant is not None:
            bases.setdefault(_holding(figure), _nothing(figure, merchant.seen))
    usable, _ = sort_out(seen.values(), figures, snapshot.taken_at, rule.stale)
    for holding, rows in _by_holding(figures.values()).items():
        is_complete = all(row.key in usable for row in rows)
        total = _total(rows) if is_complete else None
        memory.rises += _compare(bases, holding, total, snapshot.taken_at)
    for row in snapshot.readings:
        seen_now = Merchant(provider=row.provider, account=row.account, seen=snapshot.taken_at)
        merchants[row.provider, row.account] = seen_now
    memory.merchants = list(merchants.values())
    memory.bases = list(bases.values())
    state.figures = list(figures.values())
    if merchants:
        state.move(Status.OK, snapshot.taken_at)


def _compare(bases: dict[_Holding, Base], holding: _Holding, total: Decimal | None, at: datetime) -> list[Rise]:
    """The rise since the last complete look, if any. `total` is None when not every known row was seen."""
    base = bases.get(holding)
    if total is None:
        if base is not None:
            base.gap = True
        return []
    bases[holding] = _base(holding, total, at)
    return [_rise(base, total, at)] if base is not None and total > base.amount else []


def _holding(figure: Figure) -> _Holding:
    return figure.provider, figure.account, figure.currency


def _by_holding(figures: Iterable[Figure]) -> Mapping[_Holding, list[Figure]]:
    found: dict[_Holding, list[Figure]] = {}
    for figure in figures:
        found.setdefault(_holding(figure), []).append(figure)
    return found


def _base(holding: _Holding, amount: Decimal, at: datetime) -> Base:
    provider, account, currency = holding
    return Base(provider=provider, account=account, currency=currency, amount=amount, at=at)


def _nothing(figure: Figure, at: datetime) -> Base:
    """A new frozen row at a merchant that was seen before has risen from nothing."""
    return _base(_holding(figure), Decimal(0), at)


def _total(rows: Iterable[Figure]) -> Decimal:
    return reduce(add, (Money(row.amount, row.currency) for row in rows)).amount


def _rise(base: Base, total: Decimal, at: datetime) -> Rise:
    return Rise(
        provider=base.provider,
        account=base.account,
        currency=base.currency,
        before=base.amount,
        after=total,
        since=base.at,
        at=at,
        gap=base.gap,
    )
