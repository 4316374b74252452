"""Why a balance changed: the moves between neighbouring snapshots of one merchant in one currency. Pure.

Two snapshots show sums and not transactions, so a move is the plainest explanation of what changed in between.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Context, Decimal, localcontext
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from balance_core.contract import Instant
from balance_core.history.components import FIGURES, Point
from balance_core.history.readings import Row

_ZERO = Decimal(0)
# More digits than any sum of amounts has: Python's default context would round to 28.
_EXACT = Context(prec=100)
# What a provider keeps of a settlement is called a fee up to this part of it.
_MAX_FEE = Decimal("0.1")

# Kind, amount, effects by figure, and fee.
_Explained = tuple["MoveKind", Decimal, Mapping[str, Decimal], Decimal]


class MoveKind(StrEnum):
    """What happened to the money."""

    FROZEN = "frozen"
    RELEASED = "released"
    SETTLED = "settled"
    RECEIVED = "received"
    PAID_OUT = "paid_out"
    TRANSFERRED = "transferred"
    FIRST_SEEN = "first_seen"
    UNEXPLAINED = "unexplained"
    HIDDEN = "hidden"


class Move(Struct, frozen=True, kw_only=True):
    """One move between two snapshots. Amounts are in major units of the currency.

    `amount` is what moved, never negative. `available`, `pending` and `frozen` are the effects, so the opening plus all
    effects is the closing. `fee` is what is missing from a settlement. HIDDEN is the whole change across a gap, however
    many moves it hides.
    """

    kind: MoveKind
    provider: str
    account: str
    since: Instant
    until: Instant
    amount: Decimal
    available: Decimal = _ZERO
    pending: Decimal = _ZERO
    frozen: Decimal = _ZERO
    fee: Decimal = _ZERO


class MerchantMoves(Struct, frozen=True, kw_only=True):
    """One merchant's moves in one currency, with what was known first and last.

    `gaps` are the times without figures; without two known looks there are no moves and `opening` is None.
    """

    provider: str
    account: str
    opening: Mapping[str, Decimal] | None
    closing: Mapping[str, Decimal] | None
    moves: tuple[Move, ...]
    gaps: tuple[tuple[Instant, Instant], ...]

    @property
    def difference(self) -> dict[str, Decimal]:
        """Closing minus opening minus all moves: zero, unless a figure is no longer reported."""
        if self.opening is None or self.closing is None:
            return {}
        with localcontext(_EXACT):
            return {
                name: self.closing.get(name, _ZERO)
                - self.opening.get(name, _ZERO)
                - sum((getattr(move, name) for move in self.moves), _ZERO)
                for name in FIGURES
            }


def merchants_in(seen: Iterable[Point]) -> list[tuple[str, str]]:
    """Provider and account of every merchant that is known in these points, sorted."""
    return sorted({_merchant(row) for point in seen for row, _ in point.expected})


def moves_of(seen: Sequence[Point], provider: str, account: str) -> MerchantMoves:
    """The merchant's moves through `seen`, which are the points of one currency in the order of time."""
    with localcontext(_EXACT):
        return _moves_of(seen, provider, account)


def _moves_of(seen: Sequence[Point], provider: str, account: str) -> MerchantMoves:
    def is_ours(row: Row) -> bool:
        return _merchant(row) == (provider, account)

    moves: list[Move] = []
    gaps: list[tuple[Instant, Instant]] = []
    first: Point | None = None
    last: Point | None = None
    gap_since: Instant | None = None
    for point in seen:
        if not _is_known(point, is_ours):
            gap_since = gap_since or (last.at if last else point.at)
            continue
        if gap_since is not None:
            gaps.append((gap_since, point.at))
        if last is None:
            first = point
        else:
            moves += _between(last, point, provider, account, is_hidden=gap_since is not None)
        last, gap_since = point, None
    if gap_since is not None:
        gaps.append((gap_since, seen[-1].at))
    return MerchantMoves(
        provider=provider,
        account=account,
        opening=_sums(first, is_ours) if first else None,
        closing=_sums(last, is_ours) if last else None,
        moves=tuple(moves),
        gaps=tuple(gaps),
    )


