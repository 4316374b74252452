"""The words of `/balance watch`: the levels of a new rule, such as `below 500k critical 200k`."""

import re
from collections.abc import Mapping

from msgspec import Struct

from balance_slack.typed_amounts import AMOUNT, AmbiguousAmountError, read_amount
from balance_slack.typed_text import TypedText, Word

# A number behind a colon is an account, and one with a hyphen or a slash a date.
_AMOUNT = re.compile(rf"(?<![\w:.,/-]){AMOUNT}(?![\w:/-])", re.IGNORECASE)
_LEVELS = {"warning": "warning", "critical": "critical", "recovery": "recovery", "back": "recovery"}
# Words between the name of a level and its amount.
_BETWEEN = frozenset(["at", "below", "equal", "equals", "is", "less", "level", "of", "or", "than", "to", "under"])
_NEW = frozenset({"add", "new"})
_OURS = _BETWEEN | _NEW | _LEVELS.keys() | {"alert", "drops", "falls", "if", "rule", "rules", "when"}
# A rule for these would be the opposite.
_ABOVE = frozenset({"above", "exceeds", "greater", "higher", "more", "over"})


class UnclearLevel(Struct, frozen=True):
    """An amount as it was typed, and what it can be; nothing if it is no amount, or one of several for a level."""

    word: str
    choices: tuple[str, ...] = ()


class RuleWords(Struct, frozen=True):
    """What was typed about a rule, and the other words: those that name currencies and providers.

    `is_new`: a new rule is wanted, and not the list of rules. `above` is a word for the opposite of `below`.
    """

    rest: TypedText
    levels: Mapping[str, str]
    unclear: tuple[UnclearLevel, ...]
    is_new: bool
    above: str | None


def read_rule_words(typed: TypedText, words: tuple[Word, ...]) -> RuleWords:
    """What `words`, those behind `watch`, say."""
    levels: dict[str, str] = {}
    unclear: list[UnclearLevel] = []
    spans: list[tuple[int, int]] = []
    begin = words[0].start if words else len(typed.text)
    for match in _AMOUNT.finditer(typed.text, begin):
        spans.append(match.span())
        name = _level_before(words, match.start())
        try:
            amount = read_amount(match[0])
        except AmbiguousAmountError as exc:
            unclear.append(UnclearLevel(match[0].strip(), exc.choices))
        except ValueError:
            unclear.append(UnclearLevel(match[0].strip()))
        else:
            if name in levels:
                unclear.append(UnclearLevel(match[0].strip()))
            levels[name] = amount
    rest = tuple(word for word in words if word.key not in _OURS and not _is_inside(word, spans))
    is_new = bool(spans) or any(word.key in _NEW for word in words)
    above = next((word.shown for word in rest if word.key in _ABOVE), None)
    return RuleWords(TypedText(typed.text, rest), levels, tuple(unclear), is_new, above)


def _level_before(words: tuple[Word, ...], start: int) -> str:
    """`warning`, unless the words before the amount name another level."""
    for word in reversed([each for each in words if each.end <= start]):
        if word.key not in _BETWEEN:
            return _LEVELS.get(word.key, "warning")
    return "warning"


def _is_inside(word: Word, spans: list[tuple[int, int]]) -> bool:
    return any(start <= word.start < end for start, end in spans)
