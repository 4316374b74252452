"""Whether a face may be shown: Slack takes it, nothing in it mentions or links, and what was cut is counted."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from balance_core.models import BalanceSummary
from balance_core.wire import dumps
from balance_slack.block_kit import Block
from tests.local.simulators.slack_limits import refusal
from tests.local.simulators.slack_views import view_problems
from tests.rendering.answers import MARK
from tests.rendering.faces import OWN_MENTIONS, Face

# Slack takes 250,000 bytes.
_MOST_VIEW_BYTES = 200_000
# The only things between angle brackets that are ours.
_OWN = re.compile(
    "|".join(
        [r"<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[\d-]+ \d\d:\d\d UTC>", *OWN_MENTIONS, r"<@U9LISTED\d{4}>"]
    )
)
_CODE = re.compile(r"`[^`\n]*`")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
_LEFT = re.compile(r"… and ([\d,]+) more accounts?: ask for one (?:currency or )?provider\.")
_LEFT_PROVIDERS = re.compile(r"… and ([\d,]+) more providers?: ask for one\.")
# What stands below the accounts and has lines with bullets, too.
_OTHER_PARTS = ("*Who may ask", "*What could not be answered")


def refused(face: Face) -> list[str]:
    """Why Slack refuses the face, and a message's text alone, which is sent when the blocks are refused."""
    if face.view:
        size = len(dumps(face.view))
        return view_problems(face.view, str(face.view["type"])) + ([f"{size} bytes"] if size > _MOST_VIEW_BYTES else [])
    wire = {"text": face.text, **({"blocks": list(face.blocks)} if face.blocks else {})}
    answers = (refusal(wire), refusal({"text": face.text}))
    return [f"{code}: {reasons}" for code, reasons in filter(None, answers)]


def dangers(face: Face) -> list[str]:
    """What in the face could mention, link, format or reverse something that we did not write."""
    found = [f"text: {danger}" for danger in text_dangers(face.text)]
    # In the plain text nothing keeps Slack from making a link of an address, so a provider has no word there at all.
    if MARK in face.text:
        found.append("text: a provider's own words")
    for node in texts([*face.blocks, *([face.view.get("title")] if face.view else [])]):
        found += _literal_dangers(node) if node["type"] in ("text", "raw_text") else _object_dangers(node)
    return found


def text_dangers(text: str) -> list[str]:
    """The same of one mrkdwn text, whoever wrote it."""
    own = _OWN.sub("", text)
    found = odd_characters(own)
    found += ["angle bracket"] if set("<>") & set(own) else []
    found += ["bare ampersand"] if _ENTITY.search(own) else []
    return found


def uncoded(text: str) -> bool:
    """Whether others' words stand outside code style, in which Slack formats and links nothing."""
    return MARK in _CODE.sub("", text)


def unstated(summary: BalanceSummary, blocks: Sequence[Block]) -> int:
    """How many of the answer's accounts are neither shown nor counted as left out."""
    sizes: dict[str, int] = {}
    for report in summary.reports:
        if report.balances:
            sizes[report.provider] = sizes.get(report.provider, 0) + len(report.balances)
    rows: list[Any] = [row for block in blocks if block["type"] == "table" for row in _list(block["rows"])[1:]]
    lines = list(_lines_of_accounts(blocks))
    shown = len(rows) + sum(line.startswith("• ") for line in lines)
    left = sum(_number(line, _LEFT) for line in lines)
    groups = sum(_number(line, _LEFT_PROVIDERS) for line in lines)
    hidden = sum(list(sizes.values())[len(sizes) - groups :]) if groups else 0
    return sum(sizes.values()) - shown - left - hidden


def _lines_of_accounts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        shown = [node["text"] for node in texts([block]) if node["type"] == "mrkdwn"]
        if any(text.startswith(_OTHER_PARTS) for text in shown):
            return
        yield from (line for text in shown for line in text.split("\n"))


def _literal_dangers(node: dict[str, Any]) -> list[str]:
    """Of a text in which Slack reads no mrkdwn: in a table's cell."""
    found = odd_characters(node["text"])
    is_code = node.get("style") == {"code": True}
    return found + (["a provider's own words outside code style"] if MARK in node["text"] and not is_code else [])


def _object_dangers(node: dict[str, Any]) -> list[str]:
    found = text_dangers(node["text"])
    if node["type"] not in ("plain_text", "mrkdwn"):
        found.append(f"a text of type {node['type']}")
    if node["type"] == "mrkdwn" and node.get("verbatim") is not True:
        found.append("not verbatim")
    if uncoded(node["text"]):
        found.append("a provider's own words outside code style")
    return found


def odd_characters(text: str) -> list[str]:
    """Control characters, invisible ones, and those that turn the direction of writing."""
    odd = {each for each in set(text) if unicodedata.category(each).startswith(("C", "Zl", "Zp"))} - {"\n"}
    return [f"character U+{ord(each):04X}" for each in sorted(odd)]


def texts(node: Any) -> Iterator[dict[str, Any]]:
    """Everything with a text, wherever it stands."""
    if isinstance(node, dict) and isinstance(node.get("text"), str):
        yield node
    elif isinstance(node, dict | list | tuple):
        for each in node.values() if isinstance(node, dict) else node:
            yield from texts(each)


def _list(value: object) -> list[Any]:
    assert isinstance(value, list)
    return value


def _number(line: str, pattern: re.Pattern[str]) -> int:
    match = pattern.fullmatch(line)
    return int(match[1].replace(",", "")) if match else 0
