"""The parts of Slack's Block Kit that stand in more than one face, each in the one form in which it is sent.

What becomes mrkdwn here must be safe already (mrkdwn.py). Source: docs.slack.dev, Block Kit reference.
"""

from collections.abc import Sequence

from balance_slack.limits import pieces

Block = dict[str, object]
View = dict[str, object]


def mrkdwn(text: str) -> dict[str, object]:
    """A text object in which Slack makes no link or mention of a word that merely looks like one (`verbatim`)."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str) -> dict[str, object]:
    """A text object in which nothing is formatted, but for emoji names."""
    return {"type": "plain_text", "text": text}


def sections(lines: Sequence[str]) -> list[Block]:
    """The lines in as few sections as Slack's 3,000 characters for each allow; none for no lines."""
    return [{"type": "section", "text": mrkdwn(text)} for text in pieces(lines)]


def context(text: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def header(text: str) -> Block:
    """A title above everything, at most 150 characters."""
    return {"type": "header", "text": plain_text(text)}
