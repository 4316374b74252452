"""Who used the bot, for the people who may know: what each person did, where and when, without amounts."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from balance_core.contract import Instant
from balance_slack.view.blocks import MESSAGE_BYTES, Lines, context, cut, header, sections, size
from balance_slack.view.message import Message
from balance_slack.view.mrkdwn import code, date, escape, mention

KEPT_DAYS = 30
_TITLE = f"Who asked in the last {KEPT_DAYS} days"
_NOTE = "Without amounts. People who are refused again within a minute are listed once."
_MAX_WORDS_CHARACTERS = 100
# Bytes for the line that counts the rest, and for the ends of lines and sections.
_SPARE = 1200


class DeedKind(StrEnum):
    """What a person did."""

    ASKED = "asked"
    SHARED = "shared"
    EXPORTED = "exported"
    REFUSED = "refused"


class Deed(Struct, frozen=True, kw_only=True):
    """`words` are the question; empty for everything. `channel_id` is None on the Home tab."""

    at: Instant
    kind: DeedKind
    user_id: str
    channel_id: str | None
    words: str


def render_who(deeds: Sequence[Deed]) -> Message:
    """The deeds, which are newest first."""
    if not deeds:
        return Message(f"Nobody asked in the last {KEPT_DAYS} days.")
    head, tail = [header(_TITLE)], [context(_NOTE)]
    room = MESSAGE_BYTES - size([*head, *tail]) - _SPARE
    lines = cut(Lines(_line, deeds), room, "earlier entry", "earlier entries")
    return Message(f"{_TITLE}: {len(deeds):,}", (*head, *sections(lines), *tail))


def _line(deed: Deed) -> str:
    """`<date>: @Dana asked `USD` in #finance`."""
    person = mention(deed.user_id) or escape(deed.user_id)
    where = f"in {mention(deed.channel_id) or code(deed.channel_id)}" if deed.channel_id else "on the Home tab"
    if deed.kind is DeedKind.REFUSED:
        return f"{date(deed.at)}: {person} was *refused* {where}"
    what = code(deed.words, _MAX_WORDS_CHARACTERS) if deed.words else "everything"
    return f"{date(deed.at)}: {person} {deed.kind.value} {what} {where}"
