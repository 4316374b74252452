"""Whether a surface may be shown: Slack accepts it, nothing in it mentions or links, and its figures are right."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from itertools import takewhile
from typing import Any

from balance_core.models import Balance, BalanceSummary, BalanceTotal
from balance_core.strict_json import dumps
from tests.local.simulators.block_kit import refusal, view_problems
from tests.rendering.answers import MARK
from tests.rendering.surfaces import SHARER, Surface

CONTACT, CHANNEL = "<@U0ADMIN0001>", "<#C0FINANCE01>"
# Slack takes 250,000 bytes.
_MAX_VIEW_BYTES = 200_000
# What we put between angle brackets ourselves.
_DATE = r"<!date\^-?\d+\^\{date_short_pretty\} at \{time\}\|\d+ \w{3} \d+ at \d\d:\d\d UTC>"
_OWN = re.compile("|".join((_DATE, SHARER, CONTACT, CHANNEL, r"<@U9LISTED\d{4}>")))
_CODE = re.compile(r"`[^`\n]*`")
_UNESCAPED = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")

_NUMBER = r"-?[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?"
_FIGURE = re.compile(rf"({_NUMBER})(?: (available|pending|frozen))?")
_FIGURES = rf"{_NUMBER}(?: [a-z]+)?(?: · {_NUMBER}(?: [a-z]+)?)*"
_NOTHING = "no amount is reported"
_PLACES = r"(?: at .*?)?(?:, .*(?:missing|…))?"
_TOTAL = re.compile(rf"([A-Z0-9]{{3,10}})(?: ({_FIGURES}))?{_PLACES}(?: · ({_FIGURES}))?(?:: {_NOTHING}{_PLACES})?")
_REST = re.compile(_FIGURES)
# Behind the colon is a no-break space, which no name can contain.
_ROW = re.compile(rf"[•↳] .*:\xa0(?:({_FIGURES})|{_NOTHING})".replace(" ", "[ \xa0]"))
_CUT = re.compile(r"… and ([0-9,]+) more (?:currency|currencies): ask for one\.")
_ROWS_CUT = re.compile(r"… and ([0-9,]+) more: ask for one provider\.")
_LEFT_OUT = re.compile(r"… and [0-9,]+ more (?:account|provider)")
_EXACT = Context(prec=80)

Figures = frozenset[tuple[str, Decimal]]


@dataclass
class Facts:
    """The figures of an answer: each currency's total, and its rows (sums, too) without their names.

    `cut` and `rows_cut` are how many currencies and rows are counted as left out.
    """

    totals: dict[str, Figures] = field(default_factory=dict)
    rows: dict[str, Counter[Figures]] = field(default_factory=dict)
    cut: int = 0
    rows_cut: int = 0
    has_all_rows: bool = True


def refused(surface: Surface) -> list[str]:
    """Why Slack refuses the surface."""
    if surface.view:
        size = len(dumps(surface.view))
        too_large = [f"{size} bytes"] if size > _MAX_VIEW_BYTES else []
        return view_problems(surface.view, str(surface.view["type"])) + too_large
    blocks = {"blocks": list(surface.blocks)} if surface.blocks else {}
    refused_with = refusal({"text": surface.text, **blocks})
    return [f"{refused_with[0]}: {refused_with[1]}"] if refused_with else []


def dangers(surface: Surface) -> list[str]:
    """What in the surface could mention, link, format or reverse something that we did not write."""
    found = [f"text: {danger}" for danger in mrkdwn_dangers(surface.text)]
    # Slack may turn an address in the text into a link, so a provider's words do not belong there at all.
    if MARK in surface.text:
        found.append("text: a provider's own words")
    for node in texts([*surface.blocks, *([surface.view.get("title")] if surface.view else [])]):
        found += _cell_dangers(node) if node["type"] in ("text", "raw_text") else _text_object_dangers(node)
    return found


def mrkdwn_dangers(text: str) -> list[str]:
    """The same for one mrkdwn text."""
    others = _OWN.sub("", text)
    return odd_characters(others) + [f"unescaped {each}" for each in _UNESCAPED.findall(others)]


def is_outside_code(text: str) -> bool:
    """Whether a provider's words are outside code style, in which Slack formats and links nothing."""
    return MARK in _CODE.sub("", text)


def odd_characters(text: str) -> list[str]:
    """Control characters, invisible characters, and those that change the writing direction."""
    odd = {each for each in set(text) if unicodedata.category(each).startswith(("C", "Zl", "Zp"))} - {"\n"}
    return [f"character U+{ord(each):04X}" for each in sorted(odd)]


def wrong_figures(summary: BalanceSummary, surface: Surface) -> list[str]:
    """Where the surface and the answer differ: totals, rows, and what is counted as left out.

    The details show no totals, but every amount of every account.
    """
    if surface.name == "details":
        return _not_in_details(summary, "\n".join(node["text"] for node in texts(surface.blocks)))
    blocks = surface.blocks or [{"type": "section", "text": {"type": "mrkdwn", "text": surface.text}}]
    shown, true = _facts_shown(blocks), _facts_of(summary)
    found = [f"{len(true.totals)} currencies"] if len(shown.totals) + shown.cut != len(true.totals) else []
    for code, total in shown.totals.items():
        # A zero that is the sum of rows below it may be left out.
        if total - true.totals[code] or any(amount for _, amount in true.totals[code] - total):
            found.append(f"total {code}: {set(total)} for {set(true.totals[code])}")
        rows, true_rows = shown.rows.get(code, Counter()), true.rows.get(code, Counter())
        if rows - true_rows or (shown.has_all_rows and rows.total() + shown.rows_cut != true_rows.total()):
            found.append(f"rows {code}: {rows - true_rows} not in the answer, {true_rows - rows} not shown")
    return found


