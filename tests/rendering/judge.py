"""Whether a message may be sent: Slack takes it, nothing in it mentions or links, and what was cut is counted."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from balance_core.models import BalanceSummary
from balance_slack.blocks import Message
from tests.local.simulators.slack_limits import refusal
from tests.rendering.answers import MARK

# The only thing between angle brackets that is ours.
_DATE = re.compile(r"<!date\^-?\d+\^\{date_short_pretty\} \{time\}\|[\d-]+ \d\d:\d\d UTC>")
_CODE = re.compile(r"`[^`\n]*`")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


def refused(message: Message) -> list[str]:
    """Slack's error codes for the message, and for its text alone, which is sent when the blocks are refused."""
    answers = (refusal(message.to_wire()), refusal(Message(message.text).to_wire()))
    return [f"{code}: {reasons}" for code, reasons in filter(None, answers)]


def dangers(message: Message) -> list[str]:
    """What in the message could mention, link, format or reverse something that we did not write."""
    found = [f"text: {danger}" for danger in text_dangers(message.text)]
    # In the plain text nothing keeps Slack from making a link of an address, so a provider has no word there at all.
    if MARK in message.text:
        found.append("text: a provider's own words")
    for text in _texts(message):
        found += text_dangers(text["text"])
        if text["type"] != "plain_text" and text.get("verbatim") is not True:
            found.append("not verbatim")
        if uncoded(text["text"]):
            found.append("a provider's own words outside code style")
    return found


def text_dangers(text: str) -> list[str]:
    """The same of one mrkdwn text, whoever wrote it."""
    own = _DATE.sub("", text)
    odd = {each for each in own if unicodedata.category(each).startswith(("C", "Zl", "Zp"))} - {"\n"}
    found = [f"character U+{ord(each):04X}" for each in sorted(odd)]
    found += ["angle bracket"] if set("<>") & set(own) else []
    found += ["bare ampersand"] if _ENTITY.search(own) else []
    return found


def uncoded(text: str) -> bool:
    """Whether others' words stand outside code style, in which Slack formats and links nothing."""
    return MARK in _CODE.sub("", text)


def unstated(summary: BalanceSummary, message: Message) -> int:
    """How many of the answer's accounts are neither shown nor counted as left out."""
    texts = [text["text"] for text in _texts(message)]
    lines: list[str] = [line for text in texts for line in text.split("\n")]
    shown = sum(line.startswith("• ") for line in lines)
    left = sum(_number(line, r"… and ([\d,]+) more accounts?: ask for one currency or provider\.") for line in lines)
    groups = sum(_number(line, r"… and ([\d,]+) more providers?: ask for one\.") for line in lines)
    sizes: dict[str, int] = {}
    for report in summary.reports:
        if report.balances:
            sizes[report.provider] = sizes.get(report.provider, 0) + len(report.balances)
    hidden = sum(list(sizes.values())[len(sizes) - groups :]) if groups else 0
    return sum(sizes.values()) - shown - left - hidden


def _number(line: str, pattern: str) -> int:
    match = re.fullmatch(pattern, line)
    return int(match[1].replace(",", "")) if match else 0


def _texts(message: Message) -> Iterator[dict[str, Any]]:
    for block in message.blocks:
        holders: Any = block.get("elements", [block.get("text")])
        yield from filter(None, holders)
