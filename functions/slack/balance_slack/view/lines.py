"""What is held as lines: a paragraph for each currency. They may stand in messages, on the Home tab and in modals."""

from collections.abc import Iterator, Sequence
from functools import partial

from balance_core.money import Money
from balance_slack.view.amounts import NO_BREAK, NOTHING_REPORTED, figure, figures, is_negative, moved, unbroken, worded
from balance_slack.view.blocks import Block, Lines, cut, expanded, fitting, sections, size
from balance_slack.view.holdings import Holding, Row
from balance_slack.view.mrkdwn import escape

# How much of a long answer is shown, from all of it to the totals alone, and what is said about the rest.
_ACCOUNTS, _PROVIDERS, _TOTALS = _DEPTHS = range(3)
_LEFT_OUT = {
    _ACCOUNTS: (),
    _PROVIDERS: ("Merchant accounts are left out: ask for one currency or provider.",),
    _TOTALS: ("Only totals are shown: ask for one currency or provider.",),
}
# In bytes.
_LEFT_OUT_ROOM = 100
# Rendering more rows, to find that they do not fit, would take too long.
_MAX_ROWS = 1000
# With more of them, a message would have too many blocks.
_MAX_SECTIONS = 40


def paragraphs(holdings: Sequence[Holding], room: int) -> list[Block]:
    """A paragraph for each currency within `room` bytes. Rows are left out before totals, and a line says so."""
    room -= _LEFT_OUT_ROOM
    for depth in _DEPTHS:
        texts = Lines(partial(_paragraph, depth), holdings)
        is_short = sum(len(_rows(depth, holding)) for holding in holdings) <= _MAX_ROWS
        if is_short and len(kept := fitting(texts, room)) == len(holdings):
            return _blocks([*kept, *_LEFT_OUT[depth]], room)
    kept = cut(texts, room, "more currency", "more currencies", ": ask for one")
    return _blocks([*kept, *_LEFT_OUT[_TOTALS]], room)


def row_lines(holding: Holding, room: int) -> list[Block]:
    """The rows of a single currency, whose total is in the headline, within `room` bytes."""
    room -= _LEFT_OUT_ROOM
    for depth in (_ACCOUNTS, _PROVIDERS):
        lines = Lines(_line, _rows(depth, holding))
        if len(kept := fitting(lines, room)) == len(lines):
            return sections([*kept, *_LEFT_OUT[depth]])
    return sections(cut(lines, room, "more", "more", ": ask for one provider"))


def _blocks(texts: list[str], room: int) -> list[Block]:
    """A section for each text, which Slack separates by some space; or a few long ones that Slack must not fold."""
    blocks = [block for text in texts for block in sections(text.split("\n"))]
    return blocks if len(blocks) <= _MAX_SECTIONS and size(blocks) <= room else expanded(texts)


def _paragraph(depth: int, holding: Holding) -> str:
    return "\n".join([*_total_lines(holding), *map(_line, _rows(depth, holding))])


def _total_lines(holding: Holding) -> Iterator[str]:
    """`*USD 1,784.63* available`, then what is pending and frozen: on the same line if there are no rows below."""
    total, has_rows = holding.total, bool(holding.rows)
    at = f" at {unbroken(escape(holding.place))}" if holding.place else ""
    rest = worded(total, skip="available", skip_zero=has_rows)
    available = total.available
    if available is None:
        yield f"*{total.currency}*{at}" if rest or has_rows else f"*{total.currency}*{at}: {NOTHING_REPORTED}"
    else:
        first = f"{_total(available)} available{at}{_change(holding.change)}"
        if rest and not has_rows:
            yield f"{first}{NO_BREAK}· {rest}"
            return
        yield first
    if rest:
        yield rest


def _total(available: Money) -> str:
    """`*USD 1,784.63*`; a negative amount is in code style, which cannot be bold."""
    if is_negative(available):
        return f"*{available.currency}*{NO_BREAK}{figure(available)}"
    return f"*{unbroken(available.display())}*"


def _rows(depth: int, holding: Holding) -> list[tuple[str, Row]]:
    """The rows that are shown, each with its bullet."""
    if depth == _TOTALS:
        return []
    rows: list[tuple[str, Row]] = []
    for row in holding.rows:
        rows.append(("•", row))
        if depth == _ACCOUNTS:
            rows += [("↳", part) for part in row.parts]
    return rows


def _line(bullet_and_row: tuple[str, Row]) -> str:
    """`• PayerMax: 776.34 · 9,248.93 pending`. The colon keeps an account called `200` apart from its amount."""
    bullet, row = bullet_and_row
    line = f"{bullet} {escape(row.name)}:{NO_BREAK}{figures(row.amounts, is_sum=bool(row.parts))}"
    return f"{line}{_change(row.change)}"


def _change(change: Money | None) -> str:
    return f"  _{words}_" if (words := moved(change)) else ""