def _not_in_details(summary: BalanceSummary, text: str) -> list[str]:
    shown = Counter(re.findall(rf"(?<=[ `\xa0]){_NUMBER}(?=[`\xa0])", text))
    held: Counter[str] = Counter()
    for balance in (balance for report in summary.reports for balance in report.balances):
        # A total that is simply what is available and frozen is not repeated.
        parts = [money for money in (balance.available, balance.frozen) if money]
        is_sum = (
            len(parts) == 2 and balance.total and _EXACT.add(*(each.amount for each in parts)) == balance.total.amount
        )
        held.update(money.figure() for money in balance.known if money is not balance.total or not is_sum)
    return [] if _LEFT_OUT.search(text) else [f"not in the details: {number}" for number in held - shown]


def texts(node: Any) -> Iterator[dict[str, Any]]:
    """Everything in `node` that has a text, at any depth."""
    if isinstance(node, dict) and isinstance(node.get("text"), str):
        yield node
    elif isinstance(node, dict | list | tuple):
        for each in node.values() if isinstance(node, dict) else node:
            yield from texts(each)


def _facts_of(summary: BalanceSummary) -> Facts:
    """What the answer says, added up once more from its balances."""
    facts = Facts({total.currency: _figures_of([total]) for total in summary.totals})
    held: dict[str, dict[str, dict[str, list[Balance]]]] = {}
    for report in summary.reports:
        for balance in report.balances:
            at_provider = held.setdefault(balance.currency, {}).setdefault(report.provider, {})
            at_provider.setdefault(report.account, []).append(balance)
    for code, providers in held.items():
        facts.totals.setdefault(code, frozenset())
        rows = facts.rows[code] = Counter()
        for accounts in providers.values():
            if len(providers) > 1:
                rows[_figures_of([each for held_there in accounts.values() for each in held_there])] += 1
            if len(accounts) > 1:
                rows.update(map(_figures_of, accounts.values()))
    return facts


def _figures_of(parts: Sequence[Balance | BalanceTotal]) -> Figures:
    """The sums of what is known; one that is impossibly large is unknown."""
    sums: dict[str, Decimal] = {}
    for part in parts:
        for word, money in (("available", part.available), ("pending", part.pending), ("frozen", part.frozen)):
            if money is not None:
                sums[word] = _EXACT.add(sums.get(word, Decimal()), money.amount)
    return frozenset((word, amount) for word, amount in sums.items() if amount.adjusted() < 30)


def _facts_shown(blocks: Sequence[Any]) -> Facts:
    """What a reader finds in the headline, the lines and the table."""
    facts, code = Facts(), ""
    for block in takewhile(lambda each: each["type"] != "divider", blocks):
        if block["type"] == "table":
            facts.rows[code] = Counter(_table_rows(block))
        for line in _lines(block) if block["type"] in ("header", "section") else ():
            code = _read_line(facts, code, line)
    return facts


def _read_line(facts: Facts, code: str, line: str) -> str:
    """Add a line, which follows the total of the currency `code`; return the currency of the next line."""
    plain = line.replace("\xa0", " ")
    if row := _ROW.fullmatch(line):
        facts.rows.setdefault(code, Counter())[_read(row[1])] += 1
    elif total := _TOTAL.fullmatch(plain):
        code = total[1]
        facts.totals[code] = _read(total[2]) | _read(total[3])
    elif code and _REST.fullmatch(plain):
        facts.totals[code] |= _read(plain)
    facts.cut += sum(int(number.replace(",", "")) for number in _CUT.findall(plain))
    facts.rows_cut += sum(int(number.replace(",", "")) for number in _ROWS_CUT.findall(plain))
    facts.has_all_rows &= not plain.startswith(("Merchant accounts are left out", "Only totals"))
    return code


def _lines(block: Any) -> list[str]:
    return [line.translate({ord("*"): None, ord("`"): None}) for line in block["text"]["text"].split("\n")]


def _read(figures: str | None) -> Figures:
    found = _FIGURE.findall((figures or "").replace("\xa0", " "))
    return frozenset((word or "available", Decimal(number.replace(",", ""))) for number, word in found)


def _table_rows(table: Any) -> Iterator[Figures]:
    (_, *words), *rows = [[next(texts(cell))["text"] for cell in row] for row in table["rows"]]
    for _, *figures in rows:
        known = ((word.lower(), text) for word, text in zip(words, figures, strict=True) if text != "—")
        yield frozenset((word, Decimal(text.replace(",", ""))) for word, text in known)


def _cell_dangers(node: dict[str, Any]) -> list[str]:
    """In a table's cell, Slack reads no mrkdwn."""
    is_code = node.get("style") == {"code": True}
    outside = ["a provider's own words outside code style"] if MARK in node["text"] and not is_code else []
    return odd_characters(node["text"]) + outside


def _text_object_dangers(node: dict[str, Any]) -> list[str]:
    is_safe_type = node["type"] == "plain_text" or (node["type"] == "mrkdwn" and node.get("verbatim") is True)
    found = mrkdwn_dangers(node["text"]) + ([] if is_safe_type else [f"a text of type {node['type']}, not verbatim"])
    return found + (["a provider's own words outside code style"] if is_outside_code(node["text"]) else [])
