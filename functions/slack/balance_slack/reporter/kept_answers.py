"""The answers that people saw, kept for 24 hours under their reference, so that a button shows what was seen.

| partition key `place` | sort key `entry` | holds |
|---|---|---|
| `answer#<reference>` | `for#<Slack id>` | a person or channel that may open it, since when, and which parts |
| | `part#<attempt>#0` | a part of the answer, compressed |

Whoever asked may open an answer, and everybody in a channel once it was shared or posted there. Nobody is compared
with anybody: an answer is only looked for under the ids of the person and the channel of a verified button press.
"""

import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

import msgspec
from msgspec import Struct

from balance_core.contract import ContractError, Instant, read_summary, summary_json
from balance_core.history.change import Place
from balance_core.history.items import HistoryError, Items, new_item, packed, unpacked
from balance_core.models import BalanceSummary
from balance_core.money import Money, MoneyError
from balance_core.question import Question
from balance_slack.reporter.background import Wait, result_in_time, start
from balance_slack.view.answer import Answer
from balance_slack.view.change import Change, Obstacle

KEPT = timedelta(hours=24)
# An item may have 400 KB.
_PART_BYTES = 350_000
# Keeping an answer usually takes 20 ms, and the person is waiting for it.
_PATIENCE_SECONDS = 1.0


class KeptAnswer(Struct, frozen=True):
    """An answer as it was seen. `saved_at` is when it was made."""

    question: Question
    summary: BalanceSummary
    saved_at: datetime
    change: Change | None


class _Opening(Struct, frozen=True):
    saved_at: Instant
    attempt: str
    parts: int


class _StoredChange(Struct, frozen=True):
    since: Instant | None
    amounts: tuple[tuple[Place, str], ...]
    obstacles: tuple[tuple[Place, Obstacle], ...]

    @classmethod
    def of(cls, change: Change) -> Self:
        amounts = ((place, amount.to_wire()) for place, amount in change.amounts.items())
        return cls(change.since, tuple(amounts), tuple(change.obstacles.items()))

    def change(self) -> Change:
        """Raises MoneyError."""
        amounts = {place: Money.parse(amount, place[0]) for place, amount in self.amounts}
        return Change(self.since, amounts, dict(self.obstacles))


class _Document(Struct, frozen=True):
    question: Question
    answer: msgspec.Raw
    change: _StoredChange | None


class KeptAnswers:
    """The table `Answers`. `now` gives aware UTC."""

    def __init__(self, items: Items, now: Callable[[], datetime], wait: Wait) -> None:
        self._items = items
        self._now = now
        self._wait = wait

    def keep(self, answer: Answer, owner: str) -> bool:
        """Keep an answer for a person or a channel (their Slack id); False, logged, if it could not be kept in time."""
        kept = start(lambda: self._write(answer, owner))
        return result_in_time(kept, self._wait, _PATIENCE_SECONDS, "keeping an answer") is not None

    def open(self, reference: str, owners: Sequence[str]) -> KeptAnswer | None:
        """The answer with this reference, if one of `owners` may open it; None after 24 hours. Raises HistoryError."""
        opening = self._opening(reference, owners)
        if opening is None:
            return None
        entries = [_part_entry(opening, number) for number in range(opening.parts)]
        items = self._items.get(_place(reference), entries)
        try:
            text = zlib.decompress(b"".join(items[entry]["data"]["B"] for entry in entries))
            document = msgspec.json.decode(text, type=_Document)
            summary = read_summary(bytes(document.answer))
            change = document.change.change() if document.change else None
            return KeptAnswer(document.question, summary, opening.saved_at, change)
        except (KeyError, zlib.error, msgspec.MsgspecError, ContractError, MoneyError) as exc:
            raise HistoryError("a kept answer cannot be read") from exc

    def open_for(self, reference: str, owner: str, channel_id: str) -> bool:
        """Let everybody in the channel open the owner's answer; False, logged, if that could not be stored in time."""
        opened = start(lambda: self._copy(reference, owner, channel_id))
        return result_in_time(opened, self._wait, _PATIENCE_SECONDS, "sharing a kept answer") == (True,)

    def _write(self, answer: Answer, owner: str) -> None:
        question, change = answer.question, answer.change
        document = {
            "question": question,
            "answer": summary_json(answer.summary, question),
            "change": change and _StoredChange.of(change),
        }
        compressed = packed(document)
        parts = [compressed[at : at + _PART_BYTES] for at in range(0, len(compressed), _PART_BYTES)]
        # Lambda's retry makes the answer again, and the parts of two attempts must not be mixed.
        opening = _Opening(self._now(), uuid4().hex, len(parts))
        place, expires_at = _place(question.correlation_id), opening.saved_at + KEPT
        items = [new_item(place, _part_entry(opening, number), expires_at, part) for number, part in enumerate(parts)]
        self._items.write(items)
        self._items.write([new_item(place, _owner_entry(owner), expires_at, packed(opening))])

    def _copy(self, reference: str, owner: str, channel_id: str) -> bool:
        opening = self._opening(reference, [owner])
        if opening is None:
            return False
        place, expires_at = _place(reference), opening.saved_at + KEPT
        self._items.write([new_item(place, _owner_entry(channel_id), expires_at, packed(opening))])
        return True

    def _opening(self, reference: str, owners: Sequence[str]) -> _Opening | None:
        """DynamoDB may delete an item days after it expired."""
        entries = [_owner_entry(owner) for owner in owners]
        items = self._items.get(_place(reference), entries)
        found = [unpacked(items[entry], _Opening) for entry in entries if entry in items]
        return next((each for each in found if each.saved_at + KEPT > self._now()), None)


def _place(reference: str) -> str:
    return f"answer#{reference}"


def _owner_entry(slack_id: str) -> str:
    return f"for#{slack_id}"


def _part_entry(opening: _Opening, number: int) -> str:
    return f"part#{opening.attempt}#{number}"
