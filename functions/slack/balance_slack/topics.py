"""The first word after `/balance` may be a topic with words of its own: `history`, `why`, `export`, `who`, `watch`."""

import re
from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from balance_core.question import Period
from balance_slack.rule_words import RuleWords, read_rule_words
from balance_slack.typed_text import TypedText, Word

_PERIODS = {
    **{period.value: period for period in Period},
    "day": Period.DAY,
    "week": Period.WEEK,
    "month": Period.MONTH,
    "quarter": Period.QUARTER,
}
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
# A name from the IANA time zone database. `UTC` is the only one without a slash that people type.
_ZONE = re.compile(
    r"(?<![\w/])(?:UTC|[A-Za-z]+(?:_[A-Za-z]+)*(?:/[A-Za-z]+(?:[_-][A-Za-z]+)*){1,2})(?![\w/])", re.IGNORECASE
)
_SINCE_YESTERDAY = frozenset({"since", "yesterday"})


class Topic(StrEnum):
    """What a command is about."""

    BALANCES = "balances"
    HISTORY = "history"
    WHY = "why"
    EXPORT = "export"
    WHO = "who"
    WATCH = "watch"


class About(Struct, frozen=True):
    """The topic, its own words, and the other words: those that name currencies and providers.

    `month` is such as `2026-11`, `zone` such as `Asia/Manila`, as typed; None where they are not typed. `rule` is
    what was typed about a rule of the watch.
    """

    topic: Topic
    rest: TypedText
    period: Period | None = None
    month: str | None = None
    zone: str | None = None
    rule: RuleWords | None = None


_TOPICS = {topic.value: topic for topic in Topic if topic is not Topic.BALANCES}


def read_topic(typed: TypedText) -> About:
    """What the text is about; a text that does not begin with a topic is about balances."""
    topic = _TOPICS.get(typed.words[0].key) if typed.words else None
    if topic is None:
        return About(Topic.BALANCES, typed)
    words = typed.words[1:]
    if topic is Topic.HISTORY:
        periods = [_PERIODS[word.key] for word in words if word.key in _PERIODS]
        rest = _without(typed, words, lambda word: word.key in _PERIODS)
        return About(topic, rest, periods[-1] if periods else Period.WEEK)
    if topic is Topic.WHY:
        return About(topic, _without(typed, words, lambda word: word.key in _SINCE_YESTERDAY))
    if topic is Topic.EXPORT:
        return _read_export(typed, words)
    if topic is Topic.WATCH:
        rule = read_rule_words(typed, words)
        return About(topic, rule.rest, rule=rule)
    return About(topic, _without(typed, words, lambda _: False))


def _read_export(typed: TypedText, words: tuple[Word, ...]) -> About:
    months = [word.shown for word in words if _MONTH.fullmatch(word.shown)]
    zone = next((match for match in _ZONE.finditer(typed.text, typed.words[0].end)), None)

    def is_own(word: Word) -> bool:
        in_zone = zone is not None and zone.start() <= word.start < zone.end()
        return in_zone or bool(_MONTH.fullmatch(word.shown))

    rest = _without(typed, words, is_own)
    return About(Topic.EXPORT, rest, month=months[-1] if months else None, zone=zone[0] if zone else None)


def _without(typed: TypedText, words: tuple[Word, ...], is_own: Callable[[Word], bool]) -> TypedText:
    return TypedText(typed.text, tuple(word for word in words if not is_own(word)))
