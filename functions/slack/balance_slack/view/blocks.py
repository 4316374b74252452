"""Block Kit: the blocks that several messages and views use, our buttons, and Slack's limits.

Text that becomes mrkdwn here must be safe already (see mrkdwn.py). Source: docs.slack.dev, Block Kit reference: 50
blocks in a message, 100 in a view, 3,000 characters in a text object.

Slack also limits all blocks of a message together (`msg_blocks_too_long`), but documents neither the limit nor what it
counts. People report about 13,200 characters of text, and once 11,341 (slackapi/bolt-js issues 2509 and 2867). So a
message stays below 11,000 bytes of JSON, the largest of all possible counts. Only a table is counted by its text: its
JSON is three times as long, so that even twenty accounts would be too many. If Slack refuses the table, the message is
sent again without it. A view may have 250 kB of JSON (`view_too_large`), of which we use less than half.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from msgspec.structs import replace

from balance_core.question import Period, Question
from balance_core.strict_json import dumps
from balance_slack.commands import words_of
from balance_slack.job import ANSWER_BLOCK, Button
from balance_slack.view.texts import counted

Block = dict[str, object]
View = dict[str, object]

MESSAGE_BYTES = 11_000
_SECTION_CHARACTERS = 3000
_EXPANDED_CHARACTERS = 2900

_Item = TypeVar("_Item")


def mrkdwn(text: str) -> dict[str, object]:
    """A text object in which Slack links and mentions nothing by itself (`verbatim`)."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str) -> dict[str, object]:
    """A text object in which only emoji names are formatted."""
    return {"type": "plain_text", "text": text}


def sections(lines: Sequence[str], most: int = _SECTION_CHARACTERS) -> list[Block]:
    """The lines in as few sections of at most `most` characters as possible; no section for no lines."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= most:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [{"type": "section", "text": mrkdwn(text)} for text in texts if text]


def expanded(texts: Sequence[str]) -> list[Block]:
    """The texts, with an empty line between them, in a few long sections that Slack shows unfolded."""
    lines = "\n\n".join(texts).split("\n")
    return [{**section, "expand": True} for section in sections(lines, _EXPANDED_CHARACTERS)]


def context(text: str) -> Block:
    """Small grey text."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def divider() -> Block:
    """A horizontal line."""
    return {"type": "divider"}


def header(text: str) -> Block:
    """A title of at most 150 characters."""
    return {"type": "header", "text": plain_text(text)}


def answer_buttons(words: str, reference: str | None = None, *, can_share: bool) -> Block:
    """The buttons below an answer that one person sees.

    `words` are its question (`commands.words_of`), `reference` is that of the kept answer, None if it is not kept.
    """
    buttons = [_button(Button.REFRESH, "Refresh", words), _button(Button.DETAILS, "Details", words)]
    if can_share:
        buttons.append({**_button(Button.SHARE, "Share to channel", words), "confirm": _SHARE_CONFIRM})
    return _actions(*buttons, reference=reference)


def details_button(words: str, reference: str | None = None) -> Block:
    """The button below an answer that a whole channel sees. Refresh would replace what others read."""
    return _actions(_button(Button.DETAILS, "Details", words), reference=reference)


def retry_button(words: str) -> Block:
    """The button where there is no answer that could have details."""
    return _actions(_button(Button.REFRESH, "Try again", words))


def home_buttons(reference: str | None = None) -> Block:
    """The buttons on the Home tab, which always asks about everything."""
    buttons = ((Button.REFRESH, "Refresh"), (Button.DETAILS, "Details"), (Button.HELP, "Help"))
    return _actions(*(_button(action, label, "") for action, label in buttons), reference=reference)


def history_buttons(question: Question, periods: Mapping[Period, str]) -> Block:
    """The buttons for the other periods of a history."""
    others = ((period, label) for period, label in periods.items() if period is not question.history)
    return _actions(
        *(
            {
                **_button(Button.HISTORY, label, words_of(replace(question, history=period))),
                "action_id": f"{Button.HISTORY.value}_{period.value}",
            }
            for period, label in others
        )
    )


def _button(action: Button, label: str, words: str) -> Block:
    # Slack refuses an empty value.
    value = {"value": words} if words else {}
    return {"type": "button", "action_id": action.value, "text": plain_text(label), **value}


def _actions(*buttons: Block, reference: str | None = None) -> Block:
    """The `block_id` comes back with each press. Slack makes one up for a block without it."""
    block_id = {"block_id": f"{ANSWER_BLOCK}{reference}"} if reference else {}
    return {"type": "actions", **block_id, "elements": list(buttons)}


_SHARE_CONFIRM: Block = {
    "title": plain_text("Share with everyone here?"),
    "text": plain_text(
        "Everyone in this channel will see these balances. Older than five minutes, they are looked up again."
    ),
    "confirm": plain_text("Share"),
    "deny": plain_text("Cancel"),
}


@dataclass(frozen=True, slots=True)
class Lines(Generic[_Item]):
    """A line for each of `items`, rendered when it is read: a message shows a hundred of five thousand accounts."""

    render: Callable[[_Item], str]
    items: Sequence[_Item]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[str]:
        return map(self.render, self.items)


def size(part: object) -> int:
    """The bytes of JSON of a text or of blocks, without the outer quotes or brackets."""
    return len(dumps(part)) - 2


def visible_size(block: Block) -> int:
    """The UTF-8 bytes of everything that a reader sees of a block."""
    return sum(len(text.encode()) for text in _texts(block))


def texts_of(blocks: Iterable[Block]) -> list[str]:
    """The texts of blocks and cells without buttons, in order; a header's in bold, as mrkdwn."""
    texts: list[str] = []
    for block in blocks:
        if block["type"] != "actions":
            texts += [f"*{text}*" if block["type"] == "header" else text for text in _texts(block)]
    return texts


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, dict):
        text = part.get("text")
        if isinstance(text, str):
            yield text
        else:
            for each in part.values():
                yield from _texts(each)


def fitting(lines: Sequence[str] | Lines[Any], room: int) -> list[str]:
    """The first lines that fit into `room` bytes, line ends included."""
    kept: list[str] = []
    for line in lines:
        room -= _size_with_end(line)
        if room < 0:
            break
        kept.append(line)
    return kept


def cut(lines: Sequence[str] | Lines[Any], room: int, one: str, many: str, hint: str = "") -> list[str]:
    """All lines if they fit into `room` bytes; otherwise the first ones, and `… and 7 more accounts.` for the others.

    `one` and `many` are the noun; `hint` ends the last line, before its full stop.
    """

    def left_out() -> str:
        return f"… and {counted(len(lines) - len(kept), one, many)}{hint}."

    kept = fitting(lines, room)
    if len(kept) == len(lines):
        return kept
    room -= sum(map(_size_with_end, kept))
    while kept and _size_with_end(left_out()) > room:
        room += _size_with_end(kept.pop())
    return [*kept, left_out()]


def _size_with_end(line: str) -> int:
    return size(line) + 1