def _is_known(point: Point, is_ours: Callable[[Row], bool]) -> bool:
    ours = [each for each in point.expected if is_ours(each[0])]
    return bool(ours) and all(each in point.amounts for each in ours)


def _sums(point: Point, is_ours: Callable[[Row], bool]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for (row, name), amount in point.amounts.items():
        if is_ours(row):
            sums[name] = sums.get(name, _ZERO) + amount.amount
    return sums


def _between(before: Point, after: Point, provider: str, account: str, *, is_hidden: bool) -> Iterator[Move]:
    """The moves from one known point to the next; the effects add up to the whole difference."""

    def move(kind: MoveKind, amount: Decimal, effects: Mapping[str, Decimal], fee: Decimal = _ZERO) -> Move:
        bare = Move(
            kind=kind, provider=provider, account=account, since=before.at, until=after.at, amount=amount, fee=fee
        )
        return replace(bare, **effects)

    ours = {each: money for each, money in after.amounts.items() if _merchant(each[0]) == (provider, account)}
    for (_, name), money in ((each, money) for each, money in ours.items() if each not in before.amounts):
        if not money.is_zero:
            yield move(MoveKind.FIRST_SEEN, abs(money.amount), {name: money.amount})
    changes = [(each, (money - before.amounts[each]).amount) for each, money in ours.items() if each in before.amounts]
    net = {name: sum((change for (_, figure), change in changes if figure == name), _ZERO) for name in FIGURES}
    if is_hidden:
        if any(net.values()):
            yield move(MoveKind.HIDDEN, abs(sum(net.values(), _ZERO)), net)
        return
    up = sum((change for (_, figure), change in changes if figure == "available" and change > 0), _ZERO)
    if transferred := min(up, up - net["available"]):
        yield move(MoveKind.TRANSFERRED, transferred, {})
    for kind, amount, effects, fee in _explained(**net):
        yield move(kind, amount, effects, fee)


def _merchant(row: Row) -> tuple[str, str]:
    return row.provider, row.account


def _explained(available: Decimal, pending: Decimal, frozen: Decimal) -> Iterator[_Explained]:
    """What explains the change of one merchant's sums."""
    net = {
        name: change for name, change in (("available", available), ("pending", pending), ("frozen", frozen)) if change
    }
    if not net:
        return
    if net.keys() == {"available", "frozen"} and available == -frozen:
        yield MoveKind.FROZEN if frozen > 0 else MoveKind.RELEASED, abs(frozen), net, _ZERO
    elif net.keys() == {"available", "pending"} and pending < 0 < available:
        yield from _settled(available, -pending)
    elif all(change > 0 for change in net.values()):
        for name, change in net.items():
            yield MoveKind.RECEIVED, change, {name: change}, _ZERO
    elif all(change < 0 for change in net.values()):
        for name, change in net.items():
            yield MoveKind.PAID_OUT, -change, {name: change}, _ZERO
    else:
        yield MoveKind.UNEXPLAINED, abs(sum(net.values(), _ZERO)), net, _ZERO


def _settled(arrived: Decimal, left: Decimal) -> Iterator[_Explained]:
    """A settlement. The provider may keep a fee; any other difference is unexplained."""
    missing = left - arrived
    if 0 <= missing <= left * _MAX_FEE:
        yield MoveKind.SETTLED, left, {"available": arrived, "pending": -left}, missing
        return
    settled = min(left, arrived)
    yield MoveKind.SETTLED, settled, {"available": settled, "pending": -settled}, _ZERO
    rest = {"available": arrived - settled, "pending": settled - left}
    yield MoveKind.UNEXPLAINED, abs(missing), {name: change for name, change in rest.items() if change}, _ZERO
