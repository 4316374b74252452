"""The words that are known after `/balance`, and which of them a typing error probably meant."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from balance_core.currencies import DECIMALS, WELL_KNOWN
from balance_slack.currency_names import COMMON_CODES, COMMON_NOUNS, CurrencyName, currency_names, name_key
from balance_slack.typed_text import Word, read_words

# The command's own name asks about everything, unless more is said.
_COMMAND_NAMES = ("balance", "balances", "bal", "everything")
_CONNECTING = "a an and at by currencies currency for from in of on or plus the to with"
_QUESTION = (
    "account accounts amount are available can cash check current currently do does frozen funds get give has have "
    "hello hey hi how i is it left many me money much my need now our pending please pls provider providers see "
    "show tell thank thanks there today total totals use used want was we what whats you"
)
_EXCLUDING = "but except exclude excluding minus no non not without"
# They say nothing about what is asked, so they are not worth a line.
CONNECTING = frozenset(_CONNECTING.split())
# Ordinary words of a question: neither typing errors nor the names of merchant accounts.
ORDINARY = frozenset(_QUESTION.split()) | CONNECTING
# Without these words the question would be the opposite.
EXCLUDING = frozenset(_EXCLUDING.split())

# Words of the longest name of a currency, such as "Trinidad and Tobago dollar", and one for a word in two parts.
_MIN_PHRASE_WORDS = 5
# No known word is longer, and comparing takes quadratic time.
_MAX_COMPARED_CHARACTERS = 40
_MIN_SIMILARITY_PERCENT = 80


class Kind(Enum):
    """What a known word is. A `CHOICE` is a word for several currencies, such as `peso`."""

    PROVIDER = 1
    CURRENCY = 2
    CHOICE = 3
    ALL = 4
    HELP = 5
    COMMAND = 6


class Meaning(Struct, frozen=True):
    """Provider ids, currency codes, or a word of ours. `suggestion` is how people are asked whether they meant it."""

    kind: Kind
    values: tuple[str, ...]
    suggestion: str


class Vocabulary:
    """The known words of an installation. `names` are the display names by provider id; both are known.

    The words of a name may be typed as one, and one word as several: `Payer Max`, `U.S.D.`.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        spellings = [(_keys(spelling), provider) for provider, name in names.items() for spelling in (provider, name)]
        self._providers = {
            "".join(keys): Meaning(Kind.PROVIDER, (provider,), names[provider]) for keys, provider in spellings if keys
        }
        codes = (*DECIMALS, *WELL_KNOWN)
        self._words = {code.casefold(): Meaning(Kind.CURRENCY, (code,), code) for code in codes}
        # Providers use both codes for the same money, and nobody knows which.
        self._words["rmb"] = Meaning(Kind.CURRENCY, ("CNY", "RMB"), "RMB")
        self._words |= {name: Meaning(Kind.COMMAND, (name,), name) for name in _COMMAND_NAMES}
        # After the currencies, because `all` never means the lek alone.
        self._words |= {"all": Meaning(Kind.ALL, ("all",), "all"), "help": Meaning(Kind.HELP, ("help",), "help")}
        self._longest = max([_MIN_PHRASE_WORDS, *(len(keys) for keys, _ in spellings)])

    def find(self, words: Sequence[Word], start: int) -> tuple[Meaning, int] | None:
        """What the words from `start` on mean, and how many of them mean it: as many as possible."""
        for length in range(min(self._longest, len(words) - start), 0, -1):
            meaning = self._meaning(words[start : start + length])
            if meaning:
                return meaning, length
        return None

    def suggestion(self, key: str, *, is_alone: bool) -> Meaning | None:
        """What was probably meant by an unknown word; None for ordinary words, and if nothing is likely.

        `is_alone`: nothing else was typed, so that `us` may be half of USD.
        """
        if len(key) > _MAX_COMPARED_CHARACTERS or key in ORDINARY or key in EXCLUDING:
            return None
        for word in (*_COMMON_WORDS, *COMMON_NOUNS):
            if _is_slip(key, word) or (is_alone and len(key) == 2 and key[0] == word[0] and _is_shorter(key, word)):
                return self._suggested(word)
        # Imported here because only a typing error needs it, and every cold start would wait for it.
        from difflib import SequenceMatcher  # noqa: PLC0415 - see above

        ours = ["all", "help", *(["balance"] if is_alone else [])]
        near = [word for word in (*ours, *COMMON_NOUNS) if word[0] == key[0]]
        percent = {
            word: round(100 * SequenceMatcher(None, key, word).ratio()) for word in sorted([*self._providers, *near])
        }
        best = max(percent, key=lambda word: percent[word], default="")
        return self._suggested(best) if best and percent[best] >= _MIN_SIMILARITY_PERCENT else None

    @cached_property
    def _currency_names(self) -> Mapping[str, CurrencyName]:
        """Made when the first word is no code: that takes two milliseconds."""
        return currency_names()

    def _meaning(self, phrase: Sequence[Word]) -> Meaning | None:
        """Only a provider's name may contain commas and the like."""
        keys = [word.key for word in phrase]
        provider = self._providers.get("".join(keys))
        if any(word.begins_item for word in phrase[1:]):
            return provider
        return self._words.get("".join(keys)) or provider or self._named_currency(keys)

    def _named_currency(self, keys: Sequence[str]) -> Meaning | None:
        name = self._currency_names.get("".join(keys)) or self._currency_names.get(name_key(keys))
        if name is None:
            return None
        return Meaning(Kind.CHOICE if name.is_ambiguous else Kind.CURRENCY, name.codes, " ".join(keys))

    def _suggested(self, word: str) -> Meaning | None:
        """A known word for people: the code rather than the name of a currency that has one code."""
        known = self._providers.get(word) or self._words.get(word) or self._named_currency([word])
        is_code = known is not None and known.kind is Kind.CURRENCY and len(known.values) == 1
        return replace(known, suggestion=known.values[0]) if known and is_code else known


_COMMON_WORDS = ("help", *(code.casefold() for code in COMMON_CODES))


def _keys(name: str) -> list[str]:
    return [word.key for word in read_words(name).words]


def _is_slip(typed: str, word: str) -> bool:
    """The same letters in another order, or one letter twice."""
    return sorted(typed) == sorted(word) or word in _without_a_double(typed)


def _is_shorter(typed: str, word: str) -> bool:
    """Whether one letter of the word is missing."""
    return any(typed == word[:place] + word[place + 1 :] for place in range(len(word)))


def _without_a_double(typed: str) -> Iterator[str]:
    return (typed[:place] + typed[place + 1 :] for place in range(1, len(typed)) if typed[place] == typed[place - 1])
