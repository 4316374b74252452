"""What a person may type after `/balance`: currencies, providers, `all` and `help`, in any case and order.

`all` asks for zero balances too. It is also the code of the Albanian lek, which `/balance all` therefore includes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from balance_core.currencies import DECIMALS

_SEPARATORS = re.compile(r"[\s,;+/&|]+")
# Says nothing, unless a provider's name has it.
_JOINING_WORD = "and"
_MOST_UNKNOWN_WORDS = 3
# Nothing that could be meant is longer, and comparing takes quadratic time.
_MOST_COMPARED_CHARACTERS = 40
# A currency's code has three.
_MOST_LETTERS_OF_A_CURRENCY = 4
# By its letters alone the renminbi's everyday abbreviation would be the rouble.
_EVERYDAY_NAMES = {"rmb": "cny"}
# Below this share of equal letters a suggestion would be a guess.
_LEAST_LIKENESS_PERCENT = 60


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask the aggregator; empty means everything. Currencies by code, providers in the setting's order."""

    currencies: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    include_zero: bool = False

    def words(self) -> str:
        """The words that `parse` reads as this: `AED USD payby all`; empty for everything. A button's value."""
        return " ".join((*self.currencies, *self.providers, *(("all",) if self.include_zero else ())))

    @classmethod
    def from_wire(cls, request: Mapping[str, object]) -> "Ask":
        """What a request of `to_wire` asks; what is of another type counts as absent."""
        currencies, providers = (_texts(request.get(name)) for name in ("currencies", "providers"))
        return cls(currencies, providers, include_zero=request.get("include_zero") is True)

    def to_wire(self, correlation_id: str) -> dict[str, object]:
        """The aggregator's request (events/schema/aggregator-request.v1.json)."""
        return {
            "version": 1,
            "currencies": list(self.currencies) or None,
            "providers": list(self.providers) or None,
            "include_zero": self.include_zero,
            "correlation_id": correlation_id,
        }


EVERYTHING = Ask()


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """The person asks how to ask."""


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word that means nothing here, as it was typed, and the nearest one that does, if any is near."""

    word: str
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """The command holds unknown words, so nothing is asked: the first few of them, and how many `more` there are."""

    words: tuple[UnknownWord, ...]
    more: int


class _Sort(Enum):
    PROVIDER = 1
    CURRENCY = 2
    ALL = 3
    HELP = 4


@dataclass(frozen=True, slots=True)
class _Meaning:
    sort: _Sort
    value: str
    shown: str


def parse(text: str, names: Mapping[str, str]) -> Ask | HelpWanted | Mistake:
    """Read the text of the command. `names` are the display names by provider id; both may be typed."""
    vocabulary = _vocabulary(names)
    meanings, unknown = _read(_split(text), vocabulary)
    said = {sort: {meaning.value for meaning in meanings if meaning.sort is sort} for sort in _Sort}
    if said[_Sort.HELP]:
        return HelpWanted()
    if unknown:
        first = tuple(UnknownWord(word, _nearest(word, vocabulary)) for word in unknown[:_MOST_UNKNOWN_WORDS])
        return Mistake(first, len(unknown) - len(first))
    return Ask(
        currencies=tuple(sorted(said[_Sort.CURRENCY])),
        providers=tuple(provider for provider in names if provider in said[_Sort.PROVIDER]),
        include_zero=bool(said[_Sort.ALL]),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _split(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(text) if word]


def _vocabulary(names: Mapping[str, str]) -> dict[str, _Meaning]:
    """Every word that means something, in lower case; a later one wins, so `all` is never the lek alone."""
    words = {provider: _Meaning(_Sort.PROVIDER, provider, name) for provider, name in names.items()}
    words |= {_key(_split(name)): words[provider] for provider, name in names.items()}
    words |= {code.casefold(): _Meaning(_Sort.CURRENCY, code, code) for code in DECIMALS}
    return words | {"all": _Meaning(_Sort.ALL, "all", "all"), "help": _Meaning(_Sort.HELP, "help", "help")}


def _read(words: Sequence[str], vocabulary: Mapping[str, _Meaning]) -> tuple[list[_Meaning], list[str]]:
    """What the words mean, and those that mean nothing (each once). A display name may be several words."""
    longest = max(len(known.split()) for known in vocabulary)
    meanings: list[_Meaning] = []
    unknown: dict[str, None] = {}
    place = 0
    while place < len(words):
        for length in range(min(longest, len(words) - place), 0, -1):
            meaning = vocabulary.get(_key(words[place : place + length]))
            if meaning:
                meanings.append(meaning)
                place += length
                break
        else:
            if _key([words[place]]) != _JOINING_WORD:
                unknown[words[place]] = None
            place += 1
    return meanings, list(unknown)


def _key(words: Iterable[str]) -> str:
    return " ".join(words).casefold()


def _nearest(word: str, vocabulary: Mapping[str, _Meaning]) -> str | None:
    """The known word most like `word`: the same letters in another order count most (`uds` is USD and not UZS)."""
    typed = _EVERYDAY_NAMES.get(word.casefold(), word.casefold())
    if len(typed) > _MOST_COMPARED_CHARACTERS:
        return None

    def likeness(known: str) -> tuple[bool, int, bool]:
        percent = round(100 * SequenceMatcher(None, typed, known).ratio())
        return sorted(known) == sorted(typed), percent, known[:1] == typed[:1]

    candidates = [
        known for known, each in vocabulary.items() if each.sort is not _Sort.CURRENCY or _may_be_code(typed, known)
    ]
    best = max(sorted(candidates), key=likeness)
    same_letters, percent, _ = likeness(best)
    return vocabulary[best].shown if same_letters or percent >= _LEAST_LIKENESS_PERCENT else None


def _may_be_code(typed: str, code: str) -> bool:
    """Whether this could be a slip of the finger in a currency's code: of no ordinary word should one be suggested."""
    is_short = sum(map(str.isalpha, typed)) <= _MOST_LETTERS_OF_A_CURRENCY
    return is_short and (typed[:1] == code[:1] or sorted(typed) == sorted(code))
