"""The figures that a person reads on one surface in Slack."""

import json
import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from tests.local.rendering import render_message
from tests.money.world import Holding
from tests.money.written import shown_units
from tests.rendering.surfaces import Surface

_COLUMNS = ("available", "pending", "frozen")
# `USD 1.00 available`, `— pending`, `USD 5.00 in total`
_AMOUNT = re.compile(
    r"(?:\b([A-Z]{3}) )?(—|(?<![\w.,])-?[\d.,]+) (available|pending|frozen|in total)(?= ·| \(in no sum|$)"
)
# `Total USD: available USD 1.00 · pending — · frozen USD 5.00`
_TEXT_TOTAL = re.compile(r"Total ([A-Z]{3}): ")
_TEXT_AMOUNT = re.compile(r"\b(available|pending|frozen) (?:([A-Z]{3}) )?(\S+)(?= ·|$)")
_TOTAL = re.compile(r"[A-Z]{3} \S+ available · .* frozen")
_CELL = re.compile(r"(?:([A-Z]{3}) )?(\S+)")

# A line, or a table's row of four texts.
Figures = str | list[str]


def totals_on(surface: Surface) -> Sequence[Figures]:
    """The lines with a total."""
    if not surface.blocks:
        return [line for line in surface.text.split("\n") if _TEXT_TOTAL.match(line)]
    top, _ = _halves(surface)
    return [line for line in _section_lines(top) if _TOTAL.fullmatch(line)]


def accounts_on(surface: Surface) -> Sequence[Figures]:
    """The lines and rows with an account's figures."""
    top, below = _halves(surface)
    accounts: list[Figures] = [line for line in _section_lines(below) if _AMOUNT.search(line)]
    for table in (block for block in top if block["type"] == "table"):
        accounts += [[_lines(first)[0], *(cell["text"] for cell in cells)] for first, *cells in table["rows"][1:]]
    return accounts


def read_figures(figures: Figures) -> Holding:
    """What a line or a row says. Raises ValueError for one that does not show what it must."""
    if not isinstance(figures, str):
        return _read_row(*figures)
    if _TEXT_TOTAL.match(figures):
        return _read_text_total(figures)
    amounts = _AMOUNT.findall(figures)
    words = [word for _, _, word in amounts]
    if words not in ([*_COLUMNS], [*_COLUMNS, "in total"], ["in total"]):
        raise ValueError("not the three amounts, and not a total alone")
    return _holding([(word.removeprefix("in "), code, text) for code, text, word in amounts])


def _halves(surface: Surface) -> tuple[list[Any], list[Any]]:
    """The blocks above and below the first divider, as JSON: accounts below it may read like totals."""
    blocks = json.loads(json.dumps(list(surface.blocks)))
    top = list(takewhile(lambda block: block["type"] != "divider", blocks))
    return top, blocks[len(top) :]


def _section_lines(blocks: Sequence[Any]) -> list[str]:
    return [line for block in blocks if block["type"] == "section" for line in _lines(block)]


def _lines(block: Any) -> list[str]:
    return render_message({"blocks": [block]}).split("\n")


def _read_text_total(line: str) -> Holding:
    amounts = _TEXT_AMOUNT.findall(line)
    if [name for name, *_ in amounts] != list(_COLUMNS):
        raise ValueError("not the three amounts")
    return _holding([("", code, "—") for code in _TEXT_TOTAL.findall(line)] + amounts)


def _read_row(account: str, *cells: str) -> Holding:
    amounts = _AMOUNT.findall(account)
    found = [("total", code, text) for code, text, _ in amounts]
    if not found and cells == ("—",) * 3:
        return Holding(account[-3:], {})
    for name, cell in zip(_COLUMNS, cells, strict=True):
        match = _CELL.fullmatch(cell)
        if match is None:
            raise ValueError("neither an amount nor a dash")
        found.append((name, match[1], match[2]))
    return _holding(found)


def _holding(found: Sequence[tuple[str, str, str]]) -> Holding:
    """From the name, currency and amount of each figure. An unknown amount has no currency of its own."""
    currency, *others = {code for _, code, _ in found if code}
    if others or any(text != "—" and not code for _, code, text in found):
        raise ValueError("not one currency")
    return Holding(currency, {name: shown_units(text, currency) for name, _, text in found if text != "—"})
