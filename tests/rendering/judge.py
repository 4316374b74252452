"""Whether a surface may be shown: Slack accepts it, nothing in it mentions or links, and what was cut is counted."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from balance_core.models import BalanceSummary
from balance_core.strict_json import dumps
from tests.local.simulators.block_kit import refusal, view_problems
from tests.rendering.answers import MARK
from tests.rendering.surfaces import SHARER, Surface

CONTACT, CHANNEL = "<@U0ADMIN0001>", "<#C0FINANCE01>"
# Slack takes 250,000 bytes.
_MAX_VIEW_BYTES = 200_000
# What we put between angle brackets ourselves.
_DATE = r"<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[\d-]+ \d\d:\d\d UTC>"
_OWN = re.compile("|".join((_DATE, SHARER, CONTACT, CHANNEL, r"<@U9LISTED\d{4}>")))
_CODE = re.compile(r"`[^`\n]*`")
_UNESCAPED = re.compile(r"[<>]|&(?!amp;|lt;|gt;)")
_LEFT_OUT = re.compile(r"… and ([\d,]+) more accounts?: ask for one currency or provider\.")
_PROVIDERS_LEFT_OUT = re.compile(r"… and ([\d,]+) more providers?: ask for one\.")
# What follows the accounts and has lines with bullets, too.
_OTHER_PARTS = ("*Who may ask", "*What could not be answered", "*About these figures")


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


def uncounted(summary: BalanceSummary, blocks: Sequence[Any]) -> int:
    """How many of the answer's accounts are neither shown nor counted as left out."""
    sizes = Counter(report.provider for report in summary.reports for _ in report.balances)
    rows = sum(len(block["rows"]) - 1 for block in blocks if block["type"] == "table")
    lines = list(_account_lines(blocks))
    left_out, providers_left_out = _numbers(_LEFT_OUT, lines), _numbers(_PROVIDERS_LEFT_OUT, lines)
    hidden = sum(list(sizes.values())[len(sizes) - providers_left_out :])
    return sizes.total() - rows - sum(line.startswith("• ") for line in lines) - left_out - hidden


def texts(node: Any) -> Iterator[dict[str, Any]]:
    """Everything in `node` that has a text, at any depth."""
    if isinstance(node, dict) and isinstance(node.get("text"), str):
        yield node
    elif isinstance(node, dict | list | tuple):
        for each in node.values() if isinstance(node, dict) else node:
            yield from texts(each)


def _account_lines(blocks: Sequence[Any]) -> Iterator[str]:
    for block in blocks:
        shown = [node["text"] for node in texts([block]) if node["type"] == "mrkdwn"]
        if any(text.startswith(_OTHER_PARTS) for text in shown):
            return
        yield from (line for text in shown for line in text.split("\n"))


def _cell_dangers(node: dict[str, Any]) -> list[str]:
    """In a table's cell, Slack reads no mrkdwn."""
    is_code = node.get("style") == {"code": True}
    outside = ["a provider's own words outside code style"] if MARK in node["text"] and not is_code else []
    return odd_characters(node["text"]) + outside


def _text_object_dangers(node: dict[str, Any]) -> list[str]:
    is_safe_type = node["type"] == "plain_text" or (node["type"] == "mrkdwn" and node.get("verbatim") is True)
    found = mrkdwn_dangers(node["text"]) + ([] if is_safe_type else [f"a text of type {node['type']}, not verbatim"])
    return found + (["a provider's own words outside code style"] if is_outside_code(node["text"]) else [])


def _numbers(pattern: re.Pattern[str], lines: Iterable[str]) -> int:
    """The sum of the numbers in the lines that match."""
    return sum(int(match[1].replace(",", "")) for match in map(pattern.fullmatch, lines) if match)
