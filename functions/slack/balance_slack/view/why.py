"""Why a balance changed: the moves between stored snapshots, merchant by merchant, and whether they add up."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from balance_core.history.components import FIGURES
from balance_core.history.moves import MerchantMoves, Move, MoveKind
from balance_core.history.queries import Explanation
from balance_core.money import Money
from balance_slack.view.amounts import moved
from balance_slack.view.blocks import MESSAGE_BYTES, Block, context, cut, header, sections, size, texts_of
from balance_slack.view.message import Message
from balance_slack.view.mrkdwn import date, escape
from balance_slack.view.small_print import ignored_lines
from balance_slack.view.texts import listed

_ZERO = Decimal(0)
_HEADING_CHARACTERS = 150

# A provider's id and a merchant account's name, in words.
PlaceName = Callable[[str, str], str]


def render_why(
    explanation: Explanation, provider: str | None, names: Mapping[str, str], ignored: Sequence[str] = ()
) -> Message:
    """The moves of one currency, at one provider or at all. Amounts are exact; a gap is never bridged silently."""
    merchants = [each for each in explanation.merchants if provider in (None, each.provider)]
    place = _place_name(merchants, names)
    at = f" at {escape(names.get(provider, provider))}" if provider else ""
    code = explanation.currency
    if not any(each.opening is not None for each in merchants):
        nothing = f"{code}{at} was not seen since then, so nothing can be explained."
        return Message("\n".join([nothing, date(explanation.since, "Since "), *ignored_lines(ignored)]))
    change = _available_change(code, merchants)
    heading = f"{code} {_direction(change)}{at}"[:_HEADING_CHARACTERS]
    since = f"{date(explanation.since, 'Since ')} {date(explanation.until, 'until ')}"
    head = [header(heading)]
    sums = "The moves explain each change exactly." if _adds_up(merchants) else "The moves do not explain everything."
    how = f"{sums} They are told from stored balances, not from transactions."
    tail = [context("\n".join([*ignored_lines(ignored), how, since]))]
    # An empty line between two merchants.
    lines = [line for each in merchants for line in ("", *_merchant_lines(code, each, place))][1:]
    body = cut(lines, MESSAGE_BYTES - size([*head, *tail]) - 400, "more line", "more lines", ": ask for one provider")
    blocks: list[Block] = [*head, *sections(body), *tail]
    return Message(". ".join(texts_of(head)).replace("*", ""), tuple(blocks))


def _adds_up(merchants: Sequence[MerchantMoves]) -> bool:
    """Whether the first figures and the moves make the last ones, to the last digit, with nothing left unexplained."""
    unclear = (MoveKind.UNEXPLAINED, MoveKind.HIDDEN)
    return all(
        each.opening is not None
        and not any(each.difference.values())
        and not each.gaps
        and not any(move.kind in unclear for move in each.moves)
        for each in merchants
    )


def _direction(change: Money | None) -> str:
    if change is None:
        return "changed, but by how much is not known"
    if change.is_zero:
        return "unchanged"
    return f"{'up' if change.amount > 0 else 'down'} {Money(abs(change.amount), change.currency).figure()}"


def _available_change(code: str, merchants: Sequence[MerchantMoves]) -> Money | None:
    """The change of what is available at all of them; None where one was not seen at both ends."""
    total = Money(_ZERO, code)
    for each in merchants:
        if each.opening is None or each.closing is None:
            return None
        total += _of(code, each.closing) - _of(code, each.opening)
    return total


def _of(code: str, sums: Mapping[str, Decimal], figure: str = "available") -> Money:
    return Money(sums.get(figure, _ZERO), code)


def _merchant_lines(code: str, merchant: MerchantMoves, place: PlaceName) -> Iterator[str]:
    name = escape(place(merchant.provider, merchant.account))
    if merchant.opening is None or merchant.closing is None:
        yield f"*{name}*: not seen at all, so its moves are not known."
        return
    changes = [
        f"{_of(code, merchant.opening, figure).figure()} → {_of(code, merchant.closing, figure).figure()} {figure}"
        for figure in FIGURES
        if merchant.opening.get(figure) != merchant.closing.get(figure)
    ]
    yield f"*{name}*: {' · '.join(changes) or 'the same as then'}"
    for move in merchant.moves:
        yield f"• {_sentence(code, name, move)}"
    for since, until in merchant.gaps:
        yield f":warning: Not seen from {date(since)} to {date(until)}: moves may be hidden there."
    if rest := [f"{_figure(code, amount)} {figure}" for figure, amount in merchant.difference.items() if amount]:
        yield f":warning: The moves miss the last figures by {listed(rest)}: a figure is no longer reported."


def _sentence(code: str, name: str, move: Move) -> str:
    amount = _figure(code, move.amount)
    effects = [f"{figure} {moved(Money(change, code))}" for figure in FIGURES if (change := getattr(move, figure))]
    into = next((figure for figure in FIGURES if getattr(move, figure)), "available")
    where = "" if into == "available" else f", {into}"
    sentences = {
        MoveKind.FROZEN: f"{name} froze {code} {amount}",
        MoveKind.RELEASED: f"{name} released {code} {amount}",
        MoveKind.SETTLED: f"{name} settled {code} {amount}"
        + (f" and kept {_figure(code, move.fee)}, perhaps a fee" if move.fee else ""),
        MoveKind.RECEIVED: f"{code} {amount} came in{where}",
        MoveKind.PAID_OUT: f"{code} {amount} went out{where}",
        MoveKind.TRANSFERRED: f"{code} {amount} moved between accounts of {name}",
        MoveKind.FIRST_SEEN: f"{code} {amount} in an account that was not listed before{where}",
        MoveKind.UNEXPLAINED: f"Unexplained: {', '.join(effects) or amount}",
        MoveKind.HIDDEN: f"Hidden by a gap: {', '.join(effects) or amount}",
    }
    return f"{sentences[move.kind]} · {date(move.until, 'by ')}"


def _place_name(merchants: Sequence[MerchantMoves], names: Mapping[str, str]) -> PlaceName:
    accounts: dict[str, set[str]] = {}
    for each in merchants:
        accounts.setdefault(each.provider, set()).add(each.account)

    def place(provider: str, account: str) -> str:
        name = names.get(provider, provider)
        return f"{name} {account}" if len(accounts[provider]) > 1 else name

    return place


def _figure(code: str, amount: Decimal) -> str:
    return Money(amount, code).figure()
