"""What a person may type after `/balance`: currencies, providers, `all` and `help`, in any case and order.

`all` also asks for zero balances. It is the code of the Albanian lek too, so `/balance all` includes the lek.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from msgspec import Struct

from balance_core.currencies import DECIMALS, WELL_KNOWN
from balance_core.question import Question

_SEPARATORS = re.compile(r"[\s,;+/&|]+")
# Ignored, unless it is part of a provider's name.
_CONJUNCTION = "and"
_MAX_UNKNOWN_WORDS = 3
# No known word is longer, and comparing takes quadratic time.
_MAX_COMPARED_CHARACTERS = 40
# A suggestion that is less similar would be a guess.
_MIN_SIMILARITY_PERCENT = 60


class HelpWanted(Struct, frozen=True):
    """The person wants to know how to ask."""


class UnknownWord(Struct, frozen=True):
    """An unknown word as it was typed, and the most similar known word, if one is similar enough."""

    word: str
    suggestion: str | None


class Mistake(Struct, frozen=True):
    """The command holds unknown words, so nothing is asked: the first few of them, and how many `more` there are."""

    words: tuple[UnknownWord, ...]
    more: int


class _Kind(Enum):
    PROVIDER = 1
    CURRENCY = 2
    ALL = 3
    HELP = 4


class _Meaning(Struct, frozen=True):
    kind: _Kind
    value: str
    suggestion: str


def parse(text: str, names: Mapping[str, str], correlation_id: str) -> Question | HelpWanted | Mistake:
    """Read the text of the command. `names` are the display names by provider id; people may type either."""
    vocabulary = _vocabulary(names)
    meanings, unknown = _look_up(_split(text), vocabulary)
    found = {kind: {meaning.value for meaning in meanings if meaning.kind is kind} for kind in _Kind}
    if found[_Kind.HELP]:
        return HelpWanted()
    if unknown:
        first = tuple(UnknownWord(word, _suggestion(word, vocabulary)) for word in unknown[:_MAX_UNKNOWN_WORDS])
        return Mistake(first, len(unknown) - len(first))
    return Question(
        currencies=tuple(sorted(found[_Kind.CURRENCY])) or None,
        providers=tuple(provider for provider in names if provider in found[_Kind.PROVIDER]) or None,
        include_zero=bool(found[_Kind.ALL]),
        correlation_id=correlation_id,
    )


def words_of(question: Question) -> str:
    """The words that `parse` reads as this question, such as `AED USD payby all`; empty for everything.

    A button carries them as its value.
    """
    everything = ("all",) if question.include_zero else ()
    return " ".join((*(question.currencies or ()), *(question.providers or ()), *everything))


def _split(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(text) if word]


def _vocabulary(names: Mapping[str, str]) -> dict[str, _Meaning]:
    """Every known word in lower case. Later entries win, so `all` never means the lek alone."""
    words = {provider: _Meaning(_Kind.PROVIDER, provider, name) for provider, name in names.items()}
    words |= {_key(_split(name)): words[provider] for provider, name in names.items()}
    words |= {code.casefold(): _Meaning(_Kind.CURRENCY, code, code) for code in (*DECIMALS, *WELL_KNOWN)}
    return words | {"all": _Meaning(_Kind.ALL, "all", "all"), "help": _Meaning(_Kind.HELP, "help", "help")}


def _look_up(words: Sequence[str], vocabulary: Mapping[str, _Meaning]) -> tuple[list[_Meaning], list[str]]:
    """The meanings of the known words, and the unknown words, each once. A display name may be several words."""
    longest = max(len(known.split()) for known in vocabulary)
    meanings: list[_Meaning] = []
    unknown: dict[str, None] = {}
    start = 0
    while start < len(words):
        for length in range(min(longest, len(words) - start), 0, -1):
            meaning = vocabulary.get(_key(words[start : start + length]))
            if meaning:
                meanings.append(meaning)
                start += length
                break
        else:
            if _key([words[start]]) != _CONJUNCTION:
                unknown[words[start]] = None
            start += 1
    return meanings, list(unknown)


def _key(words: Iterable[str]) -> str:
    return " ".join(words).casefold()


def _suggestion(word: str, vocabulary: Mapping[str, _Meaning]) -> str | None:
    """The most similar known word. The same letters in another order win, so `uds` suggests USD and not UZS."""
    # Imported here because only a typing error needs it, and every cold start would wait for it.
    from difflib import SequenceMatcher  # noqa: PLC0415 - see above

    typed = word.casefold()
    if len(typed) > _MAX_COMPARED_CHARACTERS:
        return None

    def similarity(known: str) -> tuple[bool, int, bool]:
        percent = round(100 * SequenceMatcher(None, typed, known).ratio())
        return sorted(known) == sorted(typed), percent, known[:1] == typed[:1]

    candidates = [
        known for known, meaning in vocabulary.items() if meaning.kind is not _Kind.CURRENCY or _may_mean(typed, known)
    ]
    best = max(sorted(candidates), key=similarity)
    has_same_letters, percent, _ = similarity(best)
    return vocabulary[best].suggestion if has_same_letters or percent >= _MIN_SIMILARITY_PERCENT else None


def _may_mean(typed: str, code: str) -> bool:
    """Whether this could be a typing error in a currency code; an ordinary word should not suggest one."""
    has_similar_length = sum(map(str.isalpha, typed)) <= len(code) + 1
    return has_similar_length and (typed[:1] == code[:1] or sorted(typed) == sorted(code))
