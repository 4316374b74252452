"""What is held in one currency as Slack's table: a row for each provider and merchant account.

Source: docs.slack.dev, Block Kit, "Table block": at most 100 rows of 20 cells, and 10,000 characters in all cells; one
table in a message, none in a view. Slack also refuses an empty cell, which is not documented. Cells are literal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from balance_core.money import Money
from balance_slack.view.amounts import UNKNOWN, is_negative, moved
from balance_slack.view.blocks import Block, visible_size
from balance_slack.view.holdings import Holding, Row, known_amounts
from balance_slack.view.mrkdwn import literal

_MAX_ROWS = 99
_MAX_BYTES = 9500
# The characters of the first three columns that are on a phone's screen (measured: 390 pixels wide, 15 pixel type).
_MAX_CHARACTERS = 31
_WORDS = ("available", "pending", "frozen")


def holding_table(holding: Holding) -> Block | None:
    """The table; None if there are no two rows to compare, or if it would not fit a phone or Slack's limits.

    A column that nobody reports is left out.
    """
    rows = list(islice(_rows(holding), _MAX_ROWS + 1))
    if not 2 <= len(rows) <= _MAX_ROWS:
        return None
    words = [word for word in _WORDS if any(word in dict(known_amounts(row.amounts)) for row in rows)]
    if not words:
        return None
    heading = "Account" if holding.place else "Provider"
    titles = [heading, *(word.capitalize() for word in words)]
    texts = [titles, *([row.name, *_figures(row, words)] for row in rows)]
    texts += [["", *(_change(row, word) for word in words)] for row in rows]
    if sum(max(map(len, column)) for column in list(zip(*texts, strict=True))[:3]) > _MAX_CHARACTERS:
        return None
    cells = [[cell(text) for text in titles], *(_cells(row, words) for row in rows)]
    settings = [{"align": "left"}, *[{"align": "right"}] * len(words)]
    table: Block = {"type": "table", "column_settings": settings, "rows": cells}
    return table if visible_size(table) <= _MAX_BYTES else None


def _rows(holding: Holding) -> Iterator[Row]:
    for row in holding.rows:
        yield row
        yield from (replace(part, name=f"↳ {part.name}") for part in row.parts)


def _cells(row: Row, words: Sequence[str]) -> list[Block]:
    """A row that is the sum of those below it is bold."""
    amounts = dict(known_amounts(row.amounts))
    is_sum = bool(row.parts)
    name = cell(literal(row.name), is_bold=is_sum)
    return [name, *(_amount_cell(amounts.get(word), _change(row, word), is_sum=is_sum) for word in words)]


def _change(row: Row, word: str) -> str:
    return moved(row.change) if word == "available" else ""


def _figures(row: Row, words: Sequence[str]) -> Iterator[str]:
    amounts = dict(known_amounts(row.amounts))
    return (amounts[word].figure() if word in amounts else UNKNOWN for word in words)


def _amount_cell(money: Money | None, change: str, *, is_sum: bool) -> Block:
    if money is None:
        return cell(UNKNOWN)
    return cell(money.figure(), change, is_bold=is_sum and not is_negative(money), is_code=is_negative(money))


def cell(text: str, change: str = "", *, is_bold: bool = False, is_code: bool = False) -> Block:
    """A cell; the change of its amount is a second line in italics."""
    style = {name: True for name, is_set in (("bold", is_bold), ("code", is_code)) if is_set}
    if not style and not change:
        return {"type": "raw_text", "text": text}
    elements: list[Block] = [{"type": "text", "text": text, **({"style": style} if style else {})}]
    if change:
        elements.append({"type": "text", "text": f"\n{change}", "style": {"italic": True}})
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}
