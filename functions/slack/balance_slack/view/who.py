"""Who used the bot, for the people who may know: what each person did, where and when, without amounts."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from types import MappingProxyType

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
    SAVED = "added or changed the rule"
    REMOVED = "removed the rule"
    TOOK = "took the alert about"
    SNOOZED = "snoozed"
    UNSNOOZED = "ended the snooze of"
    FALSE_ALARM = "called a false alarm about"


_RULE_DEEDS = frozenset(
    {DeedKind.SAVED, DeedKind.REMOVED, DeedKind.TOOK, DeedKind.SNOOZED, DeedKind.UNSNOOZED, DeedKind.FALSE_ALARM}
)


class Deed(Struct, frozen=True, kw_only=True):
    """`words` are the question; empty for everything. `channel_id` is None on the Home tab.

    Of a deed about a rule, they name its money, and `rule` is its id; words are empty where only the id was known.
    """

    at: Instant
    kind: DeedKind
    user_id: str
    channel_id: str | None
    words: str
    rule: str | None = None


def render_who(deeds: Sequence[Deed], rules: Mapping[str, str] = MappingProxyType({})) -> Message:
    """The deeds, which are newest first. `rules` are the words for the rules of today, by their ids."""
    if not deeds:
        return Message(f"Nobody asked in the last {KEPT_DAYS} days.")
    head, tail = [header(_TITLE)], [context(_NOTE)]
    room = MESSAGE_BYTES - size([*head, *tail]) - _SPARE
    # The words of a rule that was removed are still those of its removal.
    known = {**{each.rule: each.words for each in deeds if each.rule and each.words}, **rules}
    lines = cut(Lines(partial(_line, known), deeds), room, "earlier entry", "earlier entries")
    return Message(f"{_TITLE}: {len(deeds):,}", (*head, *sections(lines), *tail))


def _line(rules: Mapping[str, str], deed: Deed) -> str:
    """`<date>: @Dana asked `USD` in #finance`, or `<date>: @Dana removed the rule `PHP payermax:uae``."""
    person = mention(deed.user_id) or escape(deed.user_id)
    where = f"in {mention(deed.channel_id) or code(deed.channel_id)}" if deed.channel_id else "on the Home tab"
    if deed.kind is DeedKind.REFUSED:
        return f"{date(deed.at)}: {person} was *refused* {where}"
    if deed.kind in _RULE_DEEDS:
        named = code(deed.words or rules.get(deed.rule or "") or deed.rule or "?", _MAX_WORDS_CHARACTERS)
        # A form has no channel.
        return f"{date(deed.at)}: {person} {deed.kind.value} {named}{f' {where}' if deed.channel_id else ''}"
    what = code(deed.words, _MAX_WORDS_CHARACTERS) if deed.words else "everything"
    return f"{date(deed.at)}: {person} {deed.kind.value} {what} {where}"
