"""Every face in which Slack shows an answer, and the figures that a person reads there."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from balance_core.models import BalanceSummary
from balance_core.wire import dumps
from balance_slack.access import AccessPolicy
from balance_slack.blocks import render
from balance_slack.details import details_view
from balance_slack.digest import render_digest
from balance_slack.home import home_view
from tests.local.rendering import render_message
from tests.money.world import Holding
from tests.money.written import shown_units

_PROVIDERS = {"pagsmile": "Pagsmile", "payby": "PayBy", "payermax": "PayerMax"}
_CORRELATION_ID = "9f2c4e1ab07d3c55"
_COLUMNS = ("available", "pending", "frozen")
# `USD 1.00 available`, `— pending`, `USD 5.00 in total`
_AMOUNT = re.compile(
    r"(?:\b([A-Z]{3}) )?(—|(?<![\w.,])-?[\d.,]+) (available|pending|frozen|in total)(?= ·| \(in no sum|$)"
)
_TOTALS = re.compile(r"[A-Z]{3} \S+ available · .* frozen")
_CELL = re.compile(r"([A-Z]{3}) (\S+)")


@dataclass(frozen=True, slots=True)
class Face:
    """Where a person looks, and the lines there: `accounts` are lines, or a table's rows of four texts."""

    place: str
    totals: tuple[str, ...]
    accounts: tuple[str | list[str], ...]
    shows_totals_of_accounts: bool = False


def faces(summary: BalanceSummary) -> Iterator[Face]:
    """The answer, the same without its table, the digest, the Home tab and the dialog: as JSON brings them to Slack."""
    answer = render(summary, _PROVIDERS, _CORRELATION_ID)
    post, thread = render_digest(summary, _PROVIDERS, _CORRELATION_ID, "Balances")
    home = home_view(summary, _PROVIDERS, _CORRELATION_ID, AccessPolicy(), "somebody")
    details = details_view(summary, _PROVIDERS, _CORRELATION_ID)
    yield _face("the answer", answer.blocks)
    yield _face("the answer without a table", answer.plain_blocks or answer.blocks)
    yield _face("the digest", [*post.blocks, *(thread.blocks if thread else ())])
    yield _face("the Home tab", home["blocks"])
    yield _face("the details", details["blocks"], shows_totals_of_accounts=True)


def displayed(line: str | list[str]) -> Holding:
    """The figures of a line, or of a row. Raises ValueError for one that does not show what it must."""
    return _in_line(line) if isinstance(line, str) else _in_row(*line)


def _face(place: str, sent: Any, *, shows_totals_of_accounts: bool = False) -> Face:
    blocks = json.loads(dumps(list(sent)))
    # A line parts the totals from the accounts, whose figures may read like a total's.
    top = list(takewhile(lambda block: block["type"] != "divider", blocks))
    totals = tuple(line for line in _section_lines(top) if _TOTALS.fullmatch(line))
    below = _section_lines(blocks[len(top) :])
    accounts: list[str | list[str]] = [line for line in below if _AMOUNT.search(line)]
    for table in (block for block in blocks if block["type"] == "table"):
        accounts += [[_lines(account)[0], *(cell["text"] for cell in cells)] for account, *cells in table["rows"][1:]]
    return Face(place, totals, tuple(accounts), shows_totals_of_accounts)


def _section_lines(blocks: Sequence[Any]) -> list[str]:
    return [line for block in blocks if block["type"] == "section" for line in _lines(block)]


def _lines(block: Any) -> list[str]:
    return render_message({"blocks": [block]}).split("\n")


def _in_line(line: str) -> Holding:
    amounts = _AMOUNT.findall(line)
    words = [word for _, _, word in amounts]
    if words not in ([*_COLUMNS], [*_COLUMNS, "in total"], ["in total"]):
        raise ValueError("not the three amounts, and not a total alone")
    return _holding([(word.removeprefix("in "), code, text) for code, text, word in amounts])


def _in_row(account: str, *cells: str) -> Holding:
    amounts = _AMOUNT.findall(account)
    found = [("total", code, text) for code, text, _ in amounts]
    if not found and cells == ("—",) * 3:
        return Holding(account[-3:], {})
    for name, cell in zip(_COLUMNS, cells, strict=True):
        match = _CELL.fullmatch(cell)
        if match:
            found.append((name, match[1], match[2]))
        elif cell != "—":
            raise ValueError("neither an amount nor a dash")
    return _holding(found)


def _holding(found: Sequence[tuple[str, str, str]]) -> Holding:
    currency, *others = {code for _, code, _ in found if code}
    if others:
        raise ValueError("two currencies")
    return Holding(currency, {name: shown_units(text, currency) for name, _, text in found if text != "—"})
